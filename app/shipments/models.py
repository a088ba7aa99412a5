"""Tables of the way out: shipments, their notifications, the state and counts of these, attempts and delivery reports.

A notification is two rows: a wide one that never changes and carries the search indexes, and a narrow one that changes
at every step. Counts are kept by statement-level triggers (see the first migration), never counted.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, Uuid, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small
from app.shipments.moved import Moved
from app.shipments.worded import Worded


class Shipment(Worded, Moved, Base):
    """One send-out of an order, with its own content, as it was placed."""

    __tablename__ = "shipment"

    id: Mapped[int] = identity()
    public_id: Mapped[UUID] = mapped_column(Uuid, unique=True, server_default=sql("gen_random_uuid()"))
    """Altinn's `shipmentId`."""
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    no: Mapped[int] = small(default=0)
    """0 is the main shipment; reminders count from 1, what a remedy of the desk's made from 1000."""
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    channel: Mapped[int] = small()
    """A `Scheme`, as the order had it."""
    falls_back: Mapped[bool] = mapped_column(server_default=sql("false"))
    status: Mapped[int] = small(default=0)
    requested_send_at: Mapped[datetime]
    daytime_only: Mapped[bool]
    """Altinn's sending time policy `Daytime`: 09 to 17 in Oslo."""
    days: Mapped[int] = small(default=0)
    expires_at: Mapped[datetime]
    """End of the time to live of its notifications."""
    sms_sender: Mapped[str] = mapped_column(server_default="")
    email_from: Mapped[str] = mapped_column(server_default="")
    recipients: Mapped[int] = mapped_column(Integer)
    """How many recipients it was placed for."""
    first_id: Mapped[int | None]
    last_id: Mapped[int | None]
    """The contiguous block of ids that its notifications take; on two channels every recipient has two side by side."""
    made: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """For how many recipients notifications have been made so far, while it is `Processing`."""
    made_part: Mapped[int] = small(default=-1)
    made_row_no: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """The last recipient whose notification has been made."""
    ignores_reservation: Mapped[bool] = mapped_column(server_default=sql("false"))
    uses_stale: Mapped[bool] = mapped_column(server_default=sql("false"))
    looks_up: Mapped[bool] = mapped_column(server_default=sql("false"))
    """It has persons or organisations, whose contact points are looked up before its notifications are made."""
    looked_part: Mapped[int] = small(default=-1)
    looked_row_no: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """The last recipient that a worker has taken to look up, once its time has come."""
    looked_to_end: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether all of them have been taken."""
    looked_up_at: Mapped[datetime | None]
    places: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """How many places are set aside for their addresses so far; some may stay empty."""
    shared: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """How many addresses were those of a recipient at an earlier place, who gets the one notification."""
    waits_for: Mapped[str] = mapped_column(server_default="")
    """The register that does not answer, and without which nothing is sent."""
    waits_since: Mapped[datetime | None]
    register_due_at: Mapped[datetime | None]
    ask_again_at: Mapped[datetime | None]
    """Far away while it is looked up: workers that take it as a whole, as those before did, leave it alone."""
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    status_at: Mapped[datetime] = mapped_column(server_default=func.now())
    completed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stopped: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """How many notifications ended because somebody stopped the sending."""

    __table_args__ = (
        UniqueConstraint("order_id", "no"),
        Index("ix_shipment_service_owner_id_id", "service_owner_id", "id"),
        Index("ix_shipment_status_service_owner_id_id", "status", "service_owner_id", "id"),
        Index("ix_shipment_due", "requested_send_at", "id", postgresql_where=sql("status = 0")),
        Index("ix_shipment_processing", "id", postgresql_where=sql("status = 1")),
        Index("ix_shipment_stopped", "id", postgresql_where=sql("stopped_at is not null and status in (1, 5)")),
        Index("ix_shipment_open", "expires_at", "id", postgresql_where=sql("status in (1, 5)")),
    )


class IdBlock(Base):
    """Hands out contiguous blocks of ids, so that a shipment's notifications are one range of their primary key."""

    __tablename__ = "id_block"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_id: Mapped[int]


class Notification(Base):
    """One message on one channel to one address for one recipient of one shipment; never changed."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shipment_id: Mapped[int]
    channel: Mapped[int] = small()
    address: Mapped[str]
    """E.164, or an e-mail address; empty where none was found."""
    country: Mapped[str]
    """ISO 3166 alpha-2 of the number's own country; empty for e-mail."""
    part: Mapped[int] = small()
    row_no: Mapped[int] = mapped_column(Integer)
    """With `part`, the recipient that it is for."""
    register_answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Of a person or an organisation: which register answered what, and when, without addresses."""
    instead_of: Mapped[int | None]
    """The notification that failed, for which this one was made: on the other channel, or by a remedy of the desk's."""

    __table_args__ = (
        Index("ix_notification_address", "address", "id", postgresql_ops={"address": "text_pattern_ops"}),
        Index("ix_notification_email", sql("lower(address)"), "id", postgresql_where=sql("channel = 1")),
        Index(
            "ix_notification_identified",
            "shipment_id",
            "part",
            "row_no",
            postgresql_where=sql("register_answer is not null"),
        ),
    )


