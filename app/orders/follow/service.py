"""The deeds done to a placed order: cancel it, note that its results were taken."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, update

from app.audit import service as audit
from app.conditions import service as conditions
from app.db import db, utcnow
from app.messaging.status import ShipmentStatus
from app.orders.follow.queries import Head
from app.queue import ring
from app.shipments.models import Shipment


def cancel(head: Head) -> list[int]:
    """Cancel all of an order's shipments that are still `Registered`, and list their numbers.

    A worker may have begun some, or all, in which case none is listed.
    """
    nos = _cancel(Shipment.order_id == head.order_id)
    if nos:
        _record("order.cancelled", head, recipients=head.recipients, shipments=nos)
    return nos


def cancel_shipment(head: Head) -> list[int]:
    """Cancel one shipment if it is still `Registered`, and list its number where it was."""
    nos = _cancel(Shipment.id == head.shipment_id)
    if nos:
        _record("shipment.cancelled", head, no=head.no)
    return nos


def _cancel(meant: ColumnElement[bool]) -> list[int]:
    values = {"status": ShipmentStatus.CANCELLED, "status_at": utcnow()}
    still_registered = update(Shipment).where(meant, Shipment.status == ShipmentStatus.REGISTERED)
    return sorted(db.session.scalars(still_registered.values(values).returning(Shipment.no)))


def send_unanswered(head: Head, person_id: int) -> bool:
    """Let a shipment that is held go without a clear answer, and tell whether it still was."""
    if not conditions.send_unanswered(head.shipment_id, person_id):
        return False
    _record("shipment.sent_unanswered", head, no=head.no)
    return True


def stop(head: Head, person_id: int) -> bool:
    """Stop a shipment that is being sent, and tell whether that was still to be done.

    What no gateway has been given by then ends with the reason `stopped`; the rest goes on.
    """
    begun = Shipment.status.in_((ShipmentStatus.PROCESSING, ShipmentStatus.PROCESSED))
    wanted = update(Shipment).where(Shipment.id == head.shipment_id, begun, Shipment.stopped_at.is_(None))
    values = {"stopped_at": utcnow(), "stopped_by_id": person_id}
    if db.session.scalar(wanted.values(values).returning(Shipment.id)) is None:
        return False
    _record("order.stopped", head, recipients=head.recipients)
    ring("dispatch", "app.dispatch.jobs.stop", head.shipment_id)
    return True


def note_download(head: Head, shown: Mapping[str, str]) -> None:
    """Write down that the results, or those of one status, were downloaded."""
    _record("results.downloaded", head, shown=dict(shown))


def _record(action: str, head: Head, **detail: Any) -> None:
    audit.record(action, "order", head.order_id, service_owner_id=head.service_owner_id, **detail)
