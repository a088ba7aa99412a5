"""Digdir's contact and reservation register (KRR), version 2 of its REST interface: persons' own contact points."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.contacts.answer import NOT_FOUND, Answer, RegisterDown, Standing
from app.contacts.maskinporten import Tokens
from app.contacts.points import email_of, moment_of, phone_of
from app.contacts.wire import Wire

SCOPE = "krr:global/kontaktinformasjon.read"
PATH = "/rest/v2/personer"

_GONE = {"SLETTET": Answer(Standing.DECEASED), "IKKE_REGISTRERT": NOT_FOUND}


class Krr:
    """Persons' e-mail address, mobile number, reservation and language, each with when it was last confirmed."""

    name = "krr"
    batch_size = 1000
    """The most that one request may ask for."""
    needs_session = False

    def __init__(self, wire: Wire, tokens: Tokens) -> None:
        self._wire, self._tokens = wire, tokens

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, Answer]:
        """Ask for up to 1,000 persons in one request; raise `RegisterDown`."""
        reply = self._wire.ask(
            "POST", PATH, body={"personidentifikatorer": list(numbers)}, headers=self._tokens.headers
        )
        persons = reply.data.get("personer")
        if not isinstance(persons, list):
            raise RegisterDown(self.name, "its answer names no persons")
        known = {person["personidentifikator"]: answer_of(person) for person in persons}
        return {number: known.get(number, NOT_FOUND) for number in numbers}


def answer_of(person: Mapping[str, Any]) -> Answer:
    """What KRR says of one person; somebody who is reserved may have contact points all the same."""
    gone = _GONE.get(person.get("status", "AKTIV"))
    if gone is not None:
        return gone
    points = person.get("kontaktinformasjon") or {}
    email, phone = email_of(points.get("epostadresse")), phone_of(points.get("mobiltelefonnummer"))
    return Answer(
        Standing.FOUND if email or phone else Standing.NO_CONTACT_POINT,
        (email,) if email else (),
        (phone,) if phone else (),
        _confirmed_at(points, "epostadresse") if email else None,
        _confirmed_at(points, "mobiltelefonnummer") if phone else None,
        person.get("reservasjon") == "JA",
        person.get("spraak") or "",
    )


def _confirmed_at(points: Mapping[str, Any], name: str) -> datetime | None:
    """The later of the moments when it was changed and when it was confirmed."""
    changed, confirmed = moment_of(points.get(f"{name}_oppdatert")), moment_of(points.get(f"{name}_sist_verifisert"))
    return max(changed, confirmed) if changed and confirmed else changed or confirmed
