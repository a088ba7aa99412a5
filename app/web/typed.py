"""Text as a browser sends it, without what nobody can type and no column of the database holds."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import UnicodeConverter, ValidationError

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Fields(ImmutableMultiDict[str, Any]):
    """A query or a form whose texts hold no NUL."""

    def __init__(self, given: MultiDict[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = given.items(multi=True) if isinstance(given, MultiDict) else given or ()
        super().__init__([(_without_nul(name), _without_nul(value)) for name, value in pairs])


class TypedRequest(Request):
    """A request whose query and form are such fields."""

    parameter_storage_class = Fields


class TextConverter(UnicodeConverter):
    """`<…>` in a route: an address with a NUL in it is an unknown page."""

    def to_python(self, value: str) -> str:
        """Give the text, or refuse the route."""
        if "\0" in value:
            raise ValidationError
        return value


def plain(text: str | None) -> str:
    """Write a line break as one character, since each is paid for; drop what no phone shows and no database stores."""
    return _CONTROLS.sub("", (text or "").replace("\r\n", "\n").replace("\r", "\n"))


def trimmed(text: str | None) -> str:
    """Do as `plain`, without blanks around it."""
    return plain(text).strip()


def install(app: Flask) -> None:
    """Hold all requests, and all routes that are added from now on, to it."""
    app.request_class = TypedRequest
    app.url_map.converters.update(default=TextConverter, string=TextConverter)


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
