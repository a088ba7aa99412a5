"""Questions about failures: the groups with their counts and growth, what is in a group, and who cares for it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from app.accounts.models import Person, ServiceOwner
from app.db import db, utcnow
from app.messaging.scheme import OF_CHANNEL
from app.messaging.status import Channel, Route, Status
from app.orders.models import Order
from app.shipments.models import Notification, NotificationState, Shipment
from app.shipments.stretch import Stretch
from app.support.care.models import NotificationCare, NotificationFollow
from app.support.failures.models import (
    DeskFollow,
    DeskNote,
    Failure,
    FailureCount,
    FailureGroup,
    FailureInflow,
    Incident,
)
from app.web.paging import Page, Window

MOST_GROUPS = 200
"""How many groups the inbox shows; a filter finds the others."""

HOUR = timedelta(hours=1)
_IS_SIMULATED = {"real": False, "simulated": True}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which groups are asked for; empty fields let all pass."""

    service_owner_id: int | None = None
    channel: Channel | None = None
    country: str = ""
    status: Status | None = None
    reason: str = ""
    gateway: str = ""
    route: str = ""
    within: timedelta | None = None
    """Groups to which a failure came within so long."""
    assigned_to_id: int | None = None
    followed_by_id: int | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Say it as the database asks it."""
        for column, value in (
            (FailureGroup.service_owner_id, self.service_owner_id),
            (FailureGroup.status, self.status),
            (FailureGroup.country, self.country),
            (FailureGroup.reason, self.reason),
            (FailureGroup.gateway, self.gateway),
        ):
            if value:
                yield column == value
        if self.channel is not None:
            yield FailureGroup.status.in_(OF_CHANNEL[self.channel])
        if self.route in _IS_SIMULATED:
            yield (FailureGroup.route == Route.SIMULATED).is_(_IS_SIMULATED[self.route])
        if self.assigned_to_id is not None:
            mine = select(NotificationCare.notification_id).where(
                NotificationCare.assigned_to_id == self.assigned_to_id
            )
            yield (FailureGroup.assigned_to_id == self.assigned_to_id) | FailureGroup.id.in_(_groups_of(mine))
        if self.followed_by_id is not None:
            mine = select(NotificationFollow.notification_id).where(NotificationFollow.person_id == self.followed_by_id)
            groups_ = select(DeskFollow.group_id).where(DeskFollow.person_id == self.followed_by_id)
            yield FailureGroup.id.in_(groups_) | FailureGroup.id.in_(_groups_of(mine))


@dataclass(frozen=True, slots=True)
class Group:
    """One group as the inbox shows it."""

    status: Status
    route: Route
    id: int
    reason: str
    country: str
    sender: str
    gateway: str
    service_owner_id: int
    service_owner: str
    assigned_to_id: int | None
    assigned_to: str | None
    count: int
    last_at: datetime
    began_at: datetime | None = None
    in_an_hour: int = 0
    jumped_at: datetime | None = None
    """Since when it is a jump against its usual rate; None where it is not."""
    usually: int = 0
    """Where it is a jump: how many came in the same hour of the week before."""

    @property
    def is_simulated(self) -> bool:
        """Whether it went to the simulator."""
        return self.route is Route.SIMULATED


@dataclass(frozen=True, slots=True)
class Line:
    """One failure as its group shows it."""

    status: Status
    route: Route
    id: int
    address: str
    country: str
    order_id: int
    senders_reference: str
    service_owner_id: int
    expires_at: datetime
    failed_at: datetime
    assigned_to: str | None = None
    is_uncertain: bool = False

    @property
    def is_simulated(self) -> bool:
        """Whether it went to the simulator."""
        return self.route is Route.SIMULATED


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a group."""

    at: datetime
    person: str
    words: str


def groups(wanted: Wanted) -> list[Group]:
    """List the groups that have failures: jumps first, then the latest failure first."""
    counted = _counted().subquery("counted")
    statement = (
        _groups(counted)
        .where(counted.c.n > 0, *wanted.conditions())
        .order_by(Incident.id.is_(None), counted.c.last_at.desc(), FailureGroup.id)
        .limit(MOST_GROUPS)
    )
    if wanted.within is not None:
        statement = statement.where(counted.c.last_at >= utcnow() - wanted.within)
    return _grown([_group(*row) for row in db.session.execute(statement)])


def group(group_id: int) -> Group | None:
    """Find one group, also where nothing is left in it; None where there is none."""
    return groups_by_id([group_id]).get(group_id)


def groups_by_id(group_ids: Collection[int]) -> dict[int, Group]:
    """Find these groups by two questions, also those in which nothing is left."""
    counted = _counted().where(FailureCount.group_id.in_(group_ids)).subquery("counted")
    rows = db.session.execute(_groups(counted).where(FailureGroup.id.in_(group_ids)))
    return {one.id: one for one in _grown([_group(*row) for row in rows])}


