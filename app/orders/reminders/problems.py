"""What keeps an order's reminders from being placed as they are, in words."""

from collections.abc import Iterator

from flask_babel import gettext
from sqlalchemy import select

from app.db import db, utcnow
from app.messaging.status import Channel
from app.orders import message
from app.orders.models import Intake, IntakeStatus, Order
from app.orders.reminders import queries


def sentences(order: Order) -> Iterator[str]:
    """Say of each reminder what must be mended."""
    now, read = utcnow(), (Intake.status == IntakeStatus.READ, Intake.valid > 0)
    columns = list(db.session.scalars(select(Intake.columns).where(Intake.order_id == order.id, *read)))
    main_at = max(order.send_at or now, now)
    for no, (at, reminder) in enumerate(queries.by_time(queries.reminders_of(order.id), main_at), 1):
        if at <= main_at:
            yield gettext(
                "Reminder %(no)s is not later than the main shipment: choose another time for it, or remove it.", no=no
            )
        texts = queries.texts_of(order, reminder)
        if not _is_written(texts):
            yield gettext("Reminder %(no)s has no text for each channel of the order: write it.", no=no)
        missing = list(dict.fromkeys(name for names in columns for name in message.missing(texts, names)))
        if missing:
            asked = ", ".join(f"(({name}))" for name in missing)
            yield gettext("Reminder %(no)s asks for %(asked)s, which some list has no column for.", no=no, asked=asked)


def _is_written(texts: message.OneChannel) -> bool:
    for channel, one in message.by_channel(texts).items():
        subject, text = message.subject_and_text(one)
        if not text.strip() or (channel is Channel.EMAIL and not subject.strip()):
            return False
    return True
