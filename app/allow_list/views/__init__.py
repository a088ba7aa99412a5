"""The browser's door to the allow-list: the table, asking for numbers, deciding, one number, the magic numbers."""

from collections.abc import Sequence

from flask import Blueprint, Flask, abort, flash, redirect, url_for
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response

from app.accounts.current import sends_for
from app.allow_list import queries, service
from app.allow_list.models import Entry
from app.web import front, menu
from app.web.formats import OSLO
from app.web.front import Notice

bp = Blueprint("allow_list", __name__, url_prefix="/allow-list")

THEIRS = ("sender", "administrator")
ENTRY = "/<int:entry_id>"

Answer = Response | str | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages, put them on the menu, and tell on the front page what waits."""
    from app.allow_list.views import asking, deciding, entry, magic, table

    for pages in (asking, deciding, entry, magic, table):
        pages.open_pages()
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Allow-list"), "allow_list.entries", THEIRS, 40, menu.Group.ADMINISTRATION)
    front.add(
        "allow_list",
        lazy_gettext("Numbers that wait for a decision"),
        lazy_gettext("Nobody has asked for a number on the allow-list."),
        ("administrator",),
        18,
        _notices,
    )


def _notices() -> Sequence[Notice]:
    return [
        Notice(
            ngettext(
                "%(num)s number for %(owner)s", "%(num)s numbers for %(owner)s", line.count, owner=line.short_name
            ),
            url_for("allow_list.waiting"),
            line.since.astimezone(OSLO).date(),
        )
        for line in queries.waiting()
    ]


def entry_or_404(entry_id: int) -> Entry:
    """Find an entry of a service owner of the person's; administrators find all."""
    return queries.entry(entry_id) or abort(404)


def locked_or_404(entry_id: int) -> Entry:
    """Find it, and hold it until the commit."""
    return next(iter(service.locked([entry_or_404(entry_id).id])), None) or abort(404)


def to_entry(entry_id: int) -> Response:
    """Lead to an entry's page."""
    return redirect(url_for("allow_list.entry", entry_id=entry_id), 303)


def may_send_for(service_owner_id: int) -> bool:
    """Whether the person may ask for numbers of this service owner today."""
    return any(owner.id == service_owner_id for owner in sends_for())


def say(text: str, category: str = "success") -> None:
    """Say something at the top of the next page."""
    flash(text, category)
