"""Names of persons from the National Population Register (Folkeregisteret), by its look-up of many persons at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.contacts.answer import NOT_FOUND, Answer, RegisterDown, Standing
from app.contacts.maskinporten import Tokens
from app.contacts.wire import Wire

SCOPE = "folkeregister:deling/offentligutenhjemmel"
PATH = "/folkeregisteret/offentlig-uten-hjemmel/api/v1/personer/bulkoppslag?part=navn&part=status"

_NAMES = ("fornavn", "mellomnavn", "etternavn")


class PopulationRegister:
    """A person's name, and whether the person is dead."""

    name = "population_register"
    batch_size = 1000
    needs_session = False

    def __init__(self, wire: Wire, tokens: Tokens) -> None:
        self._wire, self._tokens = wire, tokens

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Ask for up to 1,000 persons in one request; raise `RegisterDown`."""
        reply = self._wire.ask("POST", PATH, body={"foedselsEllerDNummer": list(numbers)}, headers=self._tokens.headers)
        found = reply.data.get("oppslag")
        if not isinstance(found, list):
            raise RegisterDown(self.name, "its answer names no persons")
        known = {one["foedselsEllerDNummer"]: _answer(one.get("folkeregisterperson")) for one in found}
        return {number: known.get(number, NOT_FOUND) for number in numbers}


def _answer(person: Mapping[str, Any] | None) -> Answer:
    if not person:
        return NOT_FOUND
    status, name = _current(person.get("status")), _current(person.get("navn"))
    is_dead = status.get("status") == "doed"
    words = " ".join(part for part in (name.get(key) for key in _NAMES) if part)
    return Answer(Standing.DECEASED if is_dead else Standing.FOUND, name=words)


def _current(entries: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any]:
    """The one of a history's entries that holds now."""
    return next((entry for entry in entries or () if entry.get("erGjeldende", True)), {})
