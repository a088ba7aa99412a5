"""Tables of the daily figures. No address, name or text stands in them, so that they stay when those are deleted."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Double, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, small
from app.shipments.models import Shipment

Index("ix_shipment_requested_send_at", Shipment.requested_send_at)
Index("ix_shipment_completed_at", Shipment.completed_at, postgresql_where=text("completed_at is not null"))
# By these the days are found whose figures are to be made; nothing else asks by them.


class InsightDay(Base):
    """One day of send times in Norway, and what its figures were made of."""

    __tablename__ = "insight_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_due: Mapped[bool] = mapped_column(server_default=text("true"))
    """Its notifications have changed, or may have, since its figures were made."""
    noticed_at: Mapped[datetime]
    """When that was last found so."""
    changes: Mapped[int] = mapped_column(server_default=text("-1"))
    """The revision of its notifications that the figures speak of; only grows. -1: there are none yet."""
    total: Mapped[int] = mapped_column(server_default=text("0"))
    """How many notifications they count; never fewer than before."""
    rolled_at: Mapped[datetime | None]
    took_s: Mapped[float] = mapped_column(Double, server_default=text("0"))
    """How long that took; a day rests many times as long before it is made again."""


class InsightCount(Base):
    """How many notifications of a day are the same in all that the figures tell apart."""

    __tablename__ = "insight_count"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"), primary_key=True)
    channel: Mapped[int] = small(primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(primary_key=True)
    """Of the last attempt; empty where it was never handed over."""
    sender: Mapped[str] = mapped_column(primary_key=True)
    route: Mapped[int] = small(primary_key=True)
    status: Mapped[int] = small(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]

    __table_args__ = (Index("ix_insight_count_service_owner_id_day", "service_owner_id", "day"),)


class InsightTime(Base):
    """How many notifications of a day took how long to be delivered, in steps of a logarithmic scale."""

    __tablename__ = "insight_time"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    service_owner_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service_owner.id"), primary_key=True)
    channel: Mapped[int] = small(primary_key=True)
    route: Mapped[int] = small(primary_key=True)
    bucket: Mapped[int] = small(primary_key=True)
    """See `buckets`."""
    n: Mapped[int]

    __table_args__ = (Index("ix_insight_time_service_owner_id_day", "service_owner_id", "day"),)
