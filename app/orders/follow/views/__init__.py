"""The browser's door to placed orders; senders, administrators and support come through it."""

from importlib import import_module

from flask import Blueprint, Flask, abort, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from app.accounts.current import service_owner_ids
from app.orders.follow import held, queries
from app.orders.follow.queries import Head
from app.web import menu
from app.web.live import is_part

bp = Blueprint("follow", __name__)

EVERYBODY = ("sender", "administrator", "support")
UNCOVERED = ("sender", "administrator")
"""Who may take data out or change an order; each also needs the order's addresses to be open to them."""

_KEPT = ("shipment", "status", "route", "search", "after", "before")
_PAGES = ("orders", "order", "ending", "email")
"""Modules that put their views on the blueprint when they are imported."""

ORDER = "/orders/<int:order_id>"


def install(app: Flask) -> None:
    """Open the pages, and lead to the order list from all others."""
    for page in _PAGES:
        import_module(f"{__name__}.{page}")
    held.install()
    menu.add(lazy_gettext("Orders"), "follow.orders", EVERYBODY, 10)
    app.register_blueprint(bp)


def head_or_404(order_id: int) -> Head:
    """Find a placed order that the person may see, with the shipment that the address names, or the main one.

    One that was taken back leads its senders to where it is edited.
    """
    no = request.args.get("shipment", "0")
    if not no.isdecimal() or len(no) > 4:
        abort(404)
    found = queries.head(order_id, int(no))
    if found is None and queries.is_draft(order_id, service_owner_ids()):
        abort(_to_edit(order_id))
    return found or abort(404)


def _to_edit(order_id: int) -> Response:
    url = url_for("orders.edit", order_id=order_id)
    return Response(headers={"HX-Redirect": url}) if is_part() else redirect(url, 303)


def kept() -> dict[str, str]:
    """Give what leads from a notification back to the same filter and page of its order."""
    return {name: request.args[name] for name in _KEPT if name in request.args}
