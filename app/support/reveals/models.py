"""The table of who uncovered which notification, why and until when; rows are only ever added."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class RevealReason(IntEnum):
    """Why somebody may need to see an address or a text."""

    RECIPIENT_ASKS = 1
    SENDER_ASKS = 2
    FAILURE = 3
    WRONG_RECIPIENT = 4
    LEGAL = 5
    OTHER = 6


class Reveal(Base):
    """One person sees one notification uncovered, for a while."""

    __tablename__ = "reveal"

    id: Mapped[int] = identity()
    notification_id: Mapped[int]
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[int] = small()
    """A `RevealReason`."""
    words: Mapped[str] = mapped_column(server_default="")
    case_reference: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    until_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_reveal_notification_id_person_id_until_at", "notification_id", "person_id", "until_at"),
        Index("ix_reveal_person_id_id", "person_id", "id"),
    )
