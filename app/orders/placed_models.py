"""The table of what was said when an order was placed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PlacedOutcome(Base):
    """What was said of a country when a shipment was placed, the worst of it, and who confirmed it by name."""

    __tablename__ = "placed_outcome"

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True)
    recipients: Mapped[int] = mapped_column(Integer)
    stopped: Mapped[int] = mapped_column(Integer)
    """How many of them were not to be sent."""
    verdict_id: Mapped[int] = mapped_column(ForeignKey("shipment_verdict.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The sender who confirmed the country by name; null where that was not needed."""
    confirmed_at: Mapped[datetime | None]
