"""Tables of what stands before a shipment's start: the condition to be asked, what it answered, whom it goes to."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, small


class ShipmentGate(Base):
    """Keeps a shipment from starting until it is opened; a shipment without one starts when its time has come."""

    __tablename__ = "shipment_gate"

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id", ondelete="CASCADE"), primary_key=True)
    condition_url: Mapped[str] = mapped_column(server_default="")
    """Asked just before the start; empty for none."""
    holds: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether no clear answer holds the shipment for a person; otherwise it is sent, as Altinn does."""
    only_undelivered: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Only recipients to whom no earlier shipment of the order was delivered, as it stands at the start."""
    turn: Mapped[int] = mapped_column(Integer, server_default=sql("0"))
    """Counts up whenever a worker takes it, so that an answer counts only while it is that worker's still."""
    ask_again_at: Mapped[datetime | None]
    """When it may be taken again: the pause after an answer that was not clear, or the end of a worker's lease."""
    asked: Mapped[int] = small(default=0)
    """How often an answer was awaited to its end."""
    met_at: Mapped[datetime | None]
    """When the condition let it through, or nobody had to be asked any more."""
    held_at: Mapped[datetime | None]
    """Since when it waits for a person."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who had it sent without a clear answer."""
    opened_at: Mapped[datetime | None]
    """From then on it starts as any other."""

    __table_args__ = (
        Index("ix_shipment_gate_closed", "shipment_id", postgresql_where=sql("opened_at is null")),
        Index("ix_shipment_gate_held", "shipment_id", postgresql_where=sql("held_at is not null and met_at is null")),
    )


class ConditionAnswer(Base):
    """What a shipment's condition answered once; only ever added."""

    __tablename__ = "condition_answer"

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id", ondelete="CASCADE"), primary_key=True)
    no: Mapped[int] = small(primary_key=True)
    """From 1."""
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime]
    answer: Mapped[str]
    """The code of an `asking.Answer`: `yes`, `no`, or why it is not clear."""
    http_status: Mapped[int | None] = mapped_column(SmallInteger)


class ChosenRecipient(Base):
    """One recipient of a shipment that goes to some of its order's only; gone once its notifications are made."""

    __tablename__ = "chosen_recipient"

    shipment_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = small(primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)
