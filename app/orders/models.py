"""Tables of what was asked: orders, the texts and files they were given, their recipients, what the check found.

An order is a draft until `placed_at` is set; from then on only its shipments move.
"""

from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small
from app.orders.addressed import Addressed
from app.orders.taken_back import Edited, TakenBack
from app.orders.worded import FromTemplate
from app.shipments.moved import Moved

PASTED = 0
"""The part of an order that is its pasted text; files count from 1."""


class IntakeStatus(IntEnum):
    """How far a pasted text or a file has come."""

    WAITING = 0
    READING = 1
    READ = 2
    REFUSED = 3


class RecipientKind(IntEnum):
    """By what a recipient is known."""

    PHONE = 1
    EMAIL = 2
    PERSON = 3
    ORGANISATION = 4


class Order(FromTemplate, Moved, TakenBack, Edited, Base):
    """What somebody asked for: content, recipients, send time, their reference."""

    __tablename__ = "orders"

    id: Mapped[int] = identity()
    public_id: Mapped[UUID] = mapped_column(Uuid, unique=True, server_default=text("gen_random_uuid()"))
    """Altinn's `notificationOrderId`."""
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    senders_reference: Mapped[str] = mapped_column(server_default="")
    channel: Mapped[int] = small()
    """A `Scheme`: one channel, or two and which of them goes first."""
    falls_back: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether the other channel of a preferred scheme also takes over where the first one fails."""
    sms_sender: Mapped[str] = mapped_column(server_default="")
    email_from: Mapped[str] = mapped_column(server_default="")
    send_at: Mapped[datetime | None]
    """The earliest moment of sending; null means at once."""
    daytime_only: Mapped[bool]
    days: Mapped[int] = small(default=0)
    ignores_reservation: Mapped[bool] = mapped_column(server_default=false())
    """Sent to persons also where they are reserved against electronic communication."""
    reservation_ground: Mapped[str] = mapped_column(server_default="")
    uses_stale: Mapped[bool] = mapped_column(server_default=false())
    condition_url: Mapped[str] = mapped_column(server_default="")
    """Asked just before the main shipment starts; empty for none."""
    condition_holds: Mapped[bool] = mapped_column(server_default=false())
    """Whether no clear answer holds the shipment for a person; otherwise it is sent, as Altinn does."""
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    """Counted up by every change of the draft, so that what is placed is what was checked."""
    checked_revision: Mapped[int | None] = mapped_column(Integer)
    """The revision that the check lines speak of."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    placed_at: Mapped[datetime | None]
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    estimated_cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    """NOK without VAT, as the person saw it when placing; null where a price was missing."""

    __table_args__ = (
        Index("ix_orders_service_owner_id_id", "service_owner_id", "id"),
        Index("ix_orders_tests", "placed_by_id", "placed_at", postgresql_where=text("is_test")),
        Index("ix_orders_drafts", "service_owner_id", "id", postgresql_where=text("placed_at is null")),
        Index(
            "ix_orders_senders_reference",
            "service_owner_id",
            "senders_reference",
            postgresql_ops={"senders_reference": "text_pattern_ops"},
        ),
    )


