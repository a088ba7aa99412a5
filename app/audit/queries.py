"""Questions to the audit log."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Row, select

from app.accounts.models import Person, ServiceOwner
from app.audit.models import AuditEntry
from app.db import db
from app.web.paging import Page, Window

LISTED_PEOPLE = 500
"""The filter lists so many people by name; anybody else's entries are reached from that person's page."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for; None lets all pass."""

    person_id: int | None = None
    action: str | None = None
    object_type: str | None = None
    object_id: str | None = None

    def conditions(self) -> dict[str, int | str]:
        """Give what is asked for, by the name of its column."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def entries(window: Window, wanted: Filter) -> Page[AuditEntry]:
    """Read one page of entries, the newest first."""
    statement = select(AuditEntry).filter_by(**wanted.conditions())
    return window.page(db.session.scalars(window.narrow(statement, AuditEntry.id)).all(), lambda entry: entry.id)


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
