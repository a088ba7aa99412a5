"""What is found by a reading of the text, newest first and by key; each question walks one index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, text, true, union

from app.accounts.models import ServiceOwner
from app.contacts.sealing import sealer
from app.db import db
from app.messaging.status import Route, Status
from app.orders.follow import listing
from app.orders.follow.listing import OrderLine
from app.orders.models import Order, Recipient
from app.shipments.models import Attempt, AttemptSegment, Notification, NotificationState, Shipment
from app.shipments.stretch import Stretch
from app.support.search.readings import FINDS_ORDERS, Kind, Reading
from app.web.days import begin_of, end_of
from app.web.paging import Page, Window

LOOKED_THROUGH = 5000
"""Of how many notifications, the newest ones, a filter picks; nobody but a test gets so many."""

_ONE_EMAIL: ColumnElement[int] = literal_column("1")
_MANY: ColumnElement[int] = literal_column("1000")

GATEWAYS = text("""
with recursive known (gateway) as (
    (select gateway from attempt where reference is not null order by gateway limit 1)
    union all
    select (
        select a.gateway from attempt as a where a.reference is not null and a.gateway > k.gateway
        order by a.gateway limit 1
    ) from known as k where k.gateway is not null
)
select gateway from known where gateway is not null
""")
# Few gateways have millions of attempts: from one to the next by the index, not through all of them.


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of what is found is shown; empty fields let all pass. Days are Norwegian, both of them meant too."""

    service_owner_id: int | None = None
    statuses: frozenset[Status] = frozenset()
    routes: frozenset[Route] = field(default_factory=frozenset)
    from_on: date | None = None
    until_on: date | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not any((self.service_owner_id, self.statuses, self.routes, self.from_on, self.until_on))

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Say it as the database asks it."""
        if self.service_owner_id is not None:
            yield Shipment.service_owner_id == self.service_owner_id
        if self.statuses:
            yield NotificationState.status.in_(self.statuses)
        if self.routes:
            yield NotificationState.route.in_(self.routes)
        if self.from_on is not None:
            yield Shipment.requested_send_at >= begin_of(self.from_on)
        if self.until_on is not None:
            yield Shipment.requested_send_at < end_of(self.until_on)


@dataclass(frozen=True, slots=True)
class Found:
    """One notification that was found."""

    status: Status
    route: Route
    id: int
    address: str
    country: str
    order_id: int
    senders_reference: str
    service_owner_id: int
    service_owner: str
    at: datetime
    is_uncertain: bool

    @property
    def is_simulated(self) -> bool:
        """Whether it went to the simulator."""
        return self.route is Route.SIMULATED


def notifications(reading: Reading, wanted: Filter, window: Window) -> Page[Found]:
    """Give one page of the notifications that are found by a reading."""
    stretch = Stretch.of(window)
    wide = stretch if wanted.is_everything else Stretch(stretch.low, stretch.high, stretch.climbs, LOOKED_THROUGH)
    ids = _ids(reading, wide).cte("found").prefix_with("MATERIALIZED")
    joined = (
        select(ids.c.id)
        .join(Notification, Notification.id == ids.c.id)
        .join(NotificationState, NotificationState.id == ids.c.id)
        .join(Shipment, Shipment.id == Notification.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .join(ServiceOwner, ServiceOwner.id == Order.service_owner_id)
        .where(*wanted.conditions())
    )
    rows = db.session.execute(stretch.by_key(joined, ids.c.id).with_only_columns(*_FOUND))
    return window.page([_found(*row) for row in rows], key=lambda found: found.id)


def orders(reading: Reading, service_owner_ids: Sequence[int], window: Window) -> Page[OrderLine]:
    """Give one page of the orders that are found by a reading, of these service owners."""
    if reading.kind is Kind.REFERENCE:
        return listing.page_of(listing.Wanted(service_owner_ids, reference=reading.text), window)
    ids = set(db.session.scalars(_order_ids(reading).where(Order.placed_at.is_not(None))))
    lines = [line for line in listing.lines_of(ids) if line.service_owner_id in set(service_owner_ids)]
    return Page(lines, None, None)


def is_found(reading: Reading, service_owner_ids: Sequence[int]) -> bool:
    """Tell whether anything at all is found by a reading."""
    if reading.kind in FINDS_ORDERS:
        return bool(orders(reading, service_owner_ids, Window()).rows)
    return db.session.scalar(_ids(reading, Stretch(climbs=False, limit=1))) is not None


def _order_ids(reading: Reading) -> Select[int]:
    if reading.kind is Kind.ORDER:
        return select(Order.id).where(Order.id == int(reading.text))
    by_shipment = select(Shipment.order_id).where(Shipment.public_id == reading.text)
    # Not "or": that would look at every order.
    either = union(select(Order.id).where(Order.public_id == reading.text), by_shipment).subquery("either")
    return select(Order.id).where(Order.id.in_(select(either.c[0])))


def _ids(reading: Reading, stretch: Stretch) -> Select[int]:
    if reading.kind is Kind.PHONE:
        columns = (Notification.address, Notification.id)
        return stretch.by_key(select(Notification.id).where(columns[0] == reading.text), columns[1])
    if reading.kind is Kind.EMAIL:
        same = (func.lower(Notification.address) == reading.text, Notification.channel == _ONE_EMAIL)
        return stretch.by_key(select(Notification.id).where(*same), Notification.id)
    if reading.kind is Kind.NOTIFICATION:
        return stretch.by_key(select(Notification.id).where(Notification.id == int(reading.text)), Notification.id)
    if reading.kind is Kind.GATEWAY_REFERENCE:
        return _by_gateway_reference(reading.text, stretch)
    return _by_identity(reading.text, stretch)


def _by_gateway_reference(reference: str, stretch: Stretch) -> Select[int]:
    """An attempt's own reference, or that of one of its segments."""
    gateways = db.session.scalars(GATEWAYS).all()
    whole, segment = (
        select(table.notification_id.label("id")).where(table.gateway.in_(gateways), table.reference == reference)
        for table in (Attempt, AttemptSegment)
    )
    found = whole.union(segment).subquery("referred")
    return stretch.by_key(select(found.c.id), found.c.id)


def _by_identity(number: str, stretch: Stretch) -> Select[int]:
    """The newest recipients of that number, and the notifications that were made for them."""
    same = Recipient.identity_hash == bindparam("identity", sealer().hash(number))
    last = select(Recipient.order_id, Recipient.part, Recipient.row_no).where(same)
    last = last.order_by(Recipient.order_id.desc()).limit(_MANY)
    whom = last.cte("whom").prefix_with("MATERIALIZED")
    same_row = (
        Notification.shipment_id == Shipment.id,
        Notification.part == whom.c.part,
        Notification.row_no == whom.c.row_no,
        Notification.register_answer.is_not(None),
    )
    its = select(Notification.id).where(*same_row).lateral("its")
    found = select(its.c.id).select_from(whom).join(Shipment, Shipment.order_id == whom.c.order_id).join(its, true())
    ids = found.subquery("identified")
    return stretch.by_key(select(ids.c.id), ids.c.id)


_FOUND = (
    NotificationState.status,
    NotificationState.route,
    Notification.id,
    Notification.address,
    Notification.country,
    Order.id,
    Order.senders_reference,
    Order.service_owner_id,
    ServiceOwner.short_name,
    Shipment.requested_send_at,
    NotificationState.uncertain,
)


def _found(status: int, route: int, *others: Any) -> Found:
    return Found(Status(status), Route(route), *others)
