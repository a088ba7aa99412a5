"""Tables of the registrations: what was asked for, how far it has come, its evidence, and when its sender last sent."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    func,
    text,
)
from sqlalchemy import false as sql_false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.country_rules.terms import RegistrationStatus
from app.db import Base, identity

_STATUSES = ", ".join(f"'{status.value}'" for status in RegistrationStatus)
_OPEN = "status in ('draft', 'submitted', 'in_review', 'action_required', 'approved', 'suspended')"


def _words() -> Mapped[str]:
    return mapped_column(Text, server_default="")


def _list() -> Mapped[list[str]]:
    return mapped_column(ARRAY(Text), server_default="{}")


class SenderRegistration(Base):
    """One exact sender ID in one country for one service owner; at most one of them is not at its end."""

    __tablename__ = "sender_registration"

    id: Mapped[int] = identity()
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    country: Mapped[str]
    """ISO 3166 alpha-2, as country rules count countries."""
    sender: Mapped[str]
    """As the gateway takes it; the case of its letters is part of it."""
    status: Mapped[str] = mapped_column(server_default="draft")
    """`approved` ends by itself on `valid_until` or by disuse, also where nobody has written `expired` yet."""
    status_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    status_reason: Mapped[str] = _words()
    due_on: Mapped[date | None]
    """By when whoever it waits on should have done what comes next."""
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    """Counted up at every change, so that who edits an older one is told."""

    holder_name: Mapped[str] = _words()
    holder_number: Mapped[str] = _words()
    """Organisation number or what the country has instead."""
    vat_number: Mapped[str] = _words()
    holder_country: Mapped[str] = _words()
    holder_address: Mapped[str] = _words()
    brand: Mapped[str] = _words()
    website: Mapped[str] = _words()
    representative: Mapped[str] = _words()
    """Who signs for the holder: name and role."""
    contact_name: Mapped[str] = _words()
    contact_email: Mapped[str] = _words()
    contact_phone: Mapped[str] = _words()
    """E.164."""

    category: Mapped[str] = _words()
    use_case: Mapped[str] = _words()
    opt_in: Mapped[str] = _words()
    samples: Mapped[list[str]] = _list()
    monthly_volume: Mapped[int | None] = mapped_column(Integer)
    urls: Mapped[list[str]] = _list()
    """Full addresses that texts lead to."""
    wanted_hosts: Mapped[list[str]] = _list()
    providers: Mapped[list[str]] = _list()
    """Who carries the messages, in the order in which they pass them on."""
    link_proof: Mapped[str] = _words()
    """What ties the holder to the name: a trademark, a domain, a public register."""
    message_code: Mapped[str] = _words()
    """What the country wants in each message, such as a prefix."""

    registry_name: Mapped[str] = _words()
    reference: Mapped[str] = _words()
    """What the registry or provider calls it."""
    approved_hosts: Mapped[list[str]] = _list()
    hosts_asked_at: Mapped[datetime | None]
    """Since when hosts wait to be approved after it was handed in; null where none do."""
    hosts_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    nominated_for_links: Mapped[bool] = mapped_column(server_default=sql_false())
    approved_on: Mapped[date | None]
    """In the country's calendar, as are the two below."""
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """The first day on which it no longer counts."""
    lapses_after_months: Mapped[int | None] = mapped_column(Integer)
    """Without traffic; null where only the country's own rule counts."""
    setup_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    monthly_cost: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    """Both in Norwegian kroner."""

    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        CheckConstraint(f"status in ({_STATUSES})", name="status_known"),
        CheckConstraint("valid_from < valid_until", name="from_before_until"),
        Index(
            "uq_sender_registration_open",
            "service_owner_id",
            "country",
            "sender",
            unique=True,
            postgresql_where=text(_OPEN),
        ),
        Index("ix_sender_registration_asked", "service_owner_id", text("lower(sender)"), "country"),
        Index("ix_sender_registration_status_id", "status", "id"),
        Index("ix_sender_registration_country_id", "country", "id"),
        Index("ix_sender_registration_service_owner_id_id", "service_owner_id", "id"),
        Index("ix_sender_registration_changed_at", "changed_at"),
    )


class RegistrationStep(Base):
    """One change of a registration's status: by whom, when and why; rows are only ever added."""

    __tablename__ = "sender_registration_step"

    id: Mapped[int] = identity()
    registration_id: Mapped[int] = mapped_column(ForeignKey("sender_registration.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null where time itself did it."""
    old_status: Mapped[str | None]
    new_status: Mapped[str]
    reason: Mapped[str] = _words()

    __table_args__ = (Index("ix_sender_registration_step_registration_id_id", "registration_id", "id"),)


class RegistrationChange(Base):
    """What one person changed in one field, so that whoever edited at the same time can be told; only ever added."""

    __tablename__ = "sender_registration_change"

    id: Mapped[int] = identity()
    registration_id: Mapped[int] = mapped_column(ForeignKey("sender_registration.id", ondelete="CASCADE"))
    revision: Mapped[int] = mapped_column(Integer)
    """The one that the change made."""
    field: Mapped[str]
    old: Mapped[str] = _words()
    """Both as a form writes them."""
    new: Mapped[str] = _words()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        Index("ix_sender_registration_change_registration_id_revision", "registration_id", "revision", "id"),
    )


class OperatorResult(Base):
    """What one operator made of a registration; where operators differ the worst counts (the reference, 4.6)."""

    __tablename__ = "sender_operator_result"

    registration_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sender_registration.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    operator: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    since_on: Mapped[date | None]
    note: Mapped[str] = _words()

    __table_args__ = (CheckConstraint(f"status in ({_STATUSES})", name="status_known"),)


class Evidence(Base):
    """A file that proves something about a registration; its content lies in pieces of its own."""

    __tablename__ = "sender_evidence"

    id: Mapped[int] = identity()
    registration_id: Mapped[int] = mapped_column(ForeignKey("sender_registration.id", ondelete="CASCADE"))
    kind: Mapped[str]
    """A `Need` that is met by a file."""
    given_name: Mapped[str]
    """What the file was called where it came from; shown, never used as a name."""
    media_type: Mapped[str]
    size: Mapped[int]
    """In bytes."""
    sha256: Mapped[str]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    removed_at: Mapped[datetime | None]
    """Since when the content is deleted; what it was stays known by its sum."""

    __table_args__ = (Index("ix_sender_evidence_registration_id_id", "registration_id", "id"),)


class EvidencePiece(Base):
    """A piece of a file's content: small enough that no process holds a file whole."""

    __tablename__ = "sender_evidence_piece"

    evidence_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("sender_evidence.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SenderTraffic(Base):
    """When a service owner last sent a real SMS under a sender ID to a country."""

    __tablename__ = "sender_traffic"

    service_owner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    country: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]


class TrafficRead(Base):
    """Up to when the attempts have been read into `sender_traffic`; one row."""

    __tablename__ = "sender_traffic_read"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, server_default="1")
    read_to_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("one = 1", name="one_row"),)
