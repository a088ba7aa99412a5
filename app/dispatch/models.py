"""Tables of the work under way: batches to hand over, delivery reports to apply. A row goes when its work is done."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class Batch(Base):
    """Notifications of one shipment that are claimed and handed over together."""

    __tablename__ = "batch"

    id: Mapped[int] = identity()
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    service_owner_id: Mapped[int]
    channel: Mapped[int] = small()
    daytime_only: Mapped[bool]
    expires_at: Mapped[datetime]
    first_id: Mapped[int]
    last_id: Mapped[int]
    ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """Ascending ids, where not all from `first_id` to `last_id` are meant."""
    turn: Mapped[int]
    """Lower goes first: a shipment's batches stand behind each other, and beside those of others."""
    handed_to: Mapped[int | None]
    """Notifications up to this id may have reached the gateway; those after it surely have not."""
    gateway: Mapped[str | None]
    """The gateway that those up to `handed_to` may have reached."""
    route: Mapped[int | None] = mapped_column(SmallInteger)
    lease_until: Mapped[datetime | None]
    """Until when a worker has it; null while it waits."""
    worker: Mapped[str | None]
    """Which claim it is held by; never the same twice."""
    waits_for: Mapped[str | None]
    """The gateway that it waits for; empty where none serves it, null where it does not wait for any."""
    waits_since: Mapped[datetime | None]
    waits_until: Mapped[datetime | None]
    """When it is worth the while to look again, at the earliest."""
    waits_revision: Mapped[int | None]
    """The pool's, when it began to wait: another one means that things have changed."""
    failures: Mapped[int] = small(default=0)
    """How often a fault of our own kept it from being handed over."""
    fault: Mapped[str] = mapped_column(server_default="")
    """The kind and place of the last one, never its words."""
    isolated_at: Mapped[datetime | None]
    """Since when it is left to administrators, after too many faults."""

    __table_args__ = (
        Index(
            "ix_batch_waiting",
            "daytime_only",
            "service_owner_id",
            "turn",
            "id",
            postgresql_where=text("lease_until is null"),
        ),
        Index(
            "ix_batch_ready",
            "daytime_only",
            "service_owner_id",
            "turn",
            "id",
            postgresql_where=text("lease_until is null and waits_for is null and isolated_at is null"),
        ),
        Index(
            "ix_batch_waits",
            "waits_for",
            "service_owner_id",
            "turn",
            "id",
            postgresql_where=text("waits_for is not null"),
        ),
        Index("ix_batch_isolated", "id", postgresql_where=text("isolated_at is not null")),
        Index("ix_batch_claimed", "lease_until", postgresql_where=text("lease_until is not null")),
        Index("ix_batch_shipment_id", "shipment_id"),
        {"postgresql_with": {"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.02}},
    )


class ReportInbox(Base):
    """Delivery reports as they came, one row per call of the webhook, or promised by a gateway for later."""

    __tablename__ = "report_inbox"

    id: Mapped[int] = identity()
    gateway: Mapped[str]
    body: Mapped[bytes] = mapped_column(BYTEA)
    promised: Mapped[bool] = mapped_column(server_default=text("false"))
    """Made by ourselves (simulator, bounce window), in our own form; otherwise the gateway's own bytes."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    due_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    tries: Mapped[int] = small(default=0)
    """How often it was put back because a reference was not known yet."""
    reports: Mapped[int] = mapped_column(Integer, server_default=text("0"))

    __table_args__ = (
        Index("ix_report_inbox_due_at", "due_at", "id"),
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": 0.02}},
    )


class Addressee(Base):
    """One notification of a shipment that looks people up, as the registers' answers made it; stays for falling back.

    Its id is that of its place in the shipment's block of ids, and of its half where the scheme has two channels.
    """

    __tablename__ = "addressee"

    shipment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    """From 1; a recipient takes as many places as it has addresses, an organisation perhaps several."""
    half: Mapped[int] = small(primary_key=True)
    """0, or 1 for the other channel of two that are both used."""
    part: Mapped[int] = small()
    row_no: Mapped[int] = mapped_column(Integer)
    channel: Mapped[int] = small()
    address: Mapped[str]
    """E.164 or an e-mail address; empty where nothing is sent."""
    country: Mapped[str]
    status: Mapped[int] = small()
    """The status that the notification begins with: final where nothing is sent."""
    other_address: Mapped[str]
    """The address on the other channel of a preferred scheme; empty where there is none."""
    other_country: Mapped[str]
    register_answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What a register answered, and when, without addresses; null for a recipient known by address."""

    __table_args__ = (Index("ix_addressee_shipment_id_part_row_no", "shipment_id", "part", "row_no"),)


class LookUpChunk(Base):
    """Some recipients of a shipment whom a worker is just looking up; gone when they are stored."""

    __tablename__ = "look_up_chunk"

    id: Mapped[int] = identity()
    shipment_id: Mapped[int] = mapped_column(BigInteger)
    part: Mapped[int] = small()
    row_no: Mapped[int] = mapped_column(Integer)
    """The recipient before the first of them."""
    recipients: Mapped[int] = mapped_column(Integer)
    """How many there are; none in the one that closes the look-up."""
    places: Mapped[int] = mapped_column(Integer)
    """The place before the first of theirs."""
    until: Mapped[datetime]
    """When somebody else may take it: whoever had it is gone by then, or waits for a register."""

    __table_args__ = (Index("ix_look_up_chunk_shipment_id_until", "shipment_id", "until"),)


class MailboxPlace(Base):
    """How far a gateway's mailbox of bounces and complaints has been read."""

    __tablename__ = "mailbox_place"

    gateway: Mapped[str] = mapped_column(primary_key=True)
    validity: Mapped[int]
    """The mailbox's own numbering, which changes when it counts anew."""
    uid: Mapped[int]
