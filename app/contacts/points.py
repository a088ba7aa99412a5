"""Contact points as registers write them, made into addresses that can be used, or left out."""

from collections.abc import Iterable
from functools import lru_cache

from app.messaging.address import email_stands, parse_email, parse_phone
from app.messaging.invalid import InvalidAddress
from app.messaging.phone_metadata import mobile_country


def phone_of(written: str | None) -> str:
    """The number as E.164, or nothing where no SMS can go to it, as Altinn leaves such numbers out."""
    try:
        return parse_phone(written).e164 if written else ""
    except InvalidAddress:
        return ""


def email_of(written: str | None) -> str:
    """The address, or nothing where it is none."""
    try:
        return parse_email(written).address if written else ""
    except InvalidAddress:
        return ""


def phones_of(written: Iterable[str | None]) -> list[str]:
    """The number of each; of the mobile numbers that stand in E.164 already, hardly anything has to be done."""
    return [one if one and mobile_country(one) else phone_of(one) for one in written]


def emails_of(written: Iterable[str | None]) -> list[str]:
    """The address of each."""
    return [one if one and email_stands(one) else email_of(one) for one in written]


def name_of(*parts: str | None) -> str:
    """The name that its parts make, without what the database cannot store."""
    return " ".join(filter(None, parts)).replace("\0", "")


@lru_cache(maxsize=64)
def language_of(written: str | None) -> str:
    """The code of a language, such as `nb`, or nothing where it is none."""
    return written if written and written.isascii() and written.isalpha() and len(written) <= 8 else ""


def each_once(addresses: Iterable[str]) -> tuple[str, ...]:
    """Those that are something, each once; e-mail addresses that differ only in case are one."""
    known: dict[str, str] = {}
    for address in addresses:
        if address:
            known.setdefault(address.lower(), address)
    return tuple(known.values())