class Intake(Base):
    """One pasted text or one file of recipients, and how far it has been read."""

    __tablename__ = "intake"

    id: Mapped[int] = identity()
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    part: Mapped[int] = small()
    """0 is the pasted text; files count from 1."""
    file_name: Mapped[str] = mapped_column(server_default="")
    size: Mapped[int] = mapped_column(server_default=text("0"))
    """Bytes received."""
    status: Mapped[int] = small(default=0)
    """An `IntakeStatus`."""
    columns: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}")
    """The header, as written; `recipient.values` stand in the same order."""
    recipient_column: Mapped[int | None] = mapped_column(SmallInteger)
    email_column: Mapped[int | None] = mapped_column(SmallInteger)
    """The column of e-mail addresses, where `recipient_column` holds phone numbers."""
    bytes_read: Mapped[int] = mapped_column(server_default=text("0"))
    rows_read: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    valid: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    invalid: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    half_invalid: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Valid rows of which one of two addresses cannot be used, and is not."""
    duplicates: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    countries: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    """How many of its valid rows have a number of which country; empty for e-mail."""
    hidden_rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Rows passed over because the spreadsheet hides them."""
    refusal: Mapped[str | None]
    """The code of why the whole was refused."""
    refusal_words: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    """Until when a worker reads it; after that another may start over."""
    tries: Mapped[int] = small(default=0)
    """How often a worker has begun to read it."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("order_id", "part"),
        Index("ix_intake_open", "id", postgresql_where=text("status in (0, 1)")),
    )


class UploadPart(Base):
    """A piece of an uploaded file, kept in the database so that web and workers need no common disk; gone once read.

    A short pasted text stays until the order is placed, so that it can be mended where it was pasted.
    """

    __tablename__ = "upload_part"

    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id", ondelete="CASCADE"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    data: Mapped[bytes] = mapped_column(BYTEA)
    is_sealed: Mapped[bool] = mapped_column(server_default=false())


class Recipient(Addressed, Base):
    """One addressee of an order."""

    __tablename__ = "recipient"

    __table_args__ = (
        Index("ix_recipient_identity_hash", "identity_hash", postgresql_where=text("identity_hash is not null")),
    )


class RefusedRow(Base):
    """A row that gets no notification: invalid, the same address as an earlier row, or with an impossible text.

    While the order is a draft the last two also stand in `recipient`, so that they come back when another row or the
    text changes; placing takes them out of it.
    """

    __tablename__ = "refused_row"

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = small(primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    value: Mapped[str]
    reason: Mapped[str]
    """A reason code; `duplicate` for a repeated address."""
    first_part: Mapped[int | None] = mapped_column(SmallInteger)
    first_row_no: Mapped[int | None] = mapped_column(Integer)
    """The row that a duplicate repeats."""


class OrderCheck(Base):
    """The last check that was asked for of a draft: how far it has come and what it found beside the check lines."""

    __tablename__ = "order_check"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    """The revision of the draft that it looks at."""
    total: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    without_phone: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    without_email: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    left_out: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Rows whose filled text is empty or too long to send."""
    empty_values: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    """In how many rows each placeholder's value is empty, in the order of the placeholders."""
    in_other_language: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """How many read a language that the order does not speak, and get its first."""
    heaviest_part: Mapped[int | None] = mapped_column(SmallInteger)
    heaviest_row_no: Mapped[int | None] = mapped_column(Integer)
    """The first row whose SMS takes the most segments."""
    looked_up: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """How many persons and organisations have been looked up so far."""
    to_look_up: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    looked_up_at: Mapped[datetime | None]
    """Of which moment the oldest of the registers' answers is."""
    waits_for: Mapped[str] = mapped_column(server_default="")
    """The registers that do not answer, with blanks between."""
    lease_until: Mapped[datetime | None]
    """Until when a worker does it; after that another may start over."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_order_check_open", "order_id", postgresql_where=text("ended_at is null")),)


class CheckLine(Base):
    """How many recipients of an order's country take how many segments each, found by the check."""

    __tablename__ = "check_line"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    reminder: Mapped[int] = small(primary_key=True, default=0)
    """0 for the main shipment's messages, or the reminder's number."""
    country: Mapped[str] = mapped_column(primary_key=True)
    segments: Mapped[int] = small(primary_key=True)
    """Segments of each message; 0 for e-mail."""
    recipients: Mapped[int] = mapped_column(Integer)


class CheckContent(Base):
    """How many recipients of a country get a text with links to the same hosts, and all its segments, by the check."""

    __tablename__ = "check_content"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    reminder: Mapped[int] = small(primary_key=True, default=0)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    country: Mapped[str]
    hosts: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    recipients: Mapped[int] = mapped_column(Integer)
    with_email: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """How many of them also have an e-mail address."""
    segments: Mapped[int]
    """Of all their messages together."""
