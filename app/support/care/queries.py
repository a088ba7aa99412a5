"""Questions about who cares for a notification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person
from app.db import db
from app.messaging.status import FINAL
from app.shipments.models import NotificationState
from app.support.care.models import NotificationCare, NotificationFollow, NotificationNote


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote."""

    at: datetime
    person: str
    words: str


def assigned_to(notification_id: int) -> int | None:
    """Tell to whom a notification is assigned; None where to nobody."""
    return db.session.scalar(
        select(NotificationCare.assigned_to_id).where(NotificationCare.notification_id == notification_id)
    )


def notes(notification_id: int) -> list[Note]:
    """List what was written about it, the first first."""
    written = select(NotificationNote.at, Person.name, NotificationNote.words).join(
        Person, Person.id == NotificationNote.person_id
    )
    its = written.where(NotificationNote.notification_id == notification_id).order_by(NotificationNote.id)
    return [Note(*row) for row in db.session.execute(its)]


def is_followed(notification_id: int, person_id: int) -> bool:
    """Tell whether somebody follows it."""
    return db.session.get(NotificationFollow, (notification_id, person_id)) is not None


def who_care(notification_id: int) -> Sequence[Person]:
    """List who follows it, or has it assigned, and can still sign in."""
    following = select(NotificationFollow.person_id).where(NotificationFollow.notification_id == notification_id)
    assigned = select(NotificationCare.assigned_to_id).where(NotificationCare.notification_id == notification_id)
    theirs = Person.id.in_(following.union(assigned))
    return db.session.scalars(select(Person).where(theirs, Person.disabled_at.is_(None))).all()


def news() -> tuple[ColumnElement[bool], ...]:
    """Say of a follow and a state which have become final since it was told."""
    return (
        NotificationState.id == NotificationFollow.notification_id,
        NotificationState.status_at > NotificationFollow.told_at,
        NotificationState.status.in_(sorted(FINAL)),
    )


def somebody_follows() -> bool:
    """Whether anybody follows anything; cheap."""
    return db.session.scalar(select(NotificationFollow.person_id).limit(1)) is not None
