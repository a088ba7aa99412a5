"""Tables of the failure inbox. Triggers keep them (see the migration): a failure stands here from the statement that
fails its notification until it is sent again or closed."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class FailureGroup(Base):
    """One cause: status and reason, country, sender, gateway, service owner and route, all the same."""

    __tablename__ = "failure_group"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """A hash of all that follows, so that nobody has to look for it."""
    status: Mapped[int] = small()
    reason: Mapped[str]
    country: Mapped[str]
    sender: Mapped[str]
    gateway: Mapped[str]
    """Empty where it was never handed over."""
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    route: Mapped[int] = small()
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Failure(Base):
    """A failed notification that nobody has resolved yet."""

    __tablename__ = "failure"

    notification_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    group_id: Mapped[int]
    shipment_id: Mapped[int]
    failed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_failure_group_id_notification_id", "group_id", "notification_id"),
        Index("ix_failure_group_id_failed_at", "group_id", "failed_at"),
    )


class FailureCount(Base):
    """How many failures a group has; slotted so that workers do not wait for each other."""

    __tablename__ = "failure_count"

    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slot: Mapped[int] = small(primary_key=True)
    n: Mapped[int]
    """May be negative in one slot; only the sum over the slots means something."""
    changes: Mapped[int]
    last_at: Mapped[datetime]
    """When the last one came."""

    __table_args__ = ({"postgresql_with": {"fillfactor": 20}},)


class FailureInflow(Base):
    """How many failures came to a group in each ten minutes; kept for fifteen days."""

    __tablename__ = "failure_inflow"

    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    slot: Mapped[int] = small(primary_key=True)
    n: Mapped[int]


class Incident(Base):
    """A jump of one group against its usual rate, from when it was seen until the rate is usual again."""

    __tablename__ = "incident"

    id: Mapped[int] = identity()
    group_id: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    in_an_hour: Mapped[int]
    """How many failed in the hour before it was seen."""
    usually: Mapped[int]
    """How many do in the same hour of the week."""
    ended_at: Mapped[datetime | None]
    webhook_due_at: Mapped[datetime | None]
    """When the webhook is called next; null where it was called, given up, or is not set."""
    webhook_tries: Mapped[int] = small(default=0)

    __table_args__ = (
        Index("uq_incident_open", "group_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_incident_webhook_due_at", "webhook_due_at", postgresql_where=text("webhook_due_at is not null")),
    )


class DeskNote(Base):
    """What somebody at the desk wrote about a group; only ever added."""

    __tablename__ = "desk_note"

    id: Mapped[int] = identity()
    group_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (Index("ix_desk_note_group_id_id", "group_id", "id"),)


class DeskFollow(Base):
    """Somebody wants to hear of a group by e-mail: of jumps, notes and remedies."""

    __tablename__ = "desk_follow"

    group_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
