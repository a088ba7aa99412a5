"""Taking an order back to edit it, and copying one."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person
from app.db import db
from app.orders import queries
from app.orders.editing import copying, service
from app.orders.models import Order
from app.orders.views import bp, my_order, to_edit, to_order
from app.web.access import open_to


@bp.get("/<int:order_id>/take-back")
@open_to("sender")
def take_back(order_id: int) -> Response | str:
    """Ask whether a placed order is to be taken back."""
    order = my_order(order_id)
    if order.placed_at is None:
        return to_edit(order_id)
    if not service.may_be_taken_back(order_id):
        return _too_late(order)
    return render_template("orders/take_back.html", order=order, recipients=queries.numbers(order_id).valid)


@bp.post("/<int:order_id>/take-back")
@open_to("sender")
def take_back_post(order_id: int) -> Response:
    """Take it back, unless it has been begun meanwhile."""
    order = my_order(order_id)
    try:
        service.take_back(order.id, current_person().id)
    except service.HasBegun:
        db.session.rollback()
        return _too_late(my_order(order_id))
    db.session.commit()
    flash(gettext("The order is a draft again. Nothing is sent until you have checked it and pressed Send."), "success")
    return to_edit(order_id)


@bp.get("/<int:order_id>/copy")
@open_to("sender")
def copy(order_id: int) -> str:
    """Ask how an order or a draft is to be copied."""
    order = my_order(order_id)
    recipients, is_placed = queries.numbers(order_id).valid, order.placed_at is not None
    back_url = url_for("follow.order" if is_placed else "orders.edit", order_id=order_id)
    return render_template("orders/copy.html", order=order, recipients=recipients, back_url=back_url)


@bp.post("/<int:order_id>/copy")
@open_to("sender")
def copy_post(order_id: int) -> Response:
    """Make a draft like it, and lead to it."""
    order, with_recipients = my_order(order_id), request.form.get("recipients") == "with"
    try:
        made = copying.copy(order, current_person().id, with_recipients=with_recipients)
    except copying.StillRead:
        flash(gettext("Its recipients are still being read. Copy it when they have been."), "warning")
        return redirect(url_for("orders.copy", order_id=order_id), 303)
    db.session.commit()
    flash(gettext("This is a copy, and a draft of its own. Its reference and a send time in the past are left out."))
    return to_edit(made.id)


def _too_late(order: Order) -> Response:
    flash(gettext("It is too late to edit the order: its sending has begun, or some of it was cancelled."), "warning")
    return to_order(order)
