"""The deeds done to a placed order: cancel it, note that its results were taken."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from app.audit import service as audit
from app.db import db, utcnow
from app.messaging.status import ShipmentStatus
from app.orders.follow.queries import Head
from app.queue import ring
from app.shipments.models import Shipment


def cancel(head: Head) -> bool:
    """Cancel an order's shipment if it is still `Registered`, and tell whether it was: a worker may have begun it."""
    still_registered = (Shipment.id == head.shipment_id, Shipment.status == ShipmentStatus.REGISTERED)
    values = {"status": ShipmentStatus.CANCELLED, "status_at": utcnow()}
    cancelled = db.session.scalar(update(Shipment).where(*still_registered).values(values).returning(Shipment.id))
    if cancelled is None:
        return False
    _record("order.cancelled", head, recipients=head.recipients)
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
