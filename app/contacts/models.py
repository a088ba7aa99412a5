"""Tables of contact points: the embedded register, and what registers answered in the last ten minutes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class Listed(Base):
    """A test person or test organisation of the embedded register, as administrators enter them."""

    __tablename__ = "register_entry"

    id: Mapped[int] = identity()
    kind: Mapped[int] = small()
    """An `IdentityKind`."""
    number_hash: Mapped[bytes] = mapped_column(BYTEA)
    number_sealed: Mapped[bytes] = mapped_column(BYTEA)
    """The identity number, encrypted; see `sealing`."""
    name: Mapped[str]
    standing: Mapped[int] = small(default=1)
    """A `Standing`."""
    emails: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}")
    phones: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}")
    """E.164; a person has one of each at most."""
    is_reserved: Mapped[bool] = mapped_column(server_default=sql("false"))
    confirmed_at: Mapped[datetime | None]
    """When the person last confirmed the addresses; null for organisations, which are not asked to."""
    language: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        UniqueConstraint("kind", "number_hash"),
        CheckConstraint("kind in (3, 4)", name="kind_known"),
    )


class KeptAnswer(Base):
    """What a register answered about somebody; used for ten minutes and then deleted."""

    __tablename__ = "kept_answer"

    register: Mapped[str] = mapped_column(primary_key=True)
    number_hash: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    standing: Mapped[int] = small()
    emails: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    phones: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    email_confirmed_at: Mapped[datetime | None]
    phone_confirmed_at: Mapped[datetime | None]
    is_reserved: Mapped[bool]
    language: Mapped[str]
    name: Mapped[str]
    answered_at: Mapped[datetime]

    __table_args__ = (Index("ix_kept_answer_answered_at", "answered_at"),)
