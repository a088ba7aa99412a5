"""Which column holds the recipients, and what columns without a heading are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from app.intake.refusals import FileRefused
from app.messaging.address import InvalidAddress, parse_email, parse_phone
from app.messaging.identity import looks_like_identity, parse_bare
from app.messaging.template import normalise

Channel = Literal["sms", "email"]

COLUMN_NAMES: dict[Channel, str] = {"sms": "phone number", "email": "email address"}
"""What a recipient column is called by default; it is also the heading that a refusal asks for."""

_BY_NUMBER = "recipient"
"""What a column without a heading is called that holds persons' or organisations' numbers."""

_EITHER = {"recipient", "recipients", "mottaker", "mottakar", "mottakere", "mottakarar", "to", "til"}
_KNOWN: dict[Channel, set[str]] = {
    "sms": _EITHER
    | {"phone", "phonenumber", "phoneno", "mobile", "mobilephone", "mobilenumber", "mobileno", "cell", "cellphone"}
    | {"msisdn", "sms", "mobil", "mobilnummer", "mobilnr", "mobiltelefon", "mobiltelefonnummer", "mobiltlf"}
    | {"telefon", "telefonnummer", "telefonnr", "tlf", "tlfnr", "tlfnummer", "telephone", "telephonenumber"},
    "email": _EITHER
    | {"email", "emailaddress", "mail", "mailaddress", "epost", "epostadresse", "mailadresse", "emailadresse"},
}
_KNOWN_BY_NUMBER = (
    {"identitynumber", "nationalidentitynumber", "nationalid", "nin", "fødselsnummer", "fodselsnummer", "fødselsnr"}
    | {"fnr", "personnummer", "personnr", "dnummer", "identitetsnummer", "organisationnumber", "organizationnumber"}
    | {"orgnumber", "orgno", "organisasjonsnummer", "organisasjonsnr", "orgnummer", "orgnr"}
)
_MOSTLY = 0.8
_PUNCTUATION = re.compile(r"[.:*()]")
_PHONE_LIKE = re.compile(r"['=\"]*\+?[0-9][0-9 ().\u00a0-]{3,}[0-9]['\"]*|[0-9][.,][0-9]+[eE]\+?[0-9]+")
_EMAIL_LIKE = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PARSERS: dict[Channel, Callable[[str], object]] = {"sms": parse_phone, "email": parse_email}


def recipient_column(columns: Sequence[str], channel: Channel, sample: Sequence[Sequence[str]] = ()) -> int:
    """Return the index of the column that holds the recipients; raise FileRefused when none or several could.

    A known heading decides (Norwegian or English, compared as placeholders are). Without one, the only column decides
    whose sampled values are mostly valid addresses of the channel.
    """
    found = _column_of(columns, channel, sample)
    if found is None:
        raise FileRefused("no_recipient_column", expected=COLUMN_NAMES[channel])
    return found


def address_columns(columns: Sequence[str], sample: Sequence[Sequence[str]] = ()) -> tuple[int, int | None]:
    """Return the indexes of the columns of phone numbers and of e-mail addresses, each found as above.

    Where only one column is found it holds the recipients, and the second index is None.
    """
    phone, email = (_column_of(columns, channel, sample) for channel in _PARSERS)
    if phone is None or email is None or phone == email:
        only = phone if email is None else email
        if only is None:
            raise FileRefused("no_recipient_column", expected=COLUMN_NAMES["sms"])
        return only, None
    return phone, email


def _column_of(columns: Sequence[str], channel: Channel, sample: Sequence[Sequence[str]]) -> int | None:
    found = [index for index, name in enumerate(columns) if _plain(name) in _KNOWN[channel]]
    found = found or [index for index, name in enumerate(columns) if _plain(name) in _KNOWN_BY_NUMBER]
    for parse in (_PARSERS[channel], _OR_BY_NUMBER[channel]):
        found = found or [index for index in range(len(columns)) if _holds(index, parse, sample)]
    if len(found) > 1:
        raise FileRefused("two_recipient_columns", columns=", ".join(columns[index] for index in found))
    return found[0] if found else None


def holds_address(values: Sequence[str]) -> bool:
    """Whether a first row is a recipient already, not a heading; a date or a number may well be one beside `phone`."""
    has_heading = any(_plain(value) in known for value in values for known in (*_KNOWN.values(), _KNOWN_BY_NUMBER))
    return not has_heading and any(_channel_it_looks_like(value) for value in values)


def names_without_heading(values: Sequence[str]) -> tuple[str, ...]:
    """Return what columns are called that have no heading, by the valid addresses in their first row, if any is."""
    channels = [_channel_it_is_valid_for(value) for value in values]
    if any(channels):
        return _named([COLUMN_NAMES[channel] if channel else "" for channel in channels])
    if any(map(_is_number, values)):
        return _named([_BY_NUMBER if _is_number(value) else "" for value in values])
    guessed = [_channel_it_looks_like(value) for value in values]
    return _named([COLUMN_NAMES[channel] if channel else "" for channel in guessed])


def _named(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name or f"column {number}" for number, name in enumerate(names, 1))


def _is_number(value: str) -> bool:
    return looks_like_identity(value) and _can(parse_bare, value)


def names_from_heading(values: Sequence[str]) -> tuple[str, ...]:
    """Return the columns' names as written, trimmed; a blank one is called by its number."""
    return tuple(value.strip() or f"column {number}" for number, value in enumerate(values, 1))


def _channel_it_is_valid_for(value: str) -> Channel | None:
    return next((channel for channel in _PARSERS if _is_valid(value, channel)), None)


def _channel_it_looks_like(value: str) -> Channel | None:
    if _PHONE_LIKE.fullmatch(value.strip()):
        return "sms"
    return "email" if _EMAIL_LIKE.fullmatch(value.strip()) else None


def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", normalise(name))


def _holds(index: int, parse: Callable[[str], object], sample: Sequence[Sequence[str]]) -> bool:
    values = [row[index] for row in sample if index < len(row) and row[index].strip()]
    valid = sum(_can(parse, value) for value in values)
    return valid > 0 and valid >= _MOSTLY * len(values)


def _email_or_number(value: str) -> object:
    return parse_bare(value) if looks_like_identity(value) else parse_email(value)


def _is_valid(value: str, channel: Channel) -> bool:
    return _can(_PARSERS[channel], value)


def _can(parse: Callable[[str], object], value: str) -> bool:
    try:
        parse(value)
    except InvalidAddress:
        return False
    return True


_OR_BY_NUMBER: dict[Channel, Callable[[str], object]] = {"sms": parse_bare, "email": _email_or_number}
"""What reads a column of persons and organisations, among whom there may be addresses of the channel."""
