"""What a register knows of a recipient and a text may ask for: two more columns behind those of the list."""

from collections.abc import Sequence

from app.contacts.sealing import sealer
from app.messaging.template import KEYWORDS, NAME
from app.orders.message import Texts, every_text
from app.orders.models import RecipientKind


def asks_names(texts: Texts) -> bool:
    """Whether recipients' names are to be looked up."""
    return any(NAME in text for text in every_text(texts))


def columns_with(columns: Sequence[str]) -> list[str]:
    """The columns with those that no list brings."""
    return [*columns, *KEYWORDS]


def cells_with(
    values: Sequence[str | None], columns: int, kind: int, name: str | None, identity: bytes | None
) -> list[str | None]:
    """A recipient's values, filled up to so many columns, with what a register knows.

    The number is that of an organisation; a person's is told to nobody, as Altinn has it.
    """
    number = sealer().open(identity).decode() if identity and kind == RecipientKind.ORGANISATION else None
    return [*values, *[None] * (columns - len(values)), name, number]
