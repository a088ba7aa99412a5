"""Names of persons from the National Population Register (Folkeregisteret), by its look-up of many persons at once."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from app.contacts.answer import NOT_FOUND, Answer, Standing
from app.contacts.maskinporten import Tokens
from app.contacts.points import name_of
from app.contacts.wire import Wire

SCOPE = "folkeregister:deling/offentligutenhjemmel"
PATH = "/folkeregisteret/offentlig-uten-hjemmel/api/v1/personer/bulkoppslag?part=navn&part=status"


class Status(msgspec.Struct, gc=False):
    """An entry of a person's history of being resident, dead and so on."""

    status: str = ""
    erGjeldende: bool = True


class Name(msgspec.Struct, gc=False):
    """An entry of a person's history of names."""

    fornavn: str | None = None
    mellomnavn: str | None = None
    etternavn: str | None = None
    erGjeldende: bool = True


class Person(msgspec.Struct, gc=False):
    """A person as the register writes one; what else it says is of no use here."""

    status: list[Status] | None = None
    navn: list[Name] | None = None


class LookedUp(msgspec.Struct, gc=False):
    """What is said of one number; nothing where there is no such person."""

    foedselsEllerDNummer: str
    folkeregisterperson: Person | None = None


class LookUp(msgspec.Struct, gc=False):
    """A whole answer."""

    oppslag: list[LookedUp]


_Entry = TypeVar("_Entry", Status, Name)

_read = msgspec.json.Decoder(LookUp).decode


class PopulationRegister:
    """A person's name, and whether the person is dead."""

    name = "population_register"
    batch_size = 1000
    needs_session = False

    def __init__(self, wire: Wire, tokens: Tokens) -> None:
        self._wire, self._tokens = wire, tokens

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Ask for up to 1,000 persons in one request; raise `RegisterDown`."""
        reply = self._wire.ask(
            "POST", PATH, body={"foedselsEllerDNummer": list(numbers)}, headers=self._tokens.headers, read=_read
        )
        known = {one.foedselsEllerDNummer: _answer(one.folkeregisterperson) for one in reply.data.oppslag}
        return {number: known.get(number, NOT_FOUND) for number in numbers}


def _answer(person: Person | None) -> Answer:
    if person is None or not (person.status or person.navn):
        return NOT_FOUND
    status, name = _current(person.status), _current(person.navn)
    is_dead = status is not None and status.status == "doed"
    parts = (name.fornavn, name.mellomnavn, name.etternavn) if name else ()
    return Answer(Standing.DECEASED if is_dead else Standing.FOUND, name=name_of(*parts))


def _current(entries: Sequence[_Entry] | None) -> _Entry | None:
    """The one of a history's entries that holds now."""
    return next((entry for entry in entries or () if entry.erGjeldende), None)
