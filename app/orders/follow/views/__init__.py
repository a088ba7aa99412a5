"""The browser's door to placed orders; senders, administrators and support come through it."""

from importlib import import_module

from flask import Blueprint, Flask, abort, request
from flask_babel import lazy_gettext

from app.orders.follow import queries
from app.orders.follow.queries import Head
from app.web import menu

bp = Blueprint("follow", __name__)

EVERYBODY = ("sender", "administrator", "support")
UNCOVERED = ("sender", "administrator")
"""Who may take data out or change an order; each also needs the order's addresses to be open to them."""

_KEPT = ("status", "route", "search", "after", "before")
_PAGES = ("orders", "order", "email")
"""Modules that put their views on the blueprint when they are imported."""

ORDER = "/orders/<int:order_id>"


def install(app: Flask) -> None:
    """Open the pages, and lead to the order list from all others."""
    for page in _PAGES:
        import_module(f"{__name__}.{page}")
    menu.add(lazy_gettext("Orders"), "follow.orders", EVERYBODY, 10)
    app.register_blueprint(bp)


def head_or_404(order_id: int) -> Head:
    """Find a placed order that the person may see."""
    return queries.head(order_id) or abort(404)


def kept() -> dict[str, str]:
    """Give what leads from a notification back to the same filter and page of its order."""
    return {name: request.args[name] for name in _KEPT if name in request.args}
