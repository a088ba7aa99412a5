"""What stands before shipments in tests: conditions, and reminders of an order that is placed."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.conditions.models import ConditionAnswer, ShipmentGate
from app.db import db, utcnow
from app.shipments.models import Shipment
from tests.dispatch.desk import Desk


def gate(shipment_id: int, url: str = "", *, holds: bool = False, only_undelivered: bool = False) -> int:
    """Put a gate before a shipment."""
    its = {"condition_url": url, "holds": holds, "only_undelivered": only_undelivered}
    db.session.add(ShipmentGate(shipment_id=shipment_id, **its))
    db.session.commit()
    return shipment_id


def gate_of(shipment_id: int) -> ShipmentGate:
    """The gate as it is now."""
    db.session.rollback()
    return db.session.get_one(ShipmentGate, shipment_id, populate_existing=True)


def answers_of(shipment_id: int) -> list[str]:
    """What the condition answered, in order."""
    db.session.rollback()
    its = select(ConditionAnswer.answer).where(ConditionAnswer.shipment_id == shipment_id)
    return list(db.session.scalars(its.order_by(ConditionAnswer.no)))


def remind(
    desk: Desk,
    shipment_id: int,
    *,
    no: int = 1,
    send_at: datetime | None = None,
    url: str = "",
    only_undelivered: bool = True,
) -> int:
    """Give the order of a shipment a reminder, by default to those not yet delivered, and tell its shipment's id."""
    main = desk.shipment(shipment_id)
    as_main = ("order_id", "service_owner_id", "channel", "daytime_only", "recipients", "sms_sender", "looks_up")
    texts = ("sms_text", "email_from", "email_subject", "email_text")
    at = send_at or utcnow() - timedelta(seconds=1)
    own = {"no": no, "requested_send_at": at, "expires_at": at + timedelta(hours=48)}
    reminder = Shipment(**{name: getattr(main, name) for name in (*as_main, *texts)}, **own)
    db.session.add(reminder)
    db.session.commit()
    return gate(reminder.id, url, only_undelivered=only_undelivered)
