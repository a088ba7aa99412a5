"""The shipments that placing makes of an order: the main one and its reminders, each with what stands before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.conditions.models import ShipmentGate
from app.db import db
from app.messaging.schedule import expires_at
from app.messaging.scheme import has
from app.messaging.status import Channel, ShipmentStatus
from app.orders import reach
from app.orders.models import Order
from app.orders.reminders.models import Reminder
from app.orders.reminders.queries import by_time, reminders_of
from app.shipments.models import Shipment

MAIN = 0


@dataclass(frozen=True, slots=True)
class Made:
    """One shipment, and the number of the reminder that it was made of; 0 for the main one."""

    shipment: Shipment
    reminder: int


def make(order: Order, recipients: int, now: datetime) -> Sequence[Made]:
    """Make an order's shipments, the main one first and the reminders by their time, all `Registered`."""
    send_at = order.send_at or now
    looks_up = reach.is_needed(order.id)
    common = {**_common(order), "recipients": recipients, "looks_up": looks_up}
    languages = {name: getattr(order, name) for name in ("language", "language_column", "wordings")}
    made = [Made(_shipment(order, MAIN, send_at, {**common, **languages, **_texts(order)}), MAIN)]
    for no, (at, reminder) in enumerate(by_time(reminders_of(order.id), send_at), 1):
        made.append(Made(_shipment(order, no, at, {**common, **_texts(reminder, order)}), reminder.no))
    db.session.add_all(one.shipment for one in made)
    db.session.flush()
    _put_gates(order, made)
    return made


def _common(order: Order) -> dict[str, Any]:
    names = ("service_owner_id", "channel", "falls_back", "daytime_only", "days", "ignores_reservation", "uses_stale")
    return {name: getattr(order, name) for name in (*names, "email_is_markdown", "moved_to_email")}


def _texts(texts: Order | Reminder, order: Order | None = None) -> dict[str, str]:
    """A reminder's own texts, by the order's senders where it names no other."""
    own = {name: getattr(texts, name) for name in ("sms_text", "email_subject", "email_text")}
    senders = {name: getattr(texts, name) or getattr(order, name, "") for name in ("sms_sender", "email_from")}
    return own | senders


def _shipment(order: Order, no: int, send_at: datetime, values: dict[str, Any]) -> Shipment:
    lives_until = expires_at(send_at, has(order.channel, Channel.SMS), order.daytime_only, order.days)
    times = {"requested_send_at": send_at, "expires_at": lives_until}
    return Shipment(order_id=order.id, no=no, status=ShipmentStatus.REGISTERED, **times, **values)


def _put_gates(order: Order, made: Sequence[Made]) -> None:
    """A gate before each reminder, which waits for the shipments before it, and where a condition is to be asked."""
    reminders = {reminder.no: reminder for reminder in reminders_of(order.id)}
    for one in made:
        asker = reminders.get(one.reminder, order)
        if isinstance(asker, Reminder) or asker.condition_url:
            gate = ShipmentGate(
                shipment_id=one.shipment.id,
                condition_url=asker.condition_url,
                holds=asker.condition_holds,
                only_undelivered=isinstance(asker, Reminder) and asker.only_undelivered,
            )
            db.session.add(gate)
    db.session.flush()
