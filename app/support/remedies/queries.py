"""Questions about remedies: how far one has come, and what was done to a notification."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.accounts.models import Person
from app.db import db
from app.messaging.status import Route, Status
from app.support.remedies.models import LineOutcome, Remedy, RemedyKind, RemedyLine, RemedyStatus
from app.web.paging import Page, Window

LAST = 5
"""How many remedies stand on the page of a group."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a remedy found a failure."""

    status: Status
    reason: str | None
    route: Route
    since: datetime


@dataclass(frozen=True, slots=True)
class Deed:
    """What a remedy did to one notification."""

    at: datetime
    remedy_id: int
    kind: RemedyKind
    outcome: LineOutcome
    person: str
    reason: str
    notification_id: int
    new_id: int | None
    was: Found | None
    """How it was found, where it was sent again."""


def remedy(remedy_id: int) -> tuple[Remedy, str] | None:
    """Find a remedy, with the name of who began it."""
    row = db.session.execute(
        select(Remedy, Person.name).join(Person, Person.id == Remedy.person_id).where(Remedy.id == remedy_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def remedies(window: Window) -> Page[Any]:
    """Give one page of remedies with the names of who began them, the latest first."""
    statement = select(Remedy, Person.name).join(Person, Person.id == Remedy.person_id)
    return window.page(db.session.execute(window.narrow(statement, Remedy.id)).all(), key=lambda row: row[0].id)


def last_on(group_id: int) -> list[Any]:
    """List the last remedies on a group with the names of who began them, the latest first."""
    statement = select(Remedy, Person.name).join(Person, Person.id == Remedy.person_id)
    its = statement.where(Remedy.group_id == group_id).order_by(Remedy.id.desc()).limit(LAST)
    return list(db.session.execute(its).all())


def outcomes(remedy_id: int) -> Counter[LineOutcome]:
    """Count what came of it so far."""
    counted = select(RemedyLine.outcome, func.count()).where(RemedyLine.remedy_id == remedy_id)
    rows = db.session.execute(counted.group_by(RemedyLine.outcome))
    return Counter({LineOutcome(row[0]): row[1] for row in rows})


def deeds(notification_id: int) -> list[Deed]:
    """List what remedies did to a notification, or made it by."""
    statement = (
        select(
            RemedyLine.at,
            Remedy.id,
            Remedy.kind,
            RemedyLine.outcome,
            Person.name,
            Remedy.reason,
            RemedyLine.notification_id,
            RemedyLine.new_id,
            RemedyLine.was_status,
            RemedyLine.was_reason,
            RemedyLine.was_route,
            RemedyLine.failed_at,
        )
        .join(Remedy, Remedy.id == RemedyLine.remedy_id)
        .join(Person, Person.id == Remedy.person_id)
        .where(or_(RemedyLine.notification_id == notification_id, RemedyLine.new_id == notification_id))
        .order_by(RemedyLine.at)
    )
    return [_deed(*row) for row in db.session.execute(statement)]


def one_is_open() -> bool:
    """Whether a remedy waits or is under way; cheap."""
    return db.session.scalar(select(Remedy.id).where(Remedy.status == RemedyStatus.OPEN).limit(1)) is not None


def _deed(at: datetime, remedy_id: int, kind: int, outcome: int, *others: Any) -> Deed:
    person, reason, notification_id, new_id, *was = others
    about = (person, reason, notification_id, new_id, _found(*was))
    return Deed(at, remedy_id, RemedyKind(kind), LineOutcome(outcome), *about)


def _found(status: int | None, reason: str | None, route: int | None, since: datetime | None) -> Found | None:
    if status is None or since is None:
        return None
    return Found(Status(status), reason, Route(route or 0), since)
