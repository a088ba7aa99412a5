"""What the pages ask: registrations as they stand today, what they lack, their history, and who changed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true

from app.accounts.current import current_person, service_owner_ids
from app.accounts.models import Person, ServiceOwner
from app.country_rules.terms import RegistrationStatus
from app.db import db
from app.sender_ids import days, needs, words
from app.sender_ids.models import (
    Evidence,
    OperatorResult,
    RegistrationChange,
    RegistrationStep,
    SenderRegistration,
    SenderTraffic,
)
from app.sender_ids.moves import ENDING, OPEN, WAITS_ON, Waiting
from app.sender_ids.queries import End, end_of
from app.web.paging import Page, Window


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which registrations the table shows; None and nothing let all pass."""

    status: RegistrationStatus | None = None
    waits_on: Waiting | None = None
    country: str = ""
    service_owner_id: int | None = None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One registration as the table shows it."""

    id: int
    sender: str
    country: str
    service_owner: str
    status: RegistrationStatus
    status_at: datetime
    status_reason: str
    due_on: date | None
    valid_until: date | None
    hosts_asked_at: datetime | None

    @property
    def waits_on(self) -> Waiting | None:
        """On whom it waits; for hosts that were asked for, on an administrator."""
        asks_for_hosts = self.hosts_asked_at is not None and self.status in OPEN
        return Waiting.US if asks_for_hosts else WAITS_ON.get(self.status)

    @property
    def is_overdue(self) -> bool:
        """Whether what was due has not been done."""
        return self.waits_on is not None and self.due_on is not None and self.due_on < days.today_in("NO")


def visible(service_owner_id: Any) -> ColumnElement[bool]:
    """Limit a statement to the person's own service owners; administrators see all."""
    if current_person().is_administrator:
        return true()
    limited: ColumnElement[bool] = service_owner_id.in_(service_owner_ids())
    return limited


def registration(registration_id: int) -> SenderRegistration | None:
    """Find a registration of a service owner that the person may see."""
    its = (SenderRegistration.id == registration_id, visible(SenderRegistration.service_owner_id))
    return db.session.scalar(select(SenderRegistration).where(*its))


def last_traffic_at(row: SenderRegistration) -> datetime | None:
    """Tell when its sender last sent a real SMS to its country, as far as the attempts have been read."""
    key = (row.service_owner_id, row.country, row.sender)
    traffic = db.session.get(SenderTraffic, key)
    return traffic.last_at if traffic else None


def ends(row: SenderRegistration) -> End | None:
    """Tell when a registration ends or lapses."""
    return end_of(row, last_traffic_at(row))


def standing_of(row: SenderRegistration) -> RegistrationStatus:
    """Tell what a registration is today: past its end it is expired, whether written down or not."""
    status = RegistrationStatus(row.status)
    end = ends(row) if status in ENDING else None
    return RegistrationStatus.EXPIRED if end and end.on <= days.today_in(row.country) else status


def lacking(row: SenderRegistration) -> list[Any]:
    """List, in words, what is missing before it can be handed in or approved."""
    kinds = set(db.session.scalars(select(Evidence.kind).where(*_kept(row.id))))
    files = needs.lacking_files(row.country, kinds)
    return [field.label for field in needs.lacking_fields(row)] + [words.NEEDS[need.value] for need in files]


def evidence(registration_id: int) -> Sequence[Any]:
    """List the files of a registration with who added each, removed ones too."""
    its = Evidence.registration_id == registration_id
    statement = select(Evidence, Person.name).outerjoin(Person, Person.id == Evidence.added_by_id).where(its)
    return db.session.execute(statement.order_by(Evidence.id)).all()


def operators(registration_id: int) -> Sequence[OperatorResult]:
    """List what operators made of a registration."""
    its = OperatorResult.registration_id == registration_id
    return db.session.scalars(select(OperatorResult).where(its).order_by(OperatorResult.operator)).all()


def steps(registration_id: int) -> Sequence[Any]:
    """List every change of a registration's status with who made it, the latest first."""
    its = RegistrationStep.registration_id == registration_id
    statement = select(RegistrationStep, Person.name).outerjoin(Person, Person.id == RegistrationStep.person_id)
    return db.session.execute(statement.where(its).order_by(RegistrationStep.id.desc()).limit(200)).all()


def changes(registration_id: int, after_revision: int = 0) -> Sequence[Any]:
    """List what was changed in a registration's fields since a revision with who did, the first change first."""
    its = (RegistrationChange.registration_id == registration_id, RegistrationChange.revision > after_revision)
    statement = select(RegistrationChange, Person.name).outerjoin(Person, Person.id == RegistrationChange.person_id)
    return db.session.execute(statement.where(*its).order_by(RegistrationChange.id).limit(500)).all()