def lines(group_id: int, window: Window) -> Page[Line]:
    """Give one page of a group's failures, the newest notification first."""
    stretch = Stretch.of(window)
    columns = (Failure.group_id, Failure.notification_id)
    ids = stretch.by_index(select(Failure.notification_id, Failure.failed_at), columns, group_id).subquery("wanted")
    joined = (
        select(ids.c.notification_id)
        .join(Notification, Notification.id == ids.c.notification_id)
        .join(NotificationState, NotificationState.id == ids.c.notification_id)
        .join(Shipment, Shipment.id == Notification.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .outerjoin(NotificationCare, NotificationCare.notification_id == Notification.id)
        .outerjoin(Person, Person.id == NotificationCare.assigned_to_id)
    )
    statement = stretch.by_key(joined, ids.c.notification_id).with_only_columns(*_LINE, ids.c.failed_at, Person.name)
    return window.page([_line(*row) for row in db.session.execute(statement)], key=lambda line: line.id)


def group_of(notification_id: int) -> int | None:
    """Tell in which group an unresolved failure is; None where it is not one."""
    return db.session.scalar(select(Failure.group_id).where(Failure.notification_id == notification_id))


def notes(group_id: int) -> list[Note]:
    """List what was written about a group, the first first."""
    statement = select(DeskNote.at, Person.name, DeskNote.words).join(Person, Person.id == DeskNote.person_id)
    return [
        Note(*row) for row in db.session.execute(statement.where(DeskNote.group_id == group_id).order_by(DeskNote.id))
    ]


def is_followed(group_id: int, person_id: int) -> bool:
    """Tell whether somebody follows a group."""
    return db.session.get(DeskFollow, (group_id, person_id)) is not None


def followers(group_id: int) -> Sequence[Person]:
    """List who follows a group, or has it assigned, and can still sign in."""
    following = select(DeskFollow.person_id).where(DeskFollow.group_id == group_id)
    assigned = select(FailureGroup.assigned_to_id).where(FailureGroup.id == group_id)
    theirs = Person.id.in_(following.union(assigned))
    return db.session.scalars(select(Person).where(theirs, Person.disabled_at.is_(None))).all()


def colleagues() -> Sequence[Person]:
    """List who works at the desk, by name."""
    at_the_desk = (Person.is_support | Person.is_administrator, Person.disabled_at.is_(None))
    return db.session.scalars(select(Person).where(*at_the_desk).order_by(Person.name)).all()


def choices() -> dict[str, list[str]]:
    """List the countries, gateways and reasons that groups have ever had, for the filter."""
    columns = {"country": FailureGroup.country, "gateway": FailureGroup.gateway, "reason": FailureGroup.reason}
    return {
        name: [value for value in db.session.scalars(select(column).distinct().order_by(column)) if value]
        for name, column in columns.items()
    }


def inflow(group_ids: Collection[int], until: datetime) -> dict[int, int]:
    """Tell how many failures came to each of the groups in the hour before a moment, to ten minutes."""
    hour = (FailureInflow.began_at > until - HOUR, FailureInflow.began_at <= until)
    summed = select(FailureInflow.group_id, cast(func.sum(FailureInflow.n), BigInteger)).where(
        *hour, FailureInflow.group_id.in_(group_ids)
    )
    return {row[0]: row[1] for row in db.session.execute(summed.group_by(FailureInflow.group_id))}


def _groups_of(notification_ids: Select[int]) -> Select[int]:
    return select(Failure.group_id).where(Failure.notification_id.in_(notification_ids))


def _counted() -> Select[int, int, datetime]:
    return select(
        FailureCount.group_id,
        cast(func.sum(FailureCount.n), BigInteger).label("n"),
        func.max(FailureCount.last_at).label("last_at"),
    ).group_by(FailureCount.group_id)


def _groups(counted: Any) -> Select[*tuple[Any, ...]]:
    began_at = (
        select(func.min(Failure.failed_at)).where(Failure.group_id == FailureGroup.id).correlate(FailureGroup)
    ).scalar_subquery()
    return (
        select(
            FailureGroup.status,
            FailureGroup.route,
            FailureGroup.id,
            FailureGroup.reason,
            FailureGroup.country,
            FailureGroup.sender,
            FailureGroup.gateway,
            FailureGroup.service_owner_id,
            ServiceOwner.short_name,
            FailureGroup.assigned_to_id,
            Person.name,
            counted.c.n,
            counted.c.last_at,
            began_at,
            Incident.began_at.label("jumped_at"),
            Incident.usually,
        )
        .join(counted, counted.c.group_id == FailureGroup.id)
        .join(ServiceOwner, ServiceOwner.id == FailureGroup.service_owner_id)
        .outerjoin(Person, Person.id == FailureGroup.assigned_to_id)
        .outerjoin(Incident, (Incident.group_id == FailureGroup.id) & Incident.ended_at.is_(None))
    )


def _grown(found: list[Group]) -> list[Group]:
    recent = inflow([one.id for one in found], utcnow())
    return [replace(one, in_an_hour=recent.get(one.id, 0)) for one in found]


def _group(status: int, route: int, *others: Any) -> Group:
    *plain, jumped_at, usually = others
    return replace(Group(Status(status), Route(route), *plain), jumped_at=jumped_at, usually=usually or 0)


_LINE = (
    NotificationState.status,
    NotificationState.route,
    Notification.id,
    Notification.address,
    Notification.country,
    Order.id,
    Order.senders_reference,
    Order.service_owner_id,
    Shipment.expires_at,
)


def _line(status: int, route: int, *others: Any) -> Line:
    return Line(Status(status), Route(route), *others)
