"""The order list: placed orders, the latest first, a page by key at any number of orders and service owners."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TableValuedAlias,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from app.accounts.models import ServiceOwner
from app.db import db
from app.messaging.scheme import Scheme
from app.messaging.status import SHIPMENT_OPEN, ShipmentStatus
from app.orders.follow.queries import MAIN
from app.orders.models import Order
from app.shipments.models import Shipment
from app.shipments.selection import begins_with
from app.shipments.stretch import Stretch
from app.web.paging import Page, Window

MOST_FOUND = 1000
"""How many orders of one service owner a search by reference finds at most."""

TEXT_START = 80
"""How many characters of the text the list shows."""

_MOST_FOUND: ColumnElement[int] = literal_column(str(MOST_FOUND))
_ONE: ColumnElement[int] = literal_column("1")
_BY_REFERENCE = sql("orders.senders_reference using ~<~")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders are asked for."""

    service_owner_ids: Sequence[int]
    """Orders of these only."""
    status: ShipmentStatus | None = None
    reference: str = ""
    """How the sender's reference begins, in the case in which it was written."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One placed order as the list shows it."""

    status: ShipmentStatus
    order_id: int
    shipment_id: int
    service_owner_id: int
    service_owner: str
    senders_reference: str
    channel: int
    text: str
    """The SMS text or the e-mail's subject."""
    recipients: int
    requested_send_at: datetime
    placed_at: datetime
    waits_for: str
    """The register that does not answer, and without which nothing is sent."""

    @property
    def is_open(self) -> bool:
        """Whether its shipment still moves by itself."""
        return self.status in SHIPMENT_OPEN


def page_of(wanted: Wanted, window: Window) -> Page[OrderLine]:
    """Give one page of orders by one question; the key is the main shipment, since that is made when placing."""
    stretch = Stretch.of(window)
    keys = _by_reference(wanted, stretch) if wanted.reference else _by_owner(wanted, stretch)
    key = keys.subquery("wanted").c.id
    joined = (
        select(key)
        .join(Shipment, Shipment.id == key)
        .join(Order, Order.id == Shipment.order_id)
        .join(ServiceOwner, ServiceOwner.id == Order.service_owner_id)
    )
    rows = db.session.execute(stretch.by_key(joined, key).with_only_columns(*_LINE))
    return window.page([_line(*row) for row in rows], key=lambda line: line.shipment_id)


def lines_of(order_ids: Collection[int]) -> list[OrderLine]:
    """Tell how these placed orders stand, the latest first; unknown ones are left out."""
    statement = (
        select(*_LINE)
        .join(Order, Order.id == Shipment.order_id)
        .join(ServiceOwner, ServiceOwner.id == Order.service_owner_id)
        .where(Order.id.in_(order_ids), Shipment.no == MAIN)
        .order_by(Shipment.id.desc())
    )
    return [_line(*row) for row in db.session.execute(statement)]


def _by_owner(wanted: Wanted, stretch: Stretch) -> Select[int]:
    """A union of limited scans, one of each service owner: together they may own millions of shipments."""
    owner = _owners(wanted)
    columns = (Shipment.service_owner_id, Shipment.id)
    scan = stretch.by_index(_main_shipments(wanted), columns, owner.c.id).lateral("scan")
    return stretch.by_key(select(scan.c.id).select_from(owner.join(scan, true())), scan.c.id)


def _by_reference(wanted: Wanted, stretch: Stretch) -> Select[int]:
    """Found first and materialised: bounds on the shipments' ids would tempt the planner to begin with all of these."""
    found = _orders_by_reference(wanted).subquery("found")
    its = _main_shipments(wanted).where(Shipment.order_id == found.c.id).limit(_ONE).lateral("its")
    keys = select(its.c.id).select_from(found.join(its, true())).cte("keys").prefix_with("MATERIALIZED")
    return stretch.by_key(select(keys.c.id), keys.c.id)


def _orders_by_reference(wanted: Wanted) -> Select[int]:
    owner = _owners(wanted)
    begins = begins_with(Order.senders_reference, wanted.reference)
    scan = (
        select(Order.id)
        .where(Order.service_owner_id == owner.c.id, begins, Order.placed_at.is_not(None))
        .order_by(_BY_REFERENCE)
        .limit(_MOST_FOUND)
        .lateral("scan")
    )
    return select(scan.c.id).select_from(owner.join(scan, true()))


def _main_shipments(wanted: Wanted) -> Select[int]:
    statement = select(Shipment.id).where(Shipment.no == MAIN)
    return statement if wanted.status is None else statement.where(Shipment.status == wanted.status)


def _owners(wanted: Wanted) -> TableValuedAlias:
    ids = cast(list(wanted.service_owner_ids), ARRAY(BigInteger))
    return func.unnest(ids).table_valued("id", name="owner").render_derived()


_BY_EMAIL_FIRST = Shipment.channel.in_((Scheme.EMAIL, Scheme.EMAIL_PREFERRED, Scheme.EMAIL_AND_SMS))
_TEXT = case((_BY_EMAIL_FIRST, Shipment.email_subject), else_=Shipment.sms_text)
_LINE = (
    Shipment.status,
    Order.id,
    Shipment.id,
    Order.service_owner_id,
    ServiceOwner.short_name,
    Order.senders_reference,
    Shipment.channel,
    func.left(_TEXT, TEXT_START),
    Shipment.recipients,
    Shipment.requested_send_at,
    Shipment.placed_at,
    Shipment.waits_for,
)


def _line(status: int, *others: Any) -> OrderLine:
    return OrderLine(ShipmentStatus(status), *others)