def others_of(row: SenderRegistration) -> Sequence[SenderRegistration]:
    """List the other registrations of the same sender ID and country that the person may see."""
    same = (
        SenderRegistration.service_owner_id == row.service_owner_id,
        SenderRegistration.country == row.country,
        func.lower(SenderRegistration.sender) == row.sender.lower(),
        SenderRegistration.id != row.id,
    )
    return db.session.scalars(select(SenderRegistration).where(*same).order_by(SenderRegistration.id.desc())).all()


def open_one(service_owner_id: int, country: str, sender: str) -> SenderRegistration | None:
    """Find the registration of an exact sender ID that is not at its end."""
    its = (
        SenderRegistration.service_owner_id == service_owner_id,
        SenderRegistration.country == country,
        SenderRegistration.sender == sender,
        SenderRegistration.status.in_([status.value for status in OPEN]),
    )
    return db.session.scalar(select(SenderRegistration).where(*its))


def page_of(wanted: Wanted, window: Window) -> Page[Line]:
    """Read one page of registrations, the latest begun first."""
    statement = select(*_columns()).join(ServiceOwner, ServiceOwner.id == SenderRegistration.service_owner_id)
    found = db.session.execute(window.narrow(statement.where(*_conditions(wanted)), SenderRegistration.id)).all()
    return window.page([_line(*one) for one in found], lambda line: line.id)


def _columns() -> tuple[Any, ...]:
    row = SenderRegistration
    return (
        row.id,
        row.sender,
        row.country,
        ServiceOwner.short_name,
        row.status,
        row.status_at,
        row.status_reason,
        row.due_on,
        row.valid_until,
        row.hosts_asked_at,
    )


def _line(
    registration_id: int,
    sender: str,
    country: str,
    owner: str,
    status: str,
    status_at: datetime,
    reason: str,
    due_on: date | None,
    valid_until: date | None,
    hosts_asked_at: datetime | None,
) -> Line:
    standing = RegistrationStatus(status)
    if standing in ENDING and valid_until and valid_until <= days.today_in(country):
        standing = RegistrationStatus.EXPIRED
    told = (standing, status_at, reason, due_on, valid_until, hosts_asked_at)
    return Line(registration_id, sender, country, owner, *told)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    row = SenderRegistration
    conditions = [visible(row.service_owner_id)]
    if wanted.status:
        conditions.append(row.status == wanted.status.value)
    if wanted.waits_on:
        conditions.append(_waits_on(wanted.waits_on))
    if wanted.country:
        conditions.append(row.country == wanted.country)
    if wanted.service_owner_id is not None:
        conditions.append(row.service_owner_id == wanted.service_owner_id)
    if wanted.is_overdue:
        conditions += [row.status.in_([status.value for status in WAITS_ON]), row.due_on < days.today_in("NO")]
    return conditions


def _waits_on(whom: Waiting) -> ColumnElement[bool]:
    row = SenderRegistration
    is_its_turn = row.status.in_([status.value for status, waits_on in WAITS_ON.items() if waits_on is whom])
    asks_for_hosts = and_(row.hosts_asked_at.is_not(None), row.status.in_([status.value for status in OPEN]))
    return or_(is_its_turn, asks_for_hosts) if whom is Waiting.US else and_(is_its_turn, not_(asks_for_hosts))


def counts() -> Mapping[RegistrationStatus, int]:
    """Count the registrations that the person may see by status."""
    row = SenderRegistration
    found = select(row.status, func.count()).where(visible(row.service_owner_id)).group_by(row.status)
    return {RegistrationStatus(status): number for status, number in db.session.execute(found)}


def overdue() -> int:
    """Count those whose next step was due before today."""
    found = select(func.count()).select_from(SenderRegistration).where(*_conditions(Wanted(is_overdue=True)))
    return db.session.scalar(found) or 0


def revision() -> str:
    """Tell something that changes with every registration, and with the day."""
    return f"{db.session.scalar(select(func.max(SenderRegistration.changed_at)))}:{days.today_in('NO')}"


def pressing(most: int) -> list[Line]:
    """List what waits for an administrator, what is due first and then what has waited longest."""
    waiting = select(*_columns()).join(ServiceOwner, ServiceOwner.id == SenderRegistration.service_owner_id)
    first = (SenderRegistration.due_on.asc().nulls_last(), SenderRegistration.status_at, SenderRegistration.id)
    found = waiting.where(*_conditions(Wanted(waits_on=Waiting.US))).order_by(*first).limit(most)
    return [_line(*one) for one in db.session.execute(found)]


def countries_in_use() -> list[str]:
    """List the countries that there are registrations for."""
    found = select(SenderRegistration.country).where(visible(SenderRegistration.service_owner_id)).distinct()
    return sorted(db.session.scalars(found))


def _kept(registration_id: int) -> tuple[ColumnElement[bool], ...]:
    return Evidence.registration_id == registration_id, Evidence.removed_at.is_(None)
