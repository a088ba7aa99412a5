"""The table of what a notification costs."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, small

ELSEWHERE = "ZZ"
"""The country code of the price that holds where a country has none of its own."""


class Price(Base):
    """What one SMS segment, or one e-mail, costs to a country."""

    __tablename__ = "price"

    channel: Mapped[int] = small(primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    """ISO 3166 alpha-2, or `ELSEWHERE`."""
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 4))
    """NOK without VAT, per segment (SMS) or per e-mail."""
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (CheckConstraint("amount >= 0", name="amount_not_negative"),)
