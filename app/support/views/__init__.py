"""The browser's door to the support desk, and to one notification's page, which its senders open too."""

from importlib import import_module

from flask import Blueprint, Flask
from flask_babel import lazy_gettext

from app.support.words import duration
from app.web import menu

bp = Blueprint("support", __name__)

DESK = ("support", "administrator")
"""Whom the desk is open to."""

_PAGES = ("allow_list", "care", "failures", "notification", "remedies", "reveals", "search", "statuses")
"""Modules that put their views on the blueprint when they are imported."""


def install(app: Flask) -> None:
    """Open the pages."""
    for page in _PAGES:
        import_module(f"{__name__}.{page}")
    app.register_blueprint(bp)
    menu.add(lazy_gettext("Failures"), "support.failures", DESK, 11, menu.Group.SUPPORT)
    menu.add(lazy_gettext("Search"), "support.search", DESK, 12, menu.Group.SUPPORT)
    menu.add(lazy_gettext("Reveals"), "support.reveals", ["administrator"], 82, menu.Group.SUPPORT)
    for page in ("support.notification", "support.statuses"):
        menu.stand_in(page, "follow.orders")
    app.add_template_filter(duration)
