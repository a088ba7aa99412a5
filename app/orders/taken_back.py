"""What an order remembers of having been taken back, and of who edited it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, text
from sqlalchemy.orm import Mapped, mapped_column


class TakenBack:
    """Columns of an order that was placed, and then taken back to be edited; both null where it never was."""

    taken_back_at: Mapped[datetime | None]
    """When it was last taken back; stays when it is placed again."""

    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Edited:
    """Columns that keep two persons, or two windows, from writing over each other's draft."""

    edition: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Counted up by every change of what the form of the draft holds."""
    edited_at: Mapped[datetime | None]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    edited_on: Mapped[str] = mapped_column(server_default="")
    """The page that saved it last by itself, which may go on; empty where it was saved by a person's own deed."""
