"""Tables of who cares for single notifications; groups of failures have their own."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity


class NotificationCare(Base):
    """To whom a notification is assigned."""

    __tablename__ = "notification_care"

    notification_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    assigned_to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index("ix_notification_care_assigned_to_id", "assigned_to_id"),)


class NotificationNote(Base):
    """What somebody at the desk wrote about a notification; only ever added."""

    __tablename__ = "notification_note"

    id: Mapped[int] = identity()
    notification_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (Index("ix_notification_note_notification_id_id", "notification_id", "id"),)


class NotificationFollow(Base):
    """Somebody wants to hear by e-mail what becomes of a notification, and of what is sent instead of it."""

    __tablename__ = "notification_follow"

    notification_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """What became of it until then is known to them."""

    __table_args__ = (Index("ix_notification_follow_person_id", "person_id"),)
