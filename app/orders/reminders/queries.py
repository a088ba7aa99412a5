"""Questions about an order's reminders: which there are, and when each is sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.messaging.schedule import days_later
from app.orders.message import OneChannel
from app.orders.models import Order
from app.orders.reminders.models import Reminder


def reminders_of(order_id: int) -> Sequence[Reminder]:
    """List the reminders of an order or a draft, as they were added."""
    return db.session.scalars(select(Reminder).where(Reminder.order_id == order_id).order_by(Reminder.no)).all()


def reminder_of(order_id: int, no: int) -> Reminder | None:
    """Find one reminder."""
    return db.session.get(Reminder, (order_id, no))


def by_time(reminders: Sequence[Reminder], main_at: datetime) -> list[tuple[datetime, Reminder]]:
    """List when each is sent if the main shipment is at `main_at`, the first first."""
    timed = [(send_at(reminder, main_at), reminder) for reminder in reminders]
    return sorted(timed, key=lambda pair: (pair[0], pair[1].no))


def send_at(reminder: Reminder, main_at: datetime) -> datetime:
    """Tell when a reminder is sent if the main shipment is at `main_at`."""
    return reminder.send_at or days_later(main_at, reminder.after_days or 0)


def texts_of(order: Order, reminder: Reminder) -> OneChannel:
    """Give a reminder's texts, for the channels of its order."""
    return OneChannel(order.channel, reminder.sms_text, reminder.email_subject, reminder.email_text)
