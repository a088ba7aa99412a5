"""Digdir's contact and reservation register (KRR), version 2 of its REST interface: persons' own contact points."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from app.contacts.answer import NOT_FOUND, Answer, Standing
from app.contacts.maskinporten import Tokens
from app.contacts.points import emails_of, language_of, phones_of
from app.contacts.wire import Wire

SCOPE = "krr:global/kontaktinformasjon.read"
PATH = "/rest/v2/personer"


Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""As RFC 3339 writes one, with its zone; what is written otherwise is not what was agreed, and no date to send by."""


class Points(msgspec.Struct, gc=False):
    """A person's contact points, each with when it was changed and confirmed."""

    epostadresse: str | None = None
    epostadresse_oppdatert: Moment | None = None
    epostadresse_sist_verifisert: Moment | None = None
    mobiltelefonnummer: str | None = None
    mobiltelefonnummer_oppdatert: Moment | None = None
    mobiltelefonnummer_sist_verifisert: Moment | None = None


class Person(msgspec.Struct, gc=False):
    """A person as KRR writes one; what else it says is of no use here."""

    personidentifikator: str
    status: str = "AKTIV"
    reservasjon: str | None = None
    kontaktinformasjon: Points | None = None
    spraak: str | None = None


class Persons(msgspec.Struct, gc=False):
    """A whole answer."""

    personer: list[Person]


_read = msgspec.json.Decoder(Persons).decode
_NO_POINTS = Points()
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
            "POST", PATH, body={"personidentifikatorer": list(numbers)}, headers=self._tokens.headers, read=_read
        )
        known = answers_of(reply.data.personer)
        return {number: known.get(number, NOT_FOUND) for number in numbers}


def answers_of(persons: Sequence[Person]) -> dict[str, Answer]:
    """What KRR says of each person, by number; somebody who is reserved may have contact points all the same."""
    points = [person.kontaktinformasjon or _NO_POINTS for person in persons]
    emails = emails_of([found.epostadresse for found in points])
    phones = phones_of([found.mobiltelefonnummer for found in points])
    told = zip(persons, points, emails, phones, strict=True)
    return {person.personidentifikator: _answer(person, found, email, phone) for person, found, email, phone in told}


def _answer(person: Person, points: Points, email: str, phone: str) -> Answer:
    if person.status in _GONE:
        return _GONE[person.status]
    return Answer(
        Standing.FOUND if email or phone else Standing.NO_CONTACT_POINT,
        (email,) if email else (),
        (phone,) if phone else (),
        _later(points.epostadresse_oppdatert, points.epostadresse_sist_verifisert) if email else None,
        _later(points.mobiltelefonnummer_oppdatert, points.mobiltelefonnummer_sist_verifisert) if phone else None,
        person.reservasjon == "JA",
        language_of(person.spraak),
    )


def _later(changed: datetime | None, confirmed: datetime | None) -> datetime | None:
    """The later of the moments when it was changed and when it was confirmed."""
    if changed is None or confirmed is None:
        return changed or confirmed
    return changed if changed > confirmed else confirmed
