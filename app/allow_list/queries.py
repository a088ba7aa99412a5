"""Questions about the allow-list: entries as they stand today, counts, caps, and what a number was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from app.accounts.current import current_person, service_owner_ids
from app.accounts.models import Person, ServiceOwner
from app.allow_list import days
from app.allow_list.models import Cap, Code, Entry, EntryStatus
from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.status import Route, Status
from app.shipments.models import Attempt, Notification, NotificationState, Shipment
from app.web.paging import Page, Window

USUAL_CAP = 1_000
"""Active entries in the installation, where no administrator has said otherwise."""

USUAL_CAP_OF_OWNER = 200

SHOWN_NOTIFICATIONS = 50
MOST_DECIDED = 500


@dataclass(frozen=True, slots=True)
class Caps:
    """How many entries may be active at once."""

    whole: int
    owners: Mapping[int, int]

    def of(self, service_owner_id: int) -> int:
        """For one service owner."""
        return self.owners.get(service_owner_id, USUAL_CAP_OF_OWNER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries the table shows."""

    status: EntryStatus | None = None
    service_owner_id: int | None = None
    is_ending_soon: bool = False
    search: str = ""
    """A number in E.164 or how it begins, or a part of the holder's name or purpose."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the table shows it."""

    id: int
    number: str
    status: EntryStatus
    holder: str
    purpose: str
    service_owner_id: int
    service_owner: str
    from_at: datetime
    until_at: datetime
    requested_by_id: int
    requested_by: str
    verified_at: datetime | None
    is_tenor: bool
    reason: str
    last_real_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One notification to a number."""

    id: int
    shipment_id: int
    service_owner: str
    status: Status
    is_simulated: bool
    status_at: datetime


def visible(service_owner_id: Any) -> ColumnElement[bool]:
    """Limit a statement to the person's own service owners; administrators see all, the support desk none."""
    if current_person().is_administrator:
        return true()
    limited: ColumnElement[bool] = service_owner_id.in_(service_owner_ids())
    return limited


def standing(entry: Entry) -> EntryStatus:
    """Tell what an entry is at this moment: an active one is expired from its end on, whether written down or not."""
    if entry.status == EntryStatus.ACTIVE and entry.until_at <= utcnow():
        return EntryStatus.EXPIRED
    return EntryStatus(entry.status)


def standing_column() -> ColumnElement[int]:
    """The same within a statement."""
    has_ended = and_(Entry.status == EntryStatus.ACTIVE, Entry.until_at <= utcnow())
    return case((has_ended, literal(int(EntryStatus.EXPIRED))), else_=Entry.status)


def entry(entry_id: int) -> Entry | None:
    """Find an entry of a service owner that the person may see."""
    return db.session.scalar(select(Entry).where(Entry.id == entry_id, visible(Entry.service_owner_id)))


def page_of(wanted: Wanted, window: Window) -> Page[Line]:
    """Give one page of entries, the latest asked for first, with the last real SMS of each number."""
    asker = aliased(Person)
    statement = (
        select(*_line_columns(asker))
        .join(ServiceOwner, ServiceOwner.id == Entry.service_owner_id)
        .join(asker, asker.id == Entry.requested_by_id)
        .where(*_conditions(wanted))
    )
    rows = db.session.execute(window.narrow(statement, Entry.id)).all()
    return window.page([_line(*row) for row in rows], lambda line: line.id)


def _line_columns(asker: Any) -> tuple[Any, ...]:
    return (
        Entry.id,
        Entry.number,
        standing_column(),
        Entry.holder,
        Entry.purpose,
        Entry.service_owner_id,
        ServiceOwner.short_name,
        Entry.from_at,
        Entry.until_at,
        Entry.requested_by_id,
        asker.name,
        Entry.verified_at,
        Entry.is_tenor,
        Entry.reason,
        last_real(Entry.number).scalar_subquery(),
    )


def _line(entry_id: int, number: str, status: int, *others: Any) -> Line:
    return Line(entry_id, number, EntryStatus(status), *others)


def last_real(number: Any) -> Select[Any]:
    """The statement of when a number was last handed a real SMS."""
    its = and_(Notification.address == number, Attempt.notification_id == Notification.id)
    found = select(Attempt.handed_over_at).where(its, Attempt.route == Route.REAL)
    return found.order_by(Notification.id.desc(), Attempt.no.desc()).limit(1).correlate(Entry)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [visible(Entry.service_owner_id)]
    if wanted.status is not None:
        conditions.append(standing_column() == wanted.status)
    if wanted.service_owner_id is not None:
        conditions.append(Entry.service_owner_id == wanted.service_owner_id)
    if wanted.is_ending_soon:
        soon = utcnow() + timedelta(days=days.SOON_DAYS)
        conditions += [standing_column() == EntryStatus.ACTIVE, Entry.until_at <= soon]
    if wanted.search:
        text = wanted.search
        begins = Entry.number.startswith(text, autoescape=True)
        named = (Entry.holder.icontains(text, autoescape=True), Entry.purpose.icontains(text, autoescape=True))
        conditions.append(or_(begins, *named))
    return conditions


