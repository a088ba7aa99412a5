"""Rows as the lines that COPY reads, for those that go by hundreds of thousands.

The driver turns rows over value by value; of a row with an array, that takes it several times as long as all the rest.
The form is that of PostgreSQL's documentation of COPY, "Text Format", and of arrays, "Array Input and Output Syntax".
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from psycopg import Cursor

NULL = "\\N"
_AT_ONCE = 500
"""Lines that are handed to the driver together: the database reads them while the next are made."""

_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def escaped(text: str) -> str:
    """The text as COPY reads it; hardly any needs a change."""
    return text.translate(_ESCAPED) if "\\" in text or not text.isprintable() else text


def array(values: Sequence[str]) -> str:
    """An array of texts, none of them null, as COPY reads it."""
    if not values:
        return "{}"
    together = "".join(values)
    if together.isprintable() and '"' not in together and "\\" not in together:
        return '{"' + '","'.join(values) + '"}'
    return escaped('{"' + '","'.join(value.translate(_QUOTED) for value in values) + '"}')


def binary(data: bytes | None) -> str:
    """Bytes as COPY reads them, or null."""
    return NULL if data is None else f"\\\\x{data.hex()}"


def copy(cursor: Cursor[Any], statement: str, lines: Iterable[str]) -> None:
    """Copy lines, each with its tabs and its end, into the table that the statement names; the caller commits.

    What makes the lines may not ask on the cursor's connection meanwhile: that would hang.
    """
    rest = iter(lines)
    with cursor.copy(statement.encode()) as to_database:
        while some := list(islice(rest, _AT_ONCE)):
            to_database.write("".join(some))
