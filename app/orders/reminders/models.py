"""The table of reminders as they are composed; placing makes a shipment of each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, small


class Reminder(Base):
    """One reminder of an order: when, what, to whom, and on which condition; channels and days are the order's."""

    __tablename__ = "reminder"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    no: Mapped[int] = small(primary_key=True)
    """From 1 to 5, as they were added; shipments are numbered by their time."""
    after_days: Mapped[int | None] = mapped_column(SmallInteger)
    """So many days after the main shipment's send time, by the clock in Norway; null where `send_at` says when."""
    send_at: Mapped[datetime | None]
    only_undelivered: Mapped[bool] = mapped_column(server_default=false())
    """Only to recipients to whom nothing of the order has been delivered when it starts."""
    sms_sender: Mapped[str] = mapped_column(server_default="")
    """Empty for the order's own, as is `email_from`."""
    sms_text: Mapped[str] = mapped_column(server_default="")
    email_from: Mapped[str] = mapped_column(server_default="")
    email_subject: Mapped[str] = mapped_column(server_default="")
    email_text: Mapped[str] = mapped_column(server_default="")
    condition_url: Mapped[str] = mapped_column(server_default="")
    condition_holds: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (CheckConstraint("(after_days is null) <> (send_at is null)", name="one_time"),)
