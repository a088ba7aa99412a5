"""Ids in addresses: a number that no row can have is an unknown page, not a failing statement."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter as AnyInteger

LARGEST_ID = 2**63 - 1
"""PostgreSQL's largest bigint."""


class IntegerConverter(AnyInteger):
    """`<int:…>` in a route: from 0 to the largest bigint."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **options})


def install(app: Flask) -> None:
    """Hold all routes that are added from now on to it."""
    app.url_map.converters["int"] = IntegerConverter
