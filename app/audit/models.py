"""The tables of who did what, when, to what, and of the chain that holds them together; rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, func, literal_column
from sqlalchemy.dialects.postgresql import BYTEA, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity

WORDS_OF_DETAIL: ColumnElement[Any] = literal_column(
    """jsonb_to_tsvector('simple'::regconfig, detail, '["string", "numeric"]'::jsonb)"""
)
"""What an entry is searched by: every text and number of its detail."""


class AuditEntry(Base):
    """One change, in the words of the trade; a trigger refuses to change or remove it."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = identity()
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null where the system itself acted."""
    service_owner_id: Mapped[int | None] = mapped_column(ForeignKey("service_owner.id"))
    action: Mapped[str]
    """A plain verb with its object: `order.placed`, `person.disabled`."""
    object_type: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What changed, without addresses, identity numbers or message texts."""

    __table_args__ = (
        Index("ix_audit_entry_object", "object_type", "object_id", "id"),
        Index("ix_audit_entry_action_id", "action", "id"),
        Index("ix_audit_entry_person_id_id", "person_id", "id"),
        Index("ix_audit_entry_service_owner_id_id", "service_owner_id", "id"),
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_words", WORDS_OF_DETAIL, postgresql_using="gin"),
    )


class AuditSeal(Base):
    """One link of the chain, made by a trigger when its entry is committed; nobody else writes here."""

    __tablename__ = "audit_seal"

    no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Counted from 1 without a gap, in the order of the commits."""
    entry_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(BYTEA)
    """SHA-256 over this number, the hash before and all that the entry says; see `app.audit.chain`."""
