"""The deeds done to a draft's reminders: add, change, remove, copy them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select

from app.audit import service as audit
from app.db import db
from app.orders import service
from app.orders.models import Order
from app.orders.reminders.models import Reminder
from app.orders.reminders.queries import reminders_of

MOST = 5
"""Reminders of one order."""


class TooMany(ValueError):
    """The order has as many reminders as it may have."""


@dataclass(frozen=True, slots=True)
class Reminding:
    """What a person decides about a reminder; exactly one of `after_days` and `send_at` is given."""

    after_days: int | None = None
    send_at: datetime | None = None
    only_undelivered: bool = False
    sms_sender: str = ""
    sms_text: str = ""
    email_from: str = ""
    email_subject: str = ""
    email_text: str = ""
    condition_url: str = ""
    condition_holds: bool = False


def add(order_id: int, wish: Reminding) -> Reminder:
    """Add a reminder to a draft; raise NotADraft, or TooMany."""
    draft = service.lock_draft(order_id)
    taken = {reminder.no for reminder in reminders_of(order_id)}
    free = [no for no in range(1, MOST + 1) if no not in taken]
    if not free:
        raise TooMany(order_id)
    made = Reminder(order_id=order_id, no=free[0], **asdict(wish))
    db.session.add(made)
    _changed("reminder.added", draft)
    return made


def change(order_id: int, no: int, wish: Reminding) -> bool:
    """Give a draft's reminder other content, and tell whether it is there; raise NotADraft."""
    draft = service.lock_draft(order_id)
    reminder = db.session.get(Reminder, (order_id, no), populate_existing=True)
    if reminder is None:
        return False
    changed = [name for name, value in asdict(wish).items() if getattr(reminder, name) != value]
    for name in changed:
        setattr(reminder, name, getattr(wish, name))
    if changed:
        _changed("reminder.changed", draft, changed=sorted(changed))
    return True


def remove(order_id: int, no: int) -> bool:
    """Remove a draft's reminder, and tell whether it was there; raise NotADraft."""
    draft = service.lock_draft(order_id)
    its = (Reminder.order_id == order_id, Reminder.no == no)
    if db.session.scalar(delete(Reminder).where(*its).returning(Reminder.no)) is None:
        return False
    _changed("reminder.removed", draft)
    return True


def copy(from_order_id: int, to_order_id: int) -> None:
    """Give a draft that has none the reminders of another order; those at a time of their own keep it."""
    names = [column.name for column in Reminder.__table__.columns if column.name != "order_id"]
    columns = [Reminder.__table__.c[name] for name in names]
    theirs = select(literal(to_order_id), *columns).where(Reminder.order_id == from_order_id)
    db.session.execute(insert(Reminder).from_select(["order_id", *names], theirs))


def _changed(action: str, draft: Order, **detail: Any) -> None:
    service.touch(draft)
    db.session.flush()
    audit.record(action, "order", draft.id, service_owner_id=draft.service_owner_id, **detail)
