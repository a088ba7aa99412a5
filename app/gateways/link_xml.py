"""Reading LINK's XML: a document of a few fields and a list of `MSG`, from a stranger until proved otherwise."""

from typing import NoReturn
from xml.parsers import expat

Fields = dict[str, str]


class BadXml(Exception):
    """The body is not a document of LINK's: not XML, or XML that would do harm."""


def rows_of(body: bytes) -> tuple[Fields, list[Fields]]:
    """The document's own fields, and the fields of each `MSG`; raises `BadXml`."""
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.begin
    parser.CharacterDataHandler = reading.read
    parser.EndElementHandler = reading.end
    # LINK names its DTD in every document. It is not fetched, and no document may make entities or send for them.
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(body.lstrip(), True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise BadXml(type(fault).__name__) from None
    return reading.own, reading.rows


class _Reading:
    """Keeps the fields alone, for in a burst of reports a tree of elements costs more than all that is done with it."""

    def __init__(self) -> None:
        self.own: Fields = {}
        self.rows: list[Fields] = []
        self._above: list[Fields] = []
        self._fields: Fields = {}
        self._text = ""

    def begin(self, name: str, _attributes: object) -> None:
        """An element opens, inside the one before."""
        self._above.append(self._fields)
        self._fields, self._text = {}, ""
        if len(self._above) == 1:
            self.own = self._fields
        if name == "MSG":
            self.rows.append(self._fields)

    def read(self, text: str) -> None:
        """Text of the element that is open; it may come in pieces."""
        self._text += text

    def end(self, name: str) -> None:
        """The element closes: what it says is a field of the one around it."""
        self._fields = self._above.pop()
        self._fields[name] = self._text.strip()
        self._text = ""


def _refuse(*_what: object) -> NoReturn:
    raise BadXml("Entity")
