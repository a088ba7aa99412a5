"""The table of who did what, when, to what; rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity


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
    )
