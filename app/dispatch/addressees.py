"""The addressees that come of recipients and their registers' answers, as lines for COPY.

There is one for each of perhaps a million persons: so they are written as text at once, not row by row by the driver.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from app import copy_text
from app.contacts.answer import Standing
from app.contacts.choosing import Reason, Usable, oldest_used, usable
from app.contacts.keeping import Known
from app.copy_text import NULL, escaped
from app.dispatch.addressing import Way, country_of, ways_of
from app.dispatch.transaction import Cursor
from app.messaging.scheme import Scheme
from app.orders.models import RecipientKind

_COPY = """
copy addressee (shipment_id, place, half, part, row_no, channel, address, country, status, other_address, other_country,
    register_answer) from stdin
"""


class Recipient(msgspec.Struct, frozen=True, gc=False):
    """One recipient of the order, as it was read."""

    part: int
    row_no: int
    kind: int
    address: str
    email: str
    identity: bytes | None
    identity_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which addresses may be used, and on which channels."""

    scheme: int
    ignores_reservation: bool
    uses_stale: bool
    moved: frozenset[str] = frozenset()
    """Countries whose recipients get an e-mail and no SMS, where they have both addresses."""


class Reached(msgspec.Struct, frozen=True, gc=False):
    """One recipient, what a register says of it, the addresses that may be used, and the notifications to be."""

    recipient: Recipient
    known: Known | None
    addresses: Sequence[str]
    ways: Sequence[Way]

    @property
    def places(self) -> int:
        """How many places it takes."""
        return self.ways[-1].place


class Told(msgspec.Struct, omit_defaults=True, gc=False):
    """What is kept of a register's answer: which, when, what about the person, but no address.

    What is as with most is left out: the database takes as long over each name as over all else that it stores of it.
    """

    register: str
    answered_at: datetime
    standing: Standing = Standing.FOUND
    emails: int = 0
    phones: int = 0
    email_confirmed_at: datetime | None = None
    phone_confirmed_at: datetime | None = None
    is_reserved: bool = False
    language: str = ""
    why_not: str | None = None


_NOWHERE = ("",)
_written = msgspec.json.Encoder().encode


def reached(
    recipients: Sequence[Recipient], known: Sequence[Known | None], wishes: Wishes, now: datetime
) -> list[Reached]:
    """How each of some recipients is reached; `known` is each one's answer, None where it has an address."""
    oldest = oldest_used(now, uses_stale=wishes.uses_stale)
    found = []
    for one, answer in zip(recipients, known, strict=True):
        reach = (
            _own(one)
            if answer is None
            else usable(answer.answer, oldest, ignores_reservation=wishes.ignores_reservation)
        )
        scheme, reach = _moved(reach, wishes) if wishes.moved else (wishes.scheme, reach)
        addresses = reach.emails + reach.phones + _NOWHERE
        found.append(Reached(one, answer, addresses, ways_of(scheme, reach)))
    return found


def lines(shipment_id: int, place: int, people: Sequence[Reached]) -> list[str]:
    """The addressees of recipients, whose places begin after one."""
    made: list[str] = []
    for one in people:
        for way in one.ways:
            made.append(_line(shipment_id, place + way.place, one, way))
        place += one.places
    return made


def copy(cursor: Cursor, made: Sequence[str]) -> None:
    """Store the lines of addressees; the caller commits."""
    copy_text.copy(cursor, _COPY, made)


def _own(one: Recipient) -> Usable:
    """The addresses by which a recipient was given."""
    if one.kind == RecipientKind.EMAIL:
        return Usable((one.address,))
    return Usable((one.email,) if one.email else (), (one.address,) if one.address else ())


def _moved(reach: Usable, wishes: Wishes) -> tuple[int, Usable]:
    """Who has both, and a first number of a country that is moved to e-mail, gets no SMS, nor one to fall back on."""
    has_both = bool(reach.emails and reach.phones)
    if has_both and country_of(reach.phones[0]) in wishes.moved:
        return Scheme.EMAIL_PREFERRED, Usable(reach.emails)
    return wishes.scheme, reach


def _told(known: Known | None, why_not: Reason | None) -> str:
    """What is kept of an answer, as COPY reads it."""
    if known is None:
        return NULL
    answer = known.answer
    told = Told(
        known.register,
        known.answered_at,
        answer.standing,
        len(answer.emails),
        len(answer.phones),
        answer.email_confirmed_at,
        answer.phone_confirmed_at,
        answer.is_reserved,
        answer.language,
        why_not,
    )
    return _written(told).decode().replace("\\", "\\\\")  # All else that COPY minds, JSON has escaped.


def _line(shipment_id: int, place: int, reached: Reached, way: Way) -> str:
    one, addresses = reached.recipient, reached.addresses
    address, other = addresses[way.address], addresses[way.other]
    return (
        f"{shipment_id}\t{place}\t{way.half}\t{one.part}\t{one.row_no}\t{way.channel}\t"
        f"{address and escaped(address)}\t{address and country_of(address)}\t{way.status}\t"
        f"{other and escaped(other)}\t{other and country_of(other)}\t{_told(reached.known, way.why_not)}\n"
    )
