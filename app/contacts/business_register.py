"""Names of organisations from the open interface of the Register of Business Enterprises (Enhetsregisteret)."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from app.contacts.answer import NOT_FOUND, Answer, Standing
from app.contacts.points import name_of
from app.contacts.wire import Wire

PATHS = ("/enhetsregisteret/api/enheter", "/enhetsregisteret/api/underenheter")
"""Units and sub-units have numbers of the same kind; a number is one of either."""


class Unit(msgspec.Struct, gc=False):
    """A unit or sub-unit as the register writes one; what else it says is of no use here."""

    organisasjonsnummer: str
    navn: str | None = None
    slettedato: str | None = None


class Units(msgspec.Struct, gc=False):
    """A whole answer: units by their kind, or nothing where none is found."""

    embedded: dict[str, list[Unit]] | None = msgspec.field(default=None, name="_embedded")


_read = msgspec.json.Decoder(Units).decode


class BusinessRegister:
    """An organisation's name, and whether it is dissolved. Its numbers are public, and asked for in the URL."""

    name = "business_register"
    batch_size = 200
    """So many numbers make a URL of two kilobytes."""
    needs_session = False

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Ask for up to 200 organisations; raise `RegisterDown`."""
        known: dict[str, Answer] = {}
        for path in PATHS:
            if left := [number for number in numbers if number not in known]:
                known |= self._asked(path, left)
        return {number: known.get(number, NOT_FOUND) for number in numbers}

    def _asked(self, path: str, numbers: Sequence[str]) -> Mapping[str, Answer]:
        query = urlencode({"organisasjonsnummer": ",".join(numbers), "size": len(numbers)})
        found = self._wire.ask("GET", f"{path}?{query}", read=_read).data.embedded or {}
        return {unit.organisasjonsnummer: _answer(unit) for units in found.values() for unit in units}


def _answer(unit: Unit) -> Answer:
    return Answer(Standing.DECEASED if unit.slettedato else Standing.FOUND, name=name_of(unit.navn))
