"""The administrators' front page: what every room has for them to know or do today."""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from app.web import front, menu
from app.web.access import open_to

bp = Blueprint("front", __name__, url_prefix="/front")


def add_to_menu() -> None:
    """Put the page on the menu, before all others, so that it is where an administrator begins."""
    menu.add(lazy_gettext("Today"), "front.today", ["administrator"], 5, menu.Group.TODAY)


@bp.get("")
@open_to("administrator")
def today() -> str:
    """Show what waits."""
    return render_template("front/front.html", sections=front.sections())
