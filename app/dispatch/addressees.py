"""The addressees that come of recipients and their registers' answers, as lines for COPY.

There is one for each of perhaps a million persons: so they are written as text at once, not row by row by the driver.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from app import copy_text
from app.contacts.choosing import Reason, Usable, usable
from app.contacts.keeping import Known
from app.copy_text import NULL, escaped
from app.dispatch.addressing import Way, country_of, ways
from app.dispatch.transaction import Cursor
from app.messaging.scheme import Scheme
from app.orders.models import RecipientKind

_COPY = """
copy addressee (shipment_id, place, half, part, row_no, channel, address, country, status, other_address, other_country,
    register_answer) from stdin
"""


class Recipient(NamedTuple):
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


@dataclass(frozen=True, slots=True)
class Made:
    """The addressees of some recipients, and the last place that they take."""

    lines: Sequence[str]
    last_place: int


class Told(msgspec.Struct, gc=False):
    """What is kept of a register's answer: which, when, what about the person, but no address."""

    register: str
    answered_at: datetime
    standing: int
    emails: int
    phones: int
    email_confirmed_at: datetime | None
    phone_confirmed_at: datetime | None
    is_reserved: bool
    language: str
    why_not: str | None


_written = msgspec.json.Encoder().encode


def make(
    shipment_id: int,
    place: int,
    recipients: Sequence[Recipient],
    known: Sequence[Known | None],
    wishes: Wishes,
    now: datetime,
) -> Made:
    """Make the addressees of recipients after a place; `known` is each one's answer, None where it has an address."""
    lines: list[str] = []
    for one, answer in zip(recipients, known, strict=True):
        found = _ways(_own(one) if answer is None else _of_register(answer, wishes, now), wishes)
        lines += [_line(shipment_id, place, one, way, _told(answer, way.why_not)) for way in found]
        place += found[-1].place
    return Made(lines, place)


def copy(cursor: Cursor, made: Made) -> None:
    """Store what was made; the caller commits."""
    copy_text.copy(cursor, _COPY, made.lines)


def _own(one: Recipient) -> Usable:
    """The addresses by which a recipient was given."""
    if one.kind == RecipientKind.EMAIL:
        return Usable((one.address,))
    return Usable((one.email,) if one.email else (), (one.address,) if one.address else ())


def _of_register(known: Known, wishes: Wishes, now: datetime) -> Usable:
    ignores, stale = wishes.ignores_reservation, wishes.uses_stale
    return usable(known.answer, now, ignores_reservation=ignores, uses_stale=stale)


def _ways(reach: Usable, wishes: Wishes) -> list[Way]:
    """Who is moved to e-mail gets no SMS, nor one to fall back on."""
    if _is_moved(reach, wishes):
        return ways(Scheme.EMAIL_PREFERRED, Usable(reach.emails))
    return ways(wishes.scheme, reach)


def _is_moved(reach: Usable, wishes: Wishes) -> bool:
    """Whether the country of somebody's first number is moved, and they have an e-mail address."""
    has_both = bool(wishes.moved and reach.emails and reach.phones)
    return has_both and country_of(reach.phones[0]) in wishes.moved


def _told(known: Known | None, why_not: Reason | None) -> str:
    """What is kept of an answer, as COPY reads it."""
    if known is None:
        return NULL
    answer = known.answer
    told = Told(
        known.register,
        known.answered_at,
        answer.standing.value,
        len(answer.emails),
        len(answer.phones),
        answer.email_confirmed_at,
        answer.phone_confirmed_at,
        answer.is_reserved,
        answer.language,
        why_not,
    )
    return escaped(_written(told).decode())


def _line(shipment_id: int, before: int, one: Recipient, way: Way, told: str) -> str:
    address, other = way.address and escaped(way.address), way.other and escaped(way.other)
    return (
        f"{shipment_id}\t{before + way.place}\t{way.half}\t{one.part}\t{one.row_no}\t{way.channel:d}\t"
        f"{address}\t{way.country}\t{way.status:d}\t{other}\t{way.other_country}\t{told}\n"
    )
