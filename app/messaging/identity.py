"""National identity numbers of persons and organisation numbers, as people and Excel write them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from enum import IntEnum

from app.messaging.address import EmailAddress, PhoneNumber, parse_email, parse_phone, tidy_phone
from app.messaging.invalid import InvalidAddress

_BETWEEN_DIGITS = re.compile(r"[\s.\u00a0\u202f'\"=-]+")
_FIRST_CONTROL = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_CONTROL = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ORGANISATION_CONTROL = (3, 2, 7, 6, 5, 4, 3, 2, 1)

_D_NUMBER_DAYS = 40
_TENOR_MONTHS = 80
_SYNTHETIC_ORGANISATIONS = ("2", "3")
_LEAP_YEAR = 2000
"""The century is not read: a 29 February is taken where the two digits of the year could be a leap year's."""


class IdentityKind(IntEnum):
    """Who is known by an identity number; the values are those of recipients."""

    PERSON = 3
    ORGANISATION = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or an organisation by number; `is_test` where the number is a synthetic one that nobody has."""

    kind: IdentityKind
    number: str
    is_test: bool


def parse_person(text: str) -> Identity:
    """Return the national identity number or D-number in the text; raise InvalidAddress with the reason.

    Eleven digits, of which the first six are a date (days +40 in D-numbers, months +80 in Tenor's synthetic numbers)
    and the last two control digits modulo 11.
    """
    number = _BETWEEN_DIGITS.sub("", text)
    # A spreadsheet takes the zero of those born on the first nine days of a month.
    number = f"0{number}" if _are_digits(number, 10) else number
    if not _are_digits(number, 11):
        raise InvalidAddress("identity_digits")
    if not _has_date(number):
        raise InvalidAddress("identity_date")
    if not (_fits(number, _FIRST_CONTROL) and _fits(number, _SECOND_CONTROL)):
        raise InvalidAddress("identity_control")
    return Identity(IdentityKind.PERSON, number, int(number[2:4]) > _TENOR_MONTHS)


def parse_organisation(text: str) -> Identity:
    """Return the organisation number in the text: nine digits, the last a control digit modulo 11.

    Raise InvalidAddress with the reason. Tenor's synthetic organisations have numbers from 2 and 3.
    """
    number = _BETWEEN_DIGITS.sub("", text)
    if not _are_digits(number, 9):
        raise InvalidAddress("organisation_digits")
    if not _fits(number, _ORGANISATION_CONTROL):
        raise InvalidAddress("organisation_control")
    return Identity(IdentityKind.ORGANISATION, number, number.startswith(_SYNTHETIC_ORGANISATIONS))


def parse_any(text: str) -> PhoneNumber | EmailAddress | Identity:
    """Return what a recipient is by the form of the text; raise InvalidAddress with the reason that fits that form.

    Eleven bare digits that begin with a date are a person, nine bare digits an organisation, what has an @ is an
    e-mail address, and all else is read as a phone number.
    """
    return parse_email(text) if "@" in text else parse_bare(text)


def parse_bare(text: str) -> PhoneNumber | Identity:
    """Do as `parse_any` for a text that is no e-mail address."""
    number = _BETWEEN_DIGITS.sub("", text)
    if _are_digits(number, 11) and (_has_date(number) or not _may_be_foreign(text)):
        return parse_person(number)
    if _are_digits(number, 9):
        return parse_organisation(number)
    if _are_digits(number, 10) and _is_person(number):
        return parse_person(number)
    if not any(character.isdigit() for character in text) and text.strip():
        raise InvalidAddress("nothing_known")
    return parse_phone(text)


def looks_like_identity(text: str) -> bool:
    """Whether a text has as many bare digits as an identity number or an organisation number."""
    number = _BETWEEN_DIGITS.sub("", text)
    return _are_digits(number, 11) or _are_digits(number, 9)


def mask_identity(number: str) -> str:
    """Cover the five last digits of a person's number; an organisation's number is public and stays."""
    return f"{number[:6]} •••••" if len(number) == 11 else " ".join((number[:3], number[3:6], number[6:]))


def cover(text: str) -> str:
    """Cover what may be a mistyped national identity number; other texts stay as they are."""
    number = _BETWEEN_DIGITS.sub("", text)
    return f"{number[:4]}•••" if number.isdecimal() and 10 <= len(number) <= 12 and text[:1] != "+" else text


def _are_digits(number: str, length: int) -> bool:
    return len(number) == length and number.isascii() and number.isdigit()


def _has_date(number: str) -> bool:
    day, month, year = int(number[:2]), int(number[2:4]), int(number[4:6])
    day -= _D_NUMBER_DAYS if day > _D_NUMBER_DAYS else 0
    month -= _TENOR_MONTHS if month > _TENOR_MONTHS else 0
    return 1 <= month <= 12 and 1 <= day <= monthrange(_LEAP_YEAR + year, month)[1]


def _fits(number: str, weights: tuple[int, ...]) -> bool:
    """Whether the last weighted digit is the control digit of those before it."""
    return sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False)) % 11 == 0


def _is_person(number: str) -> bool:
    """Whether ten digits are a national identity number without its zero, and no phone number."""
    try:
        parse_person(number)
    except InvalidAddress:
        return False
    return not number.startswith("47")


def _may_be_foreign(text: str) -> bool:
    """Whether eleven digits without a date may be a phone number that lacks its +, which the phone's own words say."""
    try:
        return not _FIRST_IS_ZERO.match(tidy_phone(text))
    except InvalidAddress:
        return False


_FIRST_IS_ZERO = re.compile(r"0[^0]")
