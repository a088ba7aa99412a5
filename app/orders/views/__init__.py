"""The browser's door to drafts: compose, recipients, check, place, delete. All of it is for senders only."""

from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.accounts.current import service_owner_ids
from app.orders import queries
from app.orders.models import Order
from app.orders.service import NotADraft
from app.web.person import at_desk

bp = Blueprint("orders", __name__, url_prefix="/orders")

LARGEST_POST = 320 * 1024 * 1024
"""Bytes of a form with files. More than one file may hold, so that a file too large is answered beside its field."""

_TAKES_FILES = ("orders.new_post", "orders.edit_post", "orders.example")

Answer = Response | str | tuple[str, int]


def install(app: Flask) -> None:
    """Open the pages of drafts."""
    from app.orders.reminders import views as reminders
    from app.orders.views import check, compose, drafts, languages, moving, preview, registering, trying

    for room in (compose, check, drafts, languages, moving, preview, registering, trying, reminders):
        room.add_to_menu()
    for doors in ("views", "autosave"):
        import_module(f"app.orders.editing.{doors}")
    app.register_blueprint(bp)


@bp.url_value_preprocessor
def _take_large_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before the forgery check reads the form, which no hook of a blueprint's own does.
    if endpoint in _TAKES_FILES and at_desk().is_authenticated:
        request.max_content_length = LARGEST_POST


@bp.errorhandler(NotADraft)
def _answer_placed(error: NotADraft) -> Response:
    return to_order(my_order(int(error.args[0])))


def my_order(order_id: int) -> Order:
    """Find an order or draft of a service owner that the person belongs to; 404 where there is none."""
    return queries.order_of(order_id, service_owner_ids()) or abort(404)


def my_draft(order_id: int) -> Order:
    """Find a draft of the person's; one that has been placed leads to the order's page."""
    order = my_order(order_id)
    if order.placed_at is not None:
        abort(to_order(order))
    return order


def to_order(order: Order) -> Response:
    """Lead to a placed order's page."""
    return redirect(url_for("follow.order", order_id=order.id), 303)


def to_edit(order_id: int, anchor: str | None = None) -> Response:
    """Lead to where a draft is composed."""
    return redirect(url_for("orders.edit", order_id=order_id, _anchor=anchor), 303)


def to_check(order_id: int) -> Response:
    """Lead to a draft's check."""
    return redirect(url_for("orders.check", order_id=order_id), 303)


def say(text: str, category: str = "success") -> None:
    """Say something at the top of the next page."""
    flash(text, category)
