"""Tables of remedies: what somebody at the desk had done to failures, and what came of it for each."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class RemedyKind(IntEnum):
    """What is done to failures."""

    RESEND = 1
    OTHER_SENDER = 2
    MOVE = 3
    """To the other channel, where an address is known."""
    CLOSE = 4
    CORRECT = 5
    """One notification, to another address."""
    REOPEN = 6
    """Those that a closing closed, which is taken back."""


class RemedyStatus(IntEnum):
    """How far a remedy has come."""

    OPEN = 0
    DONE = 1
    STOPPED = 2


class LineOutcome(IntEnum):
    """What came of one failure."""

    SENT_AGAIN = 1
    SENT_ANEW = 2
    """As another notification, to which it is linked."""
    CLOSED = 3
    LEFT_EXPIRED = 4
    LEFT_BLOCKED = 5
    LEFT_WITHOUT_ADDRESS = 6
    LEFT_UNASKED = 7
    """The register that may know one did not answer."""
    REOPENED = 8
    LEFT_CHANGED = 9
    """Something else was done about it after the closing that is taken back."""


class Remedy(Base):
    """One remedy on failures of one group, as it was confirmed."""

    __tablename__ = "remedy"

    id: Mapped[int] = identity()
    kind: Mapped[int] = small()
    status: Mapped[int] = small(default=0)
    group_id: Mapped[int]
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    ids: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """The notifications that were chosen; null where all of the group are meant."""
    send_at: Mapped[datetime | None]
    """When they are sent; null means at once."""
    sender: Mapped[str] = mapped_column(server_default="")
    subject: Mapped[str] = mapped_column(server_default="")
    """Of an e-mail instead of an SMS whose shipment has none."""
    with_expired: Mapped[bool] = mapped_column(server_default=text("false"))
    """Confirmed: also those whose time to live has ended."""
    with_blocked: Mapped[bool] = mapped_column(server_default=text("false"))
    """Confirmed: also those that a country rule kept back."""
    total: Mapped[int] = mapped_column(Integer)
    """How many there were when it was confirmed."""
    reached_id: Mapped[int] = mapped_column(server_default=text("0"))
    """The last notification that has been seen to."""
    takes_back_id: Mapped[int | None] = mapped_column(ForeignKey("remedy.id"))
    """The closing that is taken back."""
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """What failed later is not meant."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_remedy_open", "id", postgresql_where=text("status = 0")),
        Index("ix_remedy_group_id_id", "group_id", "id"),
    )


class RemedyLine(Base):
    """What a remedy did to one notification; only ever added."""

    __tablename__ = "remedy_line"

    remedy_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notification_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    outcome: Mapped[int] = small()
    """A `LineOutcome`."""
    new_id: Mapped[int | None]
    """The notification that was made instead of it."""
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    was_status: Mapped[int | None] = mapped_column(SmallInteger)
    """A `Status`: how it was found, where it is sent again and its row no longer says so."""
    was_reason: Mapped[str | None]
    was_route: Mapped[int | None] = mapped_column(SmallInteger)
    """A `Route`."""
    failed_at: Mapped[datetime | None]
    """Since when it was so."""

    __table_args__ = (
        Index("ix_remedy_line_notification_id", "notification_id"),
        Index("ix_remedy_line_new_id", "new_id", postgresql_where=text("new_id is not null")),
    )