def counts() -> dict[EntryStatus, int]:
    """Count the entries that the person may see by what they are today."""
    status = standing_column()
    found = select(status, func.count()).where(visible(Entry.service_owner_id)).group_by(status)
    return {EntryStatus(value): number for value, number in db.session.execute(found)}


def ending_soon() -> int:
    """Count the active entries that end within 14 days."""
    found = select(func.count()).select_from(Entry).where(*_conditions(Wanted(is_ending_soon=True)))
    return db.session.scalar(found) or 0


def requested() -> Sequence[Line]:
    """List what waits for an administrator, the first asked for first, at most 500."""
    asker = aliased(Person)
    statement = (
        select(*_line_columns(asker))
        .join(ServiceOwner, ServiceOwner.id == Entry.service_owner_id)
        .join(asker, asker.id == Entry.requested_by_id)
        .where(*_conditions(Wanted(EntryStatus.REQUESTED)))
    )
    return [_line(*row) for row in db.session.execute(statement.order_by(Entry.id).limit(MOST_DECIDED))]


def waiting() -> Sequence[Any]:
    """Count what waits for an administrator by service owner, and say since when; the longest waiting first."""
    since = func.min(Entry.requested_at).label("since")
    found = (
        select(ServiceOwner.short_name, func.count().label("count"), since)
        .join(ServiceOwner, ServiceOwner.id == Entry.service_owner_id)
        .where(Entry.status == EntryStatus.REQUESTED)
    )
    return db.session.execute(found.group_by(ServiceOwner.id).order_by(since)).all()


def revision() -> str:
    """Tell something that changes with every entry that the person may see."""
    newest = select(func.max(AuditEntry.id)).where(AuditEntry.object_type == "allow_list_entry")
    return f"{db.session.scalar(newest)}:{counts()}:{ending_soon()}"


def caps() -> Caps:
    """Read the caps."""
    rows = {row.service_owner_id: row.most for row in db.session.execute(select(Cap.service_owner_id, Cap.most))}
    return Caps(rows.pop(0, USUAL_CAP), rows)


def active_per_service_owner() -> dict[int, int]:
    """Count the active entries of every service owner."""
    active = (Entry.status == EntryStatus.ACTIVE, Entry.until_at > utcnow())
    found = select(Entry.service_owner_id, func.count().label("active")).where(*active)
    rows = db.session.execute(found.group_by(Entry.service_owner_id))
    return {row.service_owner_id: row.active for row in rows}


def active_among(numbers: Select[str]) -> Sequence[Entry]:
    """Find the entries that count now, of the numbers that a statement gives."""
    now = utcnow()
    active = (Entry.status == EntryStatus.ACTIVE, Entry.from_at <= now, Entry.until_at > now)
    return db.session.scalars(select(Entry).where(*active, Entry.number.in_(numbers)).order_by(Entry.number)).all()


def entries_of(number: str) -> Sequence[Entry]:
    """List all entries of a number that the person may see, the latest first."""
    mine = (Entry.number == number, visible(Entry.service_owner_id))
    return db.session.scalars(select(Entry).where(*mine).order_by(Entry.id.desc())).all()


def history(entry_ids: Sequence[int]) -> Sequence[Any]:
    """List who changed what of these entries, the latest first, with the person's name."""
    its = (AuditEntry.object_type == "allow_list_entry", AuditEntry.object_id.in_([str(one) for one in entry_ids]))
    statement = select(AuditEntry, Person.name).outerjoin(Person, Person.id == AuditEntry.person_id).where(*its)
    return db.session.execute(statement.order_by(AuditEntry.id.desc()).limit(200)).all()


def received(number: str) -> tuple[dict[bool, int], list[Sent]]:
    """Tell how many notifications a number got, by whether they were simulated, and list the latest.

    Only those of service owners that the person may see, and of which a route was decided.
    """
    simulated = NotificationState.route == Route.SIMULATED
    joined = (
        select(simulated, func.count())
        .select_from(Notification)
        .join(NotificationState, NotificationState.id == Notification.id)
        .join(Shipment, Shipment.id == Notification.shipment_id)
        .where(
            Notification.address == number,
            NotificationState.route != Route.NONE,
            visible(Shipment.service_owner_id),
        )
    )
    numbers = {bool(value): count for value, count in db.session.execute(joined.group_by(simulated))}
    shown = joined.join(ServiceOwner, ServiceOwner.id == Shipment.service_owner_id).with_only_columns(
        Notification.id,
        Notification.shipment_id,
        ServiceOwner.short_name,
        NotificationState.status,
        simulated,
        NotificationState.status_at,
    )
    rows = db.session.execute(shown.order_by(Notification.id.desc()).limit(SHOWN_NOTIFICATIONS))
    return numbers, [_sent(*row) for row in rows]


def _sent(notification_id: int, shipment_id: int, owner: str, status: int, *others: Any) -> Sent:
    return Sent(notification_id, shipment_id, owner, Status(status), *others)


def last_code(entry_id: int) -> Code | None:
    """Find the code that was asked for last."""
    return db.session.scalar(select(Code).where(Code.entry_id == entry_id).order_by(Code.id.desc()).limit(1))
