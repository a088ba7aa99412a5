"""Ids as somebody outside writes them: a number that no row can have finds nothing, and fails no statement."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter as AnyInteger

LARGEST_ID = 2**63 - 1
"""PostgreSQL's largest bigint."""

LARGEST_SMALL = 2**15 - 1


class IntegerConverter(AnyInteger):
    """`<int:…>` in a route: from 0 to the largest bigint."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **options})


class SmallConverter(IntegerConverter):
    """`<small:…>` in a route: what is numbered within something else, in a column of two bytes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_SMALL, **options})


def id_named(text: str | None) -> int | None:
    """Read an id; None where the text is no number that a row could have."""
    if not text or len(text) > len(str(LARGEST_ID)) or not (text.isascii() and text.isdigit()):
        return None
    return found if (found := int(text)) <= LARGEST_ID else None


def ids_named(texts: Iterable[str]) -> list[int]:
    """Read the ids among what was ticked."""
    return [found for text in texts if (found := id_named(text)) is not None]


def install(app: Flask) -> None:
    """Hold all routes that are added from now on to it."""
    app.url_map.converters.update(int=IntegerConverter, small=SmallConverter)
