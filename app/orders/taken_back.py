"""What an order remembers of having been taken back."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column


class TakenBack:
    """Columns of an order that was placed, and then taken back to be edited; both null where it never was."""

    taken_back_at: Mapped[datetime | None]
    """When it was last taken back; stays when it is placed again."""

    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
