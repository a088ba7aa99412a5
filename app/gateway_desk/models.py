"""Tables of the pool: gateways as administrators steer them, their history, how they fare, and their limits.

Nothing secret is here: a gateway's name leads to the settings, which hold its address and password.
"""

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class Standing(IntEnum):
    """What administrators want of a gateway."""

    USED = 1
    DRAINING = 2
    """What it has begun it finishes; it gets nothing new."""
    PAUSED = 3
    """It gets nothing more, from the next request on."""


class Gateway(Base):
    """A gateway of the pool; the row is the truth that all workers share."""

    __tablename__ = "gateway"

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    channel: Mapped[int] = small()
    route: Mapped[int] = small()
    countries: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """ISO 3166 alpha-2 of the countries it serves; null where it serves all."""
    weight: Mapped[int] = small(default=1)
    """Its share beside others that serve the same country; 0 is a spare."""
    rate_per_s: Mapped[float | None] = mapped_column(Float)
    """Messages per second, of all workers together; null where there is no limit."""
    sender_rate_per_s: Mapped[float | None] = mapped_column(Float)
    """The same for each sender."""
    standing: Mapped[int] = small(default=1)
    standing_reason: Mapped[str] = mapped_column(server_default="")
    standing_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    standing_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    breaker: Mapped[int] = small(default=1)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    openings: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    breaker_until: Mapped[datetime | None]
    breaker_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """Since when the breaker is in its state."""
    last_trouble: Mapped[str] = mapped_column(server_default="")
    """The gateway's own words when a hand-over last failed."""
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    """Grows whenever it may take what it could not take before."""

    __table_args__ = (
        CheckConstraint("weight >= 0", name="weight_not_negative"),
        CheckConstraint("rate_per_s > 0", name="rate_positive"),
        CheckConstraint("sender_rate_per_s > 0", name="sender_rate_positive"),
        {"postgresql_with": {"fillfactor": 50}},
    )


class GatewayEvent(Base):
    """What was done to a gateway, or happened to it; only ever added."""

    __tablename__ = "gateway_event"

    id: Mapped[int] = identity()
    gateway: Mapped[str]
    what: Mapped[str]
    """A key of `words.EVENTS`."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null where Varsel did it by itself."""
    reason: Mapped[str] = mapped_column(server_default="")
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (Index("ix_gateway_event_gateway_id", "gateway", "id"),)


class GatewayMinute(Base):
    """How many messages a gateway took or refused within a minute, and how long it needed; slotted like all counts."""

    __tablename__ = "gateway_minute"

    gateway: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    accepted: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    refused_for_now: Mapped[int] = mapped_column(Integer)
    uncertain: Mapped[int] = mapped_column(Integer)
    hand_overs: Mapped[int] = mapped_column(Integer)
    took_ms: Mapped[int]
    """Of all hand-overs together."""

    __table_args__ = (
        Index("ix_gateway_minute_minute", "minute"),
        {"postgresql_with": {"fillfactor": 50}},
    )


class GatewayBucket(Base):
    """How many messages a gateway may take at this moment; refilled as time goes by, whoever looks."""

    __tablename__ = "gateway_bucket"

    gateway: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(primary_key=True)
    """Empty for the gateway as a whole."""
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime]

    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)