class NotificationState(Base):
    """What has become of a notification so far; the only row of it that changes."""

    __tablename__ = "notification_state"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shipment_id: Mapped[int]
    status: Mapped[int] = small()
    route: Mapped[int] = small(default=0)
    route_reason: Mapped[int | None] = mapped_column(SmallInteger)
    """A `RouteReason`, written together with the route at the moment when it is decided."""
    route_reason_at: Mapped[datetime | None]
    """The moment that the reason speaks of: until or since when."""
    attempts: Mapped[int] = small(default=0)
    uncertain: Mapped[bool] = mapped_column(server_default=sql("false"))
    """A hand-over was cut in two: the gateway may or may not have it, and no machine sends it again."""
    reason: Mapped[str | None]
    """A reason code beside the status, such as `no_bounce` or `handover_uncertain`."""
    verdict_id: Mapped[int | None]
    """The `ShipmentVerdict` that kept it from being handed over; what is handed over has it on its attempt."""
    due_at: Mapped[datetime | None]
    """When it is to be handed over again, after a refusal that was not for good."""
    status_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_notification_state_shipment_id_status_route_id", "shipment_id", "status", "route", "id"),
        Index("ix_notification_state_uncertain", "shipment_id", "id", postgresql_where=sql("uncertain")),
        Index(
            "ix_notification_state_shipment_id_due_at",
            "shipment_id",
            "due_at",
            postgresql_where=sql("due_at is not null"),
        ),
        Index("ix_notification_state_due_at", "due_at", postgresql_where=sql("due_at is not null")),
        {
            "postgresql_with": {
                "fillfactor": 70,
                "autovacuum_vacuum_scale_factor": 0.02,
                "autovacuum_vacuum_cost_delay": 0,
            }
        },
    )


class ShipmentCount(Base):
    """How many notifications of a shipment stand in a status; slotted so that workers do not wait for each other."""

    __tablename__ = "shipment_count"

    shipment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    status: Mapped[int] = small(primary_key=True)
    route: Mapped[int] = small(primary_key=True)
    uncertain: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    slot: Mapped[int] = small(primary_key=True)
    n: Mapped[int]
    """May be negative in one slot; only the sum over the slots means something."""
    changes: Mapped[int]
    """Only ever grows: its sum is the revision of all that a shipment's page shows."""

    __table_args__ = ({"postgresql_with": {"fillfactor": 20}},)


class Attempt(Base):
    """One hand-over of a notification to a gateway, and what came of it; only ever added."""

    __tablename__ = "attempt"

    notification_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    no: Mapped[int] = small(primary_key=True)
    gateway: Mapped[str]
    route: Mapped[int] = small()
    outcome: Mapped[int] = small()
    sender: Mapped[str]
    text: Mapped[str | None]
    """The text as sent where it was filled with the recipient's values; null where it is the shipment's own."""
    segments: Mapped[int] = small()
    """SMS segments; 0 for e-mail."""
    reference: Mapped[str | None]
    """The gateway's own reference; not held to be unique, since its mistake must not keep us from noting its answer."""
    code: Mapped[str] = mapped_column(server_default="")
    words: Mapped[str] = mapped_column(server_default="")
    """The gateway's own words."""
    verdict_id: Mapped[int | None]
    """The `ShipmentVerdict` of the hand-over; null where no country was asked about, as for an e-mail."""
    handed_over_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_attempt_gateway_reference", "gateway", "reference", postgresql_where=sql("reference is not null")),
        # Attempts lie in the order of time, so that a few kilobytes tell where the last hour's are.
        Index(
            "ix_attempt_handed_over_at",
            "handed_over_at",
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on"},
        ),
    )


class ShipmentVerdict(Base):
    """What the country rules said of one country's notifications of a shipment, and what was done about it.

    One row for each thing that was said, however many notifications share it; never changed.
    """

    __tablename__ = "shipment_verdict"

    id: Mapped[int] = identity()
    shipment_id: Mapped[int]
    country: Mapped[str]
    severity: Mapped[int] = small()
    """Of the outcome: greater is worse."""
    strictness: Mapped[int] = small()
    """Of the policy: greater is stricter."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The day, the outcome, the policy, the senders asked for, given and shown, the rules with their version."""
    digest: Mapped[str]
    """Names the facts."""
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (UniqueConstraint("shipment_id", "digest"),)


class AttemptSegment(Base):
    """One segment of an attempt whose gateway gave each segment a reference of its own."""

    __tablename__ = "attempt_segment"

    notification_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    no: Mapped[int] = small(primary_key=True)
    """The attempt's."""
    segment: Mapped[int] = small(primary_key=True)
    """From 1."""
    gateway: Mapped[str]
    reference: Mapped[str]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    """Where its own delivery report puts it; null until then."""

    __table_args__ = (Index("ix_attempt_segment_gateway_reference", "gateway", "reference"),)


class DeliveryReport(Base):
    """What a gateway said became of a notification; kept also where it changed nothing."""

    __tablename__ = "delivery_report"

    id: Mapped[int] = identity()
    notification_id: Mapped[int | None]
    """Null where the reference is not one of ours."""
    gateway: Mapped[str]
    reference: Mapped[str]
    state: Mapped[str]
    """The gateway's own word."""
    status: Mapped[int | None] = mapped_column(SmallInteger)
    """What the word means to us; null where it is not known."""
    effect: Mapped[int] = small()
    reported_at: Mapped[datetime | None]
    """The moment that the gateway gives."""
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        Index("ix_delivery_report_notification_id", "notification_id", "id"),
        Index("ix_delivery_report_unapplied", "id", postgresql_where=sql("effect not in (1, 2)")),
    )
