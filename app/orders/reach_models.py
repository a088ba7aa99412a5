"""Tables of what the check found in the registers about the persons and organisations of a draft."""

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, small


class Unreachable(Base):
    """A person or an organisation of a draft to whom nothing would be sent, as the registers say now, and why.

    They stay on the order: what the registers say when it is sent decides.
    """

    __tablename__ = "unreachable"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = small(primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[int] = small()
    """A `RecipientKind`."""
    reason: Mapped[str]
    """The code of a `contacts.choosing.Reason`."""


class FurtherAddress(Base):
    """Another address of an organisation on a draft, beside its first on the channel, which gets a message too."""

    __tablename__ = "further_address"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[int] = small(primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    no: Mapped[int] = small(primary_key=True)
    country: Mapped[str]
    """Of the phone number; empty for an e-mail address."""
