"""Questions about one placed order: what was asked for, by whom, and which values its recipients bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, SmallInteger, bindparam, cast, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.accounts.current import may_see, visible_to_me
from app.accounts.models import Person, ServiceOwner
from app.db import asked, db, written
from app.messaging.schedule import next_opening, window_is_open
from app.messaging.scheme import channels_of
from app.messaging.status import SHIPMENT_OPEN, Channel, ShipmentStatus
from app.orders.models import Intake, Order, Recipient
from app.shipments.models import Notification, Shipment
from app.shipments.selection import Block

MAIN = 0
"""The number of an order's main shipment."""

_ONE: ColumnElement[int] = literal_column("1")


@dataclass(frozen=True, slots=True)
class Head:
    """A placed order with one shipment, the main one where its page begins with it; of a notification, as its channel
    says it."""

    status: ShipmentStatus
    order_id: int
    public_id: UUID
    senders_reference: str
    placed_at: datetime
    placed_by: str | None
    estimated_cost: Decimal | None
    service_owner_id: int
    service_owner: str
    service_owner_name: str
    shipment_id: int
    channel: int
    """A `Scheme`; of one notification, its channel."""
    falls_back: bool
    moved_to_email: Sequence[str]
    """Countries whose recipients get an e-mail and no SMS, where they have both addresses."""
    status_at: datetime
    requested_send_at: datetime
    daytime_only: bool
    days: int
    expires_at: datetime
    sms_sender: str
    sms_text: str
    email_from: str
    email_subject: str
    email_text: str
    email_is_markdown: bool
    template_version_id: int | None
    is_test: bool
    language: str
    language_column: str
    wordings: Mapping[str, Mapping[str, str]]
    recipients: int
    first_id: int | None
    last_id: int | None
    made: int
    stopped_at: datetime | None
    stopped: int
    """How many notifications were not handed over because somebody stopped the sending."""
    stopped_by: str | None
    waits_for: str
    """The register that does not answer, and without which nothing is sent."""
    waits_since: datetime | None
    register_due_at: datetime | None
    ignores_reservation: bool
    reservation_ground: str
    """The legal ground on which reserved persons are sent to, where they are."""
    uses_stale: bool
    shared: int
    """How many addresses were those of an earlier recipient, who gets the one notification to them."""

    no: int
    """0 is the main shipment; reminders count from 1."""
    shipment_public_id: UUID
    """Altinn's `shipmentId`."""

    @property
    def is_open(self) -> bool:
        """Whether the shipment still moves by itself."""
        return self.status in SHIPMENT_OPEN

    @property
    def may_be_stopped(self) -> bool:
        """Whether it has begun, and some of it may still not have been handed over."""
        is_under_way = self.status in (ShipmentStatus.PROCESSING, ShipmentStatus.PROCESSED)
        return is_under_way and self.stopped_at is None

    @property
    def is_sms(self) -> bool:
        """Whether all its notifications travel as SMS."""
        return self.channel == Channel.SMS

    @property
    def channels(self) -> tuple[Channel, ...]:
        """On which channels its notifications travel, the one that goes first first."""
        return channels_of(self.channel)

    @property
    def has_sms(self) -> bool:
        """Whether any of them travel as SMS."""
        return Channel.SMS in self.channels

    @property
    def apart(self) -> list["Head"]:
        """The same as each of its channels says it."""
        return [self.on(channel) for channel in self.channels]

    def on(self, channel: Channel) -> "Head":
        """The same as one channel says it."""
        return replace(self, channel=channel)

    def opens_at(self, now: datetime) -> datetime | None:
        """When SMS that wait for the send window begin to leave; None where nothing waits for it."""
        moment = max(self.requested_send_at, now)
        waits = self.has_sms and self.daytime_only and self.is_open and not window_is_open(moment, self.days)
        return next_opening(moment, self.days) if waits else None

    @property
    def sender(self) -> str:
        """The sender that was asked for."""
        return self.sms_sender if self.is_sms else self.email_from

    @property
    def text(self) -> str:
        """The text as placed, with its placeholders."""
        return self.sms_text if self.is_sms else self.email_text

    @property
    def block(self) -> Block:
        """Where its notifications are."""
        return Block(self.shipment_id, self.first_id, self.last_id)


@dataclass(frozen=True, slots=True)
class Source:
    """One pasted text or file, and what its columns are called."""

    part: int
    file_name: str
    columns: Sequence[str]
    recipient_column: int | None
    email_column: int | None

    @property
    def own_columns(self) -> tuple[int | None, int | None]:
        """The columns that hold the recipients' addresses."""
        return self.recipient_column, self.email_column


def head(order_id: int, no: int = MAIN) -> Head | None:
    """Find a placed order with one of its shipments that the person at the desk may see."""
    found = [_made(*row) for row in asked(_head_of_order(), {"order_id": order_id, "no": no})]
    return next((head for head in found if may_see(head.service_owner_id)), None)


def is_draft(order_id: int, service_owner_ids: Sequence[int]) -> bool:
    """Whether it is a draft of one of these service owners."""
    mine = (Order.id == order_id, Order.placed_at.is_(None), Order.service_owner_id.in_(service_owner_ids))
    return db.session.scalar(select(Order.id).where(*mine)) is not None


