"""Tables of what administrators decide about countries: policies that differ from the usual, and numeric senders."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity


class CountryPolicy(Base):
    """What is done in one country about one outcome instead of the usual, until its last day."""

    __tablename__ = "country_policy"

    id: Mapped[int] = identity()
    country: Mapped[str]
    """ISO 3166 alpha-2."""
    outcome: Mapped[str]
    """An `Outcome`, by its value."""
    policy: Mapped[str]
    """A `Policy`, by its value."""
    reason: Mapped[str]
    until_on: Mapped[date]
    """The last day, in the country's own calendar, on which an SMS is treated so; then it ends by itself."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """Since when somebody has ended or replaced it, before or after its last day."""

    __table_args__ = (
        Index("uq_country_policy_open", "country", "outcome", unique=True, postgresql_where=text("ended_at is null")),
    )


class NumericSender(Base):
    """The number or short code that `substitute` sends from to one country."""

    __tablename__ = "numeric_sender"

    id: Mapped[int] = identity()
    country: Mapped[str]
    service_owner_id: Mapped[int | None] = mapped_column(ForeignKey("service_owner.id"))
    """Whose it is; null where all service owners without one of their own use it."""
    sender: Mapped[str]
    """Digits, as the gateway takes them."""
    is_two_way: Mapped[bool] = mapped_column(server_default=false())
    """The gateway's provider has it in the country itself, so that it can be answered."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (UniqueConstraint("country", "service_owner_id", postgresql_nulls_not_distinct=True),)
