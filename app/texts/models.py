"""Tables of templates: each is a name with versions, and what a version says in each of its languages.

Versions are only ever added: a sent order names the one that it used.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, identity, small


class TextTemplate(Base):
    """A text that a service owner uses again; what it says stands in its versions."""

    __tablename__ = "text_template"

    id: Mapped[int] = identity()
    service_owner_id: Mapped[int] = mapped_column(ForeignKey("service_owner.id"))
    name: Mapped[str]
    current_no: Mapped[int] = small(default=1)
    """The number of its latest version."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    archived_at: Mapped[datetime | None]
    """Since when it is offered for no new order."""

    __table_args__ = (
        Index("ix_text_template_service_owner_id_id", "service_owner_id", "id"),
        Index(
            "uq_text_template_name_in_use",
            "service_owner_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("archived_at is null"),
        ),
    )


class TextVersion(Base):
    """What a template said from one change to the next: who made it, and when."""

    __tablename__ = "text_version"

    id: Mapped[int] = identity()
    template_id: Mapped[int] = mapped_column(ForeignKey("text_template.id"))
    no: Mapped[int] = small()
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    note: Mapped[str] = mapped_column(server_default="")
    """What was changed and why, in the author's words."""
    language: Mapped[str]
    """The `Language` of recipients of whom none is known, or whose own is not there."""
    email_is_markdown: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (UniqueConstraint("template_id", "no"),)


class TextWording(Base):
    """What a version says in one language."""

    __tablename__ = "text_wording"

    version_id: Mapped[int] = mapped_column(ForeignKey("text_version.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    """A `Language`."""
    sms_text: Mapped[str] = mapped_column(server_default="")
    email_subject: Mapped[str] = mapped_column(server_default="")
    email_text: Mapped[str] = mapped_column(server_default="")
