"""Tables on a phone's screen: a row reads as a card there, and each of its cells says which column it is of."""

import re
from collections.abc import Sequence
from typing import TypeVar

from flask import Flask
from markupsafe import escape

Text = TypeVar("Text", bound=str)
Column = str | tuple[str, str]
"""A heading, or a heading with the class of its cells."""

_OPENING = re.compile(r"<t(?P<kind>[rdh])\b(?P<attributes>[^>]*)>(?P<nothing>\s*</t[dh]>)?")
_SPAN = re.compile(r' colspan="(\d+)"')


def labelled(rows: Text, columns: Sequence[Column]) -> Text:
    """Write each cell's heading into its `data-label`; a cell with nothing in it gets none.

    `rows` are the `<tr>` of a table's body, without tables within. What comes of them is as trusted as they were.
    """
    text = str(rows)
    labels = [_label(column) for column in columns]
    pieces: list[str] = []
    written = place = 0
    for opening in _OPENING.finditer(text):
        if opening["kind"] == "r":
            place = 0
            continue
        here, place = place, place + _columns_of(opening["attributes"])
        if not opening["nothing"]:
            pieces += [text[written : opening.end("kind")], labels[here]]
            written = opening.end("kind")
    return type(rows)("".join([*pieces, text[written:]]))


def install(app: Flask) -> None:
    """Make the filter known to the table macro."""
    app.add_template_filter(labelled)


def _label(column: Column) -> str:
    return f' data-label="{escape(column[0] if isinstance(column, tuple) else column)}"'


def _columns_of(attributes: str) -> int:
    span = _SPAN.search(attributes) if "colspan" in attributes else None
    return int(span[1]) if span else 1
