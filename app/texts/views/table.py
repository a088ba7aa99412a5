"""The list of templates."""

from flask import render_template, request
from flask_babel import lazy_gettext

from app.texts import queries
from app.texts.views import READERS, bp, readable
from app.web import menu
from app.web.access import open_to
from app.web.paging import page_args


def add_to_menu() -> None:
    """Put the list on the menu."""
    menu.add(lazy_gettext("Templates"), "texts.templates", list(READERS), 35)


@bp.get("")
@open_to(*READERS)
def templates() -> str:
    """List the templates in use, or those that are archived."""
    archived = request.args.get("show") == "archived"
    page = queries.page_of(readable(), page_args(), archived=archived)
    return render_template("texts/templates.html", page=page, archived=archived, languages_of=queries.languages_of)
