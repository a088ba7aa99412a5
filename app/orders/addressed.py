"""The columns of a row that names somebody: while it is a recipient of an order, and once it is set aside."""

from sqlalchemy import BigInteger, Integer, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.db import small


class Addressed:
    """Whom a row of an order names, with personal values."""

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = small(primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    """The row in the pasted text or the spreadsheet, as the person sees it."""
    kind: Mapped[int] = small()
    """A `RecipientKind`."""
    address: Mapped[str]
    """E.164 or an e-mail address; empty for a person or an organisation."""
    country: Mapped[str] = mapped_column(server_default="")
    identity: Mapped[bytes | None] = mapped_column(BYTEA)
    """The national identity number or organisation number, sealed (see `contacts.sealing`)."""
    identity_hash: Mapped[bytes | None] = mapped_column(BYTEA)
    """The keyed hash by which the number is found, and known to be repeated."""
    email: Mapped[str | None]
    """The e-mail address of one whose `address` is a phone number; null where the row has none."""
    repeats: Mapped[int | None] = mapped_column(SmallInteger)
    """The `Channel` on which an earlier row has the same address, which therefore gets no second notification."""
    register_name: Mapped[str | None]
    """A person's or an organisation's name, as the register said last; null where no text asks for it."""
    values: Mapped[list[str] | None] = mapped_column(ARRAY(TEXT))
    """The row's cells in the order of `intake.columns`; null where there is only the address."""