def head_of_notification(notification_id: int) -> Head | None:
    """Find the order and the shipment of a notification, if the person at the desk may see it."""
    mine = (Notification.id == notification_id, visible_to_me(Order.service_owner_id))
    row = db.session.execute(_HEADS_OF_NOTIFICATIONS.where(*mine)).one_or_none()
    return None if row is None else _made(*row[1:]).on(Channel(row[0]))


def sources(order_id: int) -> dict[int, Source]:
    """Find by one question where an order's recipients came from, by part."""
    columns = (Intake.part, Intake.file_name, Intake.columns, Intake.recipient_column, Intake.email_column)
    found = [Source(*row) for row in db.session.execute(select(*columns).where(Intake.order_id == order_id))]
    return {source.part: source for source in found}


def values_of(order_id: int, rows: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[str]]:
    """Find by one question the personal values of the recipients at these parts and row numbers."""
    found = _of_rows(order_id, rows, Recipient.values)
    return {(part, row_no): values for part, row_no, values in db.session.execute(found) if values}


def identities_of(order_id: int, rows: Sequence[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, bytes]]:
    """Find by one question the kind and the sealed number of those of these recipients who have one."""
    found = _of_rows(order_id, rows, Recipient.kind, Recipient.identity)
    return {(part, row_no): (kind, number) for part, row_no, kind, number in db.session.execute(found) if number}


def _of_rows(order_id: int, rows: Sequence[tuple[int, int]], *columns: Any) -> Select[*tuple[Any, ...]]:
    numbers = func.unnest(
        cast([part for part, _ in rows], ARRAY(SmallInteger)), cast([row_no for _, row_no in rows], ARRAY(Integer))
    )
    wanted = numbers.table_valued("part", "row_no", name="wanted").render_derived()
    same_row = (Recipient.order_id == order_id, Recipient.part == wanted.c.part, Recipient.row_no == wanted.c.row_no)
    # One look-up each: a join would be planned as a walk through all recipients, stretch after stretch.
    its = select(*columns).where(*same_row).limit(_ONE).lateral("its")
    return select(wanted.c.part, wanted.c.row_no, *its.c).select_from(wanted.join(its, true()))


def known_of(order_id: int, part: int, row_no: int) -> tuple[list[str], int, str | None, bytes | None]:
    """Tell a recipient's values and its kind, and what a register knows of it: its name, and its number, sealed."""
    known = select(Recipient.values, Recipient.kind, Recipient.register_name, Recipient.identity)
    mine = (Recipient.order_id == order_id, Recipient.part == part, Recipient.row_no == row_no)
    values, *others = db.session.execute(known.where(*mine)).one_or_none() or (None, 0, None, None)
    return (values or [], *others)


def _made(status: int, *others: Any) -> Head:
    return Head(ShipmentStatus(status), *others)


_STOPPER = aliased(Person)
_HEAD = (
    Shipment.status,
    Order.id,
    Order.public_id,
    Order.senders_reference,
    Order.placed_at,
    Person.name,
    Order.estimated_cost,
    Order.service_owner_id,
    ServiceOwner.short_name,
    ServiceOwner.name,
    Shipment.id,
    Shipment.channel,
    Shipment.falls_back,
    Shipment.moved_to_email,
    Shipment.status_at,
    Shipment.requested_send_at,
    Shipment.daytime_only,
    Shipment.days,
    Shipment.expires_at,
    Shipment.sms_sender,
    Shipment.sms_text,
    Shipment.email_from,
    Shipment.email_subject,
    Shipment.email_text,
    Shipment.email_is_markdown,
    Order.template_version_id,
    Order.is_test,
    Shipment.language,
    Shipment.language_column,
    Shipment.wordings,
    Shipment.recipients,
    Shipment.first_id,
    Shipment.last_id,
    Shipment.made,
    Shipment.stopped_at,
    Shipment.stopped,
    _STOPPER.name,
    Shipment.waits_for,
    Shipment.waits_since,
    func.coalesce(Shipment.register_due_at, Shipment.ask_again_at),
    Shipment.ignores_reservation,
    Order.reservation_ground,
    Shipment.uses_stale,
    Shipment.shared,
    Shipment.no,
    Shipment.public_id,
)
_HEADS = (
    select(*_HEAD)
    .select_from(Order)
    .join(Shipment, Shipment.order_id == Order.id)
    .join(ServiceOwner, ServiceOwner.id == Order.service_owner_id)
    .outerjoin(Person, Person.id == Order.placed_by_id)
    .outerjoin(_STOPPER, _STOPPER.id == Shipment.stopped_by_id)
)
_HEADS_OF_NOTIFICATIONS = _HEADS.with_only_columns(Notification.channel, *_HEAD).join(
    Notification, Notification.shipment_id == Shipment.id
)


@cache
def _head_of_order() -> str:
    return written(_HEADS.where(Order.id == bindparam("order_id"), Shipment.no == bindparam("no")))
