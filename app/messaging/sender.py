"""What an SMS may show as its sender, before any country has its say (LINK Mobility's rules)."""

from __future__ import annotations

import re

ALPHANUMERIC_MAX = 11

WORDS = {
    "empty": "Enter a sender.",
    "too_long": "A sender with letters can have at most 11 characters: phones cut off the rest.",
    "characters": "A sender can have the letters A to Z, digits, spaces and ! # % & ( ) * + - . / > < ; only.",
    "no_letter": "A sender needs a letter, or digits only.",
    "number_length": "A sender of digits is a short number of 4 or 5 digits, or a phone number of 7 to 15 digits"
    " with its country code.",
    "leading_zero": "A phone number as sender begins with its country code, not with 0.",
}
"""What is wrong with a sender, by code, as the person at the desk reads it."""

_ALPHANUMERIC = re.compile(r"[A-Za-z0-9 !#%&()*+\-./><;]+")
_NUMBER = re.compile(r"(?:\+|00)?([0-9][0-9 ]*)")
_SHORT_CODE = re.compile(r"[0-9]{4,5}")
_E164_DIGITS = re.compile(r"[0-9]{7,15}")


class InvalidSender(ValueError):
    """A sender that the gateway would refuse or a phone would cut: `code` for machines, `words` for people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = WORDS[code]


def check_sender(text: str) -> str:
    """Return the sender as the gateway takes it, a number without + or 00; raise InvalidSender with the reason."""
    sender = text.strip()
    if not sender:
        raise InvalidSender("empty")
    number = _NUMBER.fullmatch(sender)
    return _checked_number(sender, number[1].replace(" ", "")) if number else _checked_name(sender)


def _checked_number(sender: str, digits: str) -> str:
    if _SHORT_CODE.fullmatch(sender):
        return sender
    if digits.startswith("0"):
        raise InvalidSender("leading_zero")
    if not _E164_DIGITS.fullmatch(digits):
        raise InvalidSender("number_length")
    return digits


def _checked_name(sender: str) -> str:
    if not _ALPHANUMERIC.fullmatch(sender):
        raise InvalidSender("characters")
    if not re.search("[A-Za-z]", sender):
        raise InvalidSender("no_letter")
    if len(sender) > ALPHANUMERIC_MAX:
        raise InvalidSender("too_long")
    return sender
