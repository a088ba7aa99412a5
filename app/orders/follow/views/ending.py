"""What a person decides about a placed order's shipments: cancel, stop, send one that is held."""

from typing import NoReturn

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered
from app.db import db
from app.messaging.status import NEW, ShipmentStatus
from app.orders.follow import service
from app.orders.follow.chain import Link, args_of, chain
from app.orders.follow.queries import Head
from app.orders.follow.views import ORDER, UNCOVERED, bp, head_or_404
from app.shipments.counts import NOTHING, counts_of
from app.web.access import open_to


@bp.get(f"{ORDER}/cancel")
@open_to(*UNCOVERED)
def cancel(order_id: int) -> Response | str:
    """Ask whether the order, or the shipment that the address names, is to be cancelled."""
    head = uncovered(order_id)
    meant = _meant(head)
    if not meant:
        return _too_late(head)
    return render_template("follow/cancel.html", head=head, links=meant, args=_named(head))


@bp.post(f"{ORDER}/cancel")
@open_to(*UNCOVERED)
def cancel_post(order_id: int) -> Response:
    """Cancel what has not begun of the order, or the one shipment, unless it was begun meanwhile."""
    head = uncovered(order_id)
    nos = service.cancel_shipment(head) if _named(head) else service.cancel(head)
    if not nos:
        return _too_late(head_or_404(order_id))
    db.session.commit()
    flash(_cancelled(head, nos), "success")
    return _to_order(head)


def _cancelled(head: Head, nos: list[int]) -> str:
    if _named(head):
        return gettext("The shipment is cancelled. Nothing of it was sent.")
    if 0 in nos:
        return gettext("The order is cancelled. Nothing was sent.")
    return gettext("The reminders that had not begun are cancelled.")


def _meant(head: Head) -> list[Link]:
    """The shipments that would be cancelled now."""
    named = _named(head)
    return [link for link in chain(head.order_id) if link.is_registered and (not named or link.no == head.no)]


def _named(head: Head) -> dict[str, str]:
    """What the address says where it means one shipment only, be it the main one."""
    return {"shipment": str(head.no)} if "shipment" in request.args else {}


@bp.get(f"{ORDER}/stop")
@open_to(*UNCOVERED)
def stop(order_id: int) -> Response | str:
    """Ask whether the sending is to be stopped."""
    head = uncovered(order_id)
    if not head.may_be_stopped:
        return _nothing_to_stop(head)
    counts = counts_of([head.shipment_id]).get(head.shipment_id, NOTHING)
    waiting = sum(line.n for line in counts.lines if line.status in NEW.values())
    return render_template("follow/stop.html", head=head, waiting=waiting, args=args_of(head.no))


@bp.post(f"{ORDER}/stop")
@open_to(*UNCOVERED)
def stop_post(order_id: int) -> Response:
    """Stop the sending: what has not been handed over is not."""
    head = uncovered(order_id)
    if not service.stop(head, current_person().id):
        return _nothing_to_stop(head_or_404(order_id))
    db.session.commit()
    flash(gettext("The sending is stopped. What had been handed over before goes on."), "success")
    return _to_order(head)


@bp.get(f"{ORDER}/send-now")
@open_to(*UNCOVERED)
def send_now(order_id: int) -> Response | str:
    """Ask whether a shipment is to be sent although its condition gave no clear answer."""
    head = uncovered(order_id)
    link = next((link for link in chain(order_id) if link.no == head.no and link.is_held), None)
    if link is None:
        return _not_held(head)
    return render_template("follow/send_now.html", head=head, link=link)


@bp.post(f"{ORDER}/send-now")
@open_to(*UNCOVERED)
def send_now_post(order_id: int) -> Response:
    """Let a held shipment go."""
    head = uncovered(order_id)
    if not service.send_unanswered(head, current_person().id):
        return _not_held(head)
    db.session.commit()
    flash(gettext("The shipment is sent without a clear answer from its condition."), "success")
    return _to_order(head)


def uncovered(order_id: int) -> Head:
    """Find an order whose addresses are open to the person; 403 where they are not."""
    head = head_or_404(order_id)
    return _refuse() if is_covered(head.service_owner_id) else head


def _refuse() -> NoReturn:
    abort(403)


def _to_order(head: Head) -> Response:
    return redirect(url_for("follow.order", order_id=head.order_id, **args_of(head.no)), 303)


def _too_late(head: Head) -> Response:
    if head.status is ShipmentStatus.CANCELLED:
        flash(gettext("The order was cancelled already."), "info")
    else:
        flash(gettext("It is too late to cancel: sending has begun."), "warning")
    return _to_order(head)


def _nothing_to_stop(head: Head) -> Response:
    flash(gettext("There is nothing to stop: it was stopped already, or all of it has been sent."), "info")
    return _to_order(head)


def _not_held(head: Head) -> Response:
    flash(gettext("The shipment is not held any more: somebody has decided, or its condition has answered."), "info")
    return _to_order(head)
