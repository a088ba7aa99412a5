"""Questions about reveals: whether a notification is uncovered for somebody now, and who uncovered what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.accounts.models import Person, ServiceOwner
from app.db import db, utcnow
from app.support.reveals.models import Reveal, RevealReason
from app.web.days import begin_of, end_of
from app.web.paging import Page, Window

STRETCH = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reveals are asked for; None lets all pass. Days are Norwegian, both of them meant too."""

    person_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Say it as the database asks it."""
        if self.person_id is not None:
            yield Reveal.person_id == self.person_id
        if self.from_on is not None:
            yield Reveal.at >= begin_of(self.from_on)
        if self.until_on is not None:
            yield Reveal.at < end_of(self.until_on)


@dataclass(frozen=True, slots=True)
class Line:
    """One reveal as it is listed."""

    reason: RevealReason
    id: int
    at: datetime
    person: str
    notification_id: int
    service_owner: str
    words: str
    case_reference: str


def uncovered_until(notification_id: int, person_id: int) -> datetime | None:
    """Tell until when a person sees a notification uncovered; None where it is covered."""
    mine = (Reveal.notification_id == notification_id, Reveal.person_id == person_id)
    return db.session.scalar(select(func.max(Reveal.until_at)).where(*mine, Reveal.until_at > utcnow()))


def page_of(wanted: Wanted, window: Window) -> Page[Line]:
    """Give one page of reveals, the latest first."""
    rows = db.session.execute(window.narrow(_asked(wanted), Reveal.id))
    return window.page([_line(*row) for row in rows], key=lambda line: line.id)


def stretches(wanted: Wanted) -> Iterator[Sequence[Line]]:
    """Give all of them, the latest first, in stretches each by a question of its own."""
    statement = _asked(wanted).order_by(Reveal.id.desc()).limit(STRETCH)
    lines = [_line(*row) for row in db.session.execute(statement)]
    while lines:
        yield lines
        lines = [_line(*row) for row in db.session.execute(statement.where(Reveal.id < lines[-1].id))]


def people() -> Sequence[tuple[int, str]]:
    """List who has ever uncovered anything, by name."""
    theirs = select(Reveal.person_id).where(Reveal.person_id == Person.id).exists()
    found = db.session.execute(select(Person.id, Person.name).where(theirs).order_by(Person.name))
    return [(row.id, row.name) for row in found]


def _asked(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reveal.reason,
            Reveal.id,
            Reveal.at,
            Person.name,
            Reveal.notification_id,
            ServiceOwner.short_name,
            Reveal.words,
            Reveal.case_reference,
        )
        .join(Person, Person.id == Reveal.person_id)
        .join(ServiceOwner, ServiceOwner.id == Reveal.service_owner_id)
        .where(*wanted.conditions())
    )


def _line(reason: int, *others: Any) -> Line:
    return Line(RevealReason(reason), *others)
