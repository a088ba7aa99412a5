"""The table of e-mails that Varsel itself writes."""

from datetime import datetime

from sqlalchemy import Index, func
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class SystemEmail(Base):
    """One e-mail, written once whatever its key is asked for again, and handed over until it is taken or given up."""

    __tablename__ = "system_email"

    id: Mapped[int] = identity()
    key: Mapped[str] = mapped_column(unique=True)
    """What it is about; without addresses and names."""
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    due_at: Mapped[datetime | None] = mapped_column(server_default=func.clock_timestamp())
    """When it is next handed over; null once it is sent or given up. While a worker holds it: when its lease ends."""
    attempts: Mapped[int] = small(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When it was given up."""
    failure: Mapped[str] = mapped_column(server_default="")
    """Why the last hand-over did not succeed."""

    __table_args__ = (Index("ix_system_email_due_at", "due_at", "id", postgresql_where=sql("due_at is not null")),)
