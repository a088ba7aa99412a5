"""Questions to the audit log."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import REGCONFIG

from app.accounts.models import Person, ServiceOwner
from app.audit.models import WORDS_OF_DETAIL, AuditEntry
from app.db import db
from app.web.days import begin_of, end_of
from app.web.paging import Page, Window

LISTED_PEOPLE = 500
"""The filter lists so many people by name; anybody else's entries are reached from that person's page."""

STRETCH = 2000
"""How many entries an export reads at a time."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for; None lets all pass."""

    person_id: int | None = None
    action: str | None = None
    object_type: str | None = None
    object_id: str | None = None
    service_owner_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    """Days in Norway, both of them meant too."""
    words: str | None = None
    """Words that all stand in the entry's detail, in any order and case."""

    @property
    def is_everything(self) -> bool:
        """Whether all entries are asked for."""
        return astuple(self) == (None,) * len(astuple(self))

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Say what is asked for, as the database asks it."""
        for name in ("person_id", "action", "object_type", "object_id", "service_owner_id"):
            if (value := getattr(self, name)) is not None:
                yield getattr(AuditEntry, name) == value
        if self.from_on is not None:
            yield AuditEntry.at >= begin_of(self.from_on)
        if self.until_on is not None:
            yield AuditEntry.at < end_of(self.until_on)
        if self.words is not None:
            yield WORDS_OF_DETAIL.bool_op("@@")(func.plainto_tsquery(cast(literal("simple"), REGCONFIG), self.words))


def entries(window: Window, wanted: Filter) -> Page[AuditEntry]:
    """Read one page of entries, the newest first."""
    rows = db.session.scalars(window.narrow(_found(wanted), AuditEntry.id)).all()
    return window.page(rows, lambda entry: entry.id)


def stretches(wanted: Filter) -> Iterator[Sequence[AuditEntry]]:
    """Give all entries that are asked for, the newest first, in stretches each by a question of its own."""
    statement = _found(wanted).order_by(AuditEntry.id.desc()).limit(STRETCH)
    rows = db.session.scalars(statement).all()
    while rows:
        last_id = rows[-1].id
        yield rows
        rows = db.session.scalars(statement.where(AuditEntry.id < last_id)).all()


def names_of_people(ids: Collection[int]) -> dict[int, str]:
    """Find what people are called."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def names_of_service_owners(ids: Collection[int]) -> dict[int, str]:
    """Find the short names of service owners."""
    rows = db.session.execute(select(ServiceOwner.id, ServiceOwner.short_name).where(ServiceOwner.id.in_(ids)))
    return {row.id: row.short_name for row in rows}


def people_to_choose() -> Sequence[Row[int, str]]:
    """List the first people by name, for the filter."""
    return db.session.execute(
        select(Person.id, Person.name).order_by(Person.name, Person.id).limit(LISTED_PEOPLE)
    ).all()


def service_owners_to_choose() -> Sequence[Row[int, str]]:
    """List the service owners by short name, for the filter."""
    return db.session.execute(select(ServiceOwner.id, ServiceOwner.short_name).order_by(ServiceOwner.short_name)).all()


def _found(wanted: Filter) -> Select[AuditEntry]:
    return select(AuditEntry).where(*wanted.conditions())
