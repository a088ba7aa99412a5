"""Tables of the allow-list: entries, caps, and the codes by which the owner of a phone proves that it is theirs."""

from datetime import date, datetime
from enum import IntEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class EntryStatus(IntEnum):
    """What became of the wish that a phone gets real SMS in the test environment."""

    REQUESTED = 1
    ACTIVE = 2
    REJECTED = 3
    REVOKED = 4
    EXPIRED = 5


class KrrStatus(IntEnum):
    """How far the separate allow-listing at KRR is, which a Tenor test person needs to get the code."""

    NOT_ASKED = 1
    ASKED = 2
    IN_PLACE = 3


class Entry(Base):
    """One phone number that gets, or was to get, real SMS in the test environment for a time."""

    __tablename__ = "allow_list_entry"

    id: Mapped[int] = identity()
    number: Mapped[str]
    """E.164; at most one entry of a number is requested or active."""
    status: Mapped[int] = small(default=1)
    """`ACTIVE` ends by itself at `until_at`, also where nobody has written `EXPIRED` yet."""
    holder: Mapped[str]
    """Whose phone it is."""
    consent_on: Mapped[date]
    consent_how: Mapped[str]
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    purpose: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    """The midnight in Oslo at the end of the last day."""
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who approved or rejected it."""
    decided_at: Mapped[datetime | None]
    decided_alone: Mapped[bool] = mapped_column(server_default=false())
    """The only administrator approved a request of their own."""
    ended_at: Mapped[datetime | None]
    """Since when it is revoked, or counted as expired."""
    reason: Mapped[str] = mapped_column(server_default="")
    """Why it was rejected or revoked."""
    verified_at: Mapped[datetime | None]
    """When the owner of the phone entered the code that was sent to it."""
    is_tenor: Mapped[bool] = mapped_column(server_default=false())
    krr_status: Mapped[int] = small(default=1)
    krr_asked_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("from_at < until_at", name="from_before_until"),
        Index("uq_allow_list_entry_open", "number", unique=True, postgresql_where=text("status in (1, 2)")),
        Index("ix_allow_list_entry_number", "number", "id"),
        Index("ix_allow_list_entry_status_until_at", "status", "until_at"),
        Index("ix_allow_list_entry_service_owner_id_id", "service_owner_id", "id"),
    )


class Cap(Base):
    """How many entries may be active at once."""

    __tablename__ = "allow_list_cap"

    service_owner_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """0 stands for the whole installation."""
    most: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (CheckConstraint("most >= 0", name="most_not_negative"),)


class Code(Base):
    """One code on its way to a phone, by which its owner proves that it is theirs."""

    __tablename__ = "allow_list_code"

    id: Mapped[int] = identity()
    entry_id: Mapped[int] = mapped_column(ForeignKey("allow_list_entry.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    digest: Mapped[str | None]
    """Of the code; null until a worker has made it."""
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    used_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(server_default="")
    """What the gateway said where it did not take the SMS."""

    __table_args__ = (
        Index("ix_allow_list_code_entry_id_id", "entry_id", "id"),
        Index("ix_allow_list_code_asked_by_id_asked_at", "asked_by_id", "asked_at"),
    )
