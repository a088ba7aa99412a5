"""What a text in the box may be: each reading of it, the most certain one first."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from app.messaging.address import InvalidAddress, parse_email, parse_phone
from app.messaging.identity import parse_organisation, parse_person
from app.web.ids import LARGEST_ID

LONGEST = 255

_NUMBER = re.compile(r"#?([0-9]{1,18})")


class Kind(Enum):
    """What a text was taken for; the value stands in the page's address."""

    PHONE = "phone"
    EMAIL = "email"
    PERSON = "person"
    ORGANISATION = "organisation"
    ID = "id"
    NOTIFICATION = "notification"
    ORDER = "order"
    REFERENCE = "reference"
    GATEWAY_REFERENCE = "gateway-reference"


FINDS_ORDERS = frozenset({Kind.ID, Kind.ORDER, Kind.REFERENCE})
"""Readings by which whole orders are found; by the others, single notifications."""

FINDS_RECIPIENTS = frozenset({Kind.PHONE, Kind.EMAIL, Kind.PERSON, Kind.ORGANISATION})
"""Readings by which somebody is looked for: of an order that has not begun nobody has a notification yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that the text may be, in the form in which it is looked for."""

    kind: Kind
    text: str


def readings(text: str) -> list[Reading]:
    """List what the text may be; a sender's or a gateway's reference it may always be."""
    tidied = text.strip()
    return list(_read(tidied)) if tidied else []


def _read(text: str) -> Iterator[Reading]:
    if _is_uuid(text):
        yield Reading(Kind.ID, str(UUID(text)))
        return
    yield from _addresses(text)
    number = _NUMBER.fullmatch(text)
    if number is not None and 0 < int(number[1]) <= LARGEST_ID:
        yield Reading(Kind.NOTIFICATION, number[1])
        yield Reading(Kind.ORDER, number[1])
    yield Reading(Kind.REFERENCE, text)
    if not re.search(r"\s", text):
        yield Reading(Kind.GATEWAY_REFERENCE, text)


def _addresses(text: str) -> Iterator[Reading]:
    """An identity number's control digits make it more certain than a phone number is."""
    parsers: dict[Kind, Callable[[], str]] = {
        Kind.PERSON: lambda: parse_person(text).number,
        Kind.ORGANISATION: lambda: parse_organisation(text).number,
        Kind.PHONE: lambda: parse_phone(text).e164,
        Kind.EMAIL: lambda: parse_email(text).address.lower(),
    }
    for kind, parse in parsers.items():
        if (kind is Kind.EMAIL) != ("@" in text):
            continue
        try:
            yield Reading(kind, parse())
        except InvalidAddress:
            continue


def _is_uuid(text: str) -> bool:
    try:
        return len(text) >= 32 and bool(UUID(text))
    except ValueError:
        return False
