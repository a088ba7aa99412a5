"""What a person typed to find a recipient: a phone number in any spelling or an e-mail address, or how it begins."""

import re
from collections.abc import Collection

from flask_babel import gettext

from app.messaging.address import InvalidAddress, parse_email, parse_phone, tidy_phone
from app.messaging.status import Channel
from app.shipments.selection import Selection

FEWEST_DIGITS = 6
"""Of a number's beginning, country code included: fewer are the beginning of too many."""

FEWEST_CHARACTERS = 3
"""Of an e-mail address's beginning."""

LONGEST = 254

_MOST_DIGITS = 15
_LETTER = re.compile(r"[^\W\d_]|@")


class Unsearchable(ValueError):
    """A text that no recipient can be found by; `words` say what to write instead, and never the text."""

    def __init__(self, words: str) -> None:
        super().__init__("unsearchable")
        self.words = words


def by_address(text: str, channels: Collection[Channel], *, whole_only: bool) -> Selection:
    """Say which notifications are meant; raise `Unsearchable`. On two channels letters are those of an e-mail address.

    `whole_only` is for those to whom addresses are covered: by beginnings one could guess one's way to a whole address.
    """
    if len(text) > LONGEST:
        raise Unsearchable(gettext("That is longer than any address."))
    is_phone = Channel.SMS in channels and (len(channels) == 1 or not _LETTER.search(text))
    return (_by_phone if is_phone else _by_email)(text.strip(), whole_only)


def _by_phone(text: str, whole_only: bool) -> Selection:
    try:
        return Selection(addresses=(parse_phone(text).e164,))
    except InvalidAddress:
        if whole_only:
            raise Unsearchable(gettext("Write the whole phone number.")) from None
    return Selection(beginnings=_beginnings(text))


def _beginnings(text: str) -> tuple[str, ...]:
    try:
        number = tidy_phone(text)
    except InvalidAddress:
        raise Unsearchable(gettext("Write a phone number, or at least its first four digits.")) from None
    readings = (number,) if number.startswith("+") else ("+47" + number, *(("+" + number,) * (number[:2] == "47")))
    usable = tuple(reading for reading in readings if FEWEST_DIGITS < len(reading) <= _MOST_DIGITS + 1)
    if not usable:
        raise Unsearchable(gettext("Write at least four digits, or six with the country code."))
    return usable


def _by_email(text: str, whole_only: bool) -> Selection:
    if whole_only:
        return Selection(addresses=_whole_email(text))
    if len(text) < FEWEST_CHARACTERS:
        raise Unsearchable(gettext("Write at least three characters of the e-mail address."))
    return Selection(beginnings=_spellings(text))


def _whole_email(text: str) -> tuple[str, ...]:
    try:
        return _spellings(parse_email(text).address)
    except InvalidAddress:
        raise Unsearchable(gettext("Write the whole e-mail address.")) from None


def _spellings(text: str) -> tuple[str, ...]:
    """As typed but for the domain, which is stored in lower case, and all in lower case."""
    local, at, domain = text.partition("@")
    return tuple(dict.fromkeys((local + at + domain.lower(), text.lower())))
