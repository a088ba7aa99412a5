"""Phone numbers as E.164 with their country, and e-mail addresses, from whatever people and Excel write."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    REGION_CODE_FOR_NON_GEO_ENTITY,
    NumberParseException,
    PhoneNumberType,
    ValidationResult,
)

from app.messaging.invalid import WORDS as WORDS
from app.messaging.invalid import InvalidAddress as InvalidAddress
from app.messaging.phone_metadata import calling_code, counted_country, mobile_country

EMAIL_MAX_LENGTH = 254
_RESERVED_TOPS = frozenset(SPECIAL_USE_DOMAIN_NAMES)
_ROLES = frozenset(CASE_INSENSITIVE_MAILBOX_NAMES)
_LOCAL_MAX_LENGTH = 64
_LONGEST_LOOKED_AT = 400

_REFUSED_TYPES = {
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal_number",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company_number",
    PhoneNumberType.VOICEMAIL: "voicemail",
    PhoneNumberType.UNKNOWN: "not_in_use",
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.INVALID_LENGTH: "wrong_length",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too_short",
}
_UNPARSED = {
    NumberParseException.INVALID_COUNTRY_CODE: "country_code",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
    NumberParseException.TOO_SHORT_NSN: "too_short",
    NumberParseException.TOO_LONG: "too_long",
}

_BETWEEN_DIGITS = dict.fromkeys(map(ord, " \t\r\n\v\f-()\u00a0\u202f\u2007\u2009\u2010\u2011\u2012\u2013\u2014\u2212"))
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_FLOAT = re.compile(r"(\+?[0-9]{7,15})[.,]0{1,2}")
_NORWEGIAN = re.compile(r"(?:\+?47|0047)?([49][0-9]{7})")
_NORWEGIAN_MACHINE = re.compile(r"(?:\+?47)?(?:59[0-9]{6}|58[0-9]{10})")
_PLAIN_EMAIL = re.compile(
    r"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*)"
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)

email_stands = re.compile(
    rf"(?=.{{6,64}}\Z)(?!(?:{'|'.join(sorted(_ROLES))})@)[a-z0-9]+(?:[._+-][a-z0-9]+)*"
    rf"@(?:[a-z0-9]+[.-])*[a-z0-9]+\.(?!(?:{'|'.join(sorted(_RESERVED_TOPS))})\Z)[a-z]{{2,63}}"
).fullmatch
"""Whether a text is an address of the plainest form, as most are: valid, and just as `parse_email` would write it."""


class PhoneNumber(NamedTuple):
    """A number that can receive SMS: E.164 and the ISO country that it counts with (SJ as NO, AX as FI).

    A tuple and no dataclass, because a million are made while a file is read.
    """

    e164: str
    country: str


class EmailAddress(NamedTuple):
    """An e-mail address, trimmed, its domain in lower case; the part before @ keeps its case, as RFC 5321 2.4 asks."""

    address: str


def parse_phone(text: str) -> PhoneNumber:
    """Return the mobile number that the text means, read from Norway; raise InvalidAddress with the reason.

    Mended are 00, spaces, dashes, (0), bare Norwegian mobiles, a missing + before 47, and what Excel adds around it.
    """
    if country := mobile_country(text):
        return PhoneNumber(text, country)
    if norwegian := _NORWEGIAN.fullmatch(text.translate(_BETWEEN_DIGITS)):
        return _known_mobile("+47" + norwegian[1])
    return _known_mobile(tidy_phone(text))


def _known_mobile(e164: str) -> PhoneNumber:
    country = mobile_country(e164)
    return PhoneNumber(e164, country) if country else phone_by_library(e164)


def tidy_phone(text: str) -> str:
    """Return the text as digits with or without a leading +, Excel's and the typist's additions gone."""
    if len(text) > _LONGEST_LOOKED_AT:
        raise InvalidAddress("not_a_number")
    number = _without_wrapping(_plain_characters(text))
    if not number:
        raise InvalidAddress("empty")
    number = _as_excel_meant(number).replace("(0)", "").translate(_BETWEEN_DIGITS).replace(".", "")
    if not re.fullmatch(r"\+?[0-9]+", number):
        raise InvalidAddress("not_a_number")
    return _with_country_code(number)


def _plain_characters(text: str) -> str:
    """Turn full-width and Arabic digits into 0-9 and drop invisible marks, which copied contacts carry."""
    if text.isascii():
        return text.strip()
    plain = (c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain).strip()


def _without_wrapping(text: str) -> str:
    """Take away what marks a cell as text in a spreadsheet (`'…`, `="…"`) and the `tel:` of a link."""
    return re.sub(r"(?i)^tel:", "", text.lstrip("'=").strip('" \t')).strip()


def _as_excel_meant(number: str) -> str:
    """Undo a float's `.0` and an exponent that kept every digit; refuse one that lost some."""
    if shortened := _SCIENTIFIC.fullmatch(number):
        first, decimals, exponent = shortened[1], shortened[2] or "", int(shortened[3])
        if len(decimals) != exponent:
            raise InvalidAddress("excel_scientific")
        return first + decimals
    as_float = _FLOAT.fullmatch(number)
    return as_float[1] if as_float else number


def _with_country_code(number: str) -> str:
    """Put + where the writer left it out: 00, 47 before a mobile, or nothing before a Norwegian mobile."""
    if number.startswith("00"):
        return "+" + number[2:]
    norwegian = _NORWEGIAN.fullmatch(number)
    return "+47" + norwegian[1] if norwegian else number


def phone_by_library(number: str) -> PhoneNumber:
    """Return the mobile number that `phonenumbers` reads in tidied text; raise InvalidAddress with the reason."""
    if _NORWEGIAN_MACHINE.fullmatch(number):
        raise InvalidAddress("machine")
    parsed = _parsed(number)
    reason = _reason_against(parsed, number)
    if reason:
        raise InvalidAddress(reason)
    region = phonenumbers.region_code_for_number(parsed)
    return PhoneNumber(_e164(parsed), counted_country(region or ""))


def _parsed(number: str) -> phonenumbers.PhoneNumber:
    """Parse until E.164 reads as itself: the parser may drop a trunk prefix each time."""
    try:
        return phonenumbers.parse(_e164(phonenumbers.parse(number, "NO")), None)
    except NumberParseException as error:
        raise InvalidAddress(_UNPARSED.get(error.error_type, "not_a_number")) from None


def _reason_against(parsed: phonenumbers.PhoneNumber, number: str) -> str | None:
    """Return why no SMS can go to a number, or None. UNKNOWN is how the library says invalid."""
    kind = phonenumbers.number_type(parsed)
    if COUNTRY_CODE_TO_REGION_CODE[parsed.country_code or 0] == (REGION_CODE_FOR_NON_GEO_ENTITY,):
        return "non_geographic"
    if _is_short(number):
        return "short_number"
    if kind != PhoneNumberType.UNKNOWN:
        return _REFUSED_TYPES.get(kind)
    if not number.startswith("+") and _would_do_with_plus(number):
        return "missing_plus"
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    return _IMPOSSIBLE.get(possible, "too_short" if _is_stump(number) else "not_in_use")


def _is_short(number: str) -> bool:
    """Whether a number is one of Norway's three to six digits, with or without +47."""
    national = number.removeprefix("+47")
    short = phonenumbers.parse(f"+47{national}", None) if 3 <= len(national) <= 6 and national.isdigit() else None
    return short is not None and (phonenumbers.is_valid_short_number(short) or phonenumbers.is_valid_number(short))


def _is_stump(number: str) -> bool:
    """Whether a number has five digits, which the library calls possible in Norway and no mobile has."""
    return re.fullmatch(r"(?:\+47)?[0-9]{5}", number) is not None


def _would_do_with_plus(number: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + number, None))
    except NumberParseException:
        return False


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def parse_email(text: str) -> EmailAddress:
    """Return the one e-mail address in the text, at most 254 characters; raise InvalidAddress with the reason.

    The rule is Altinn's intended one: no `;`, no quoting, a top domain; the domain's owner is never asked.
    """
    if email_stands(text):
        return EmailAddress(text)
    trimmed = text.strip().removeprefix("mailto:")
    plain = _PLAIN_EMAIL.fullmatch(trimmed)
    if plain and len(trimmed) <= EMAIL_MAX_LENGTH:
        local, domain = plain[1], _plain_domain(plain[2])
        if domain and len(local) <= _LOCAL_MAX_LENGTH and local.lower() not in _ROLES:
            return EmailAddress(f"{local}@{domain}")
    return email_by_library(trimmed)


def parse_from(text: str, domains: str) -> EmailAddress:
    """Return the address that e-mail is to come from; raise InvalidAddress, also where its domain is none of `domains`.

    These stand in one text, by commas; where there are none, any may be used. E-mail from a domain that has not named
    our mail server (SPF, RFC 7208) is taken for forged.
    """
    email = parse_email(text)
    ours = {domain.strip().lower() for domain in domains.split(",") if domain.strip()}
    if ours and email.address.rpartition("@")[2] not in ours:
        raise InvalidAddress("foreign_domain")
    return email


@lru_cache(maxsize=4096)
def _plain_domain(written: str) -> str:
    """The domain of an address in which the library could change no more than its case; empty where it might."""
    domain = written.lower()
    return "" if "--" in domain or domain.rpartition(".")[2] in _RESERVED_TOPS else domain


def email_by_library(trimmed: str) -> EmailAddress:
    """Return the address as `email-validator` normalises it; raise InvalidAddress with the reason."""
    if reason := _reason_against_email(trimmed):
        raise InvalidAddress(reason)
    try:
        address = validate_email(trimmed, check_deliverability=False, strict=True).normalized
    except (EmailNotValidError, UnicodeError):
        raise InvalidAddress("not_an_email") from None
    return EmailAddress(address)


def _reason_against_email(trimmed: str) -> str | None:
    """Return what can be said more exactly about an address than that it is none."""
    domain = trimmed.rpartition("@")[2].lower().rstrip(".")
    if not trimmed:
        return "empty"
    if trimmed.count("@") > 1 or ";" in trimmed or "," in trimmed:
        return "several_emails" if trimmed.count("@") > 1 else "not_an_email"
    if len(trimmed) > EMAIL_MAX_LENGTH:
        return "email_too_long"
    if domain.rpartition(".")[2] in _RESERVED_TOPS:
        return "reserved_domain"
    return "no_top_domain" if "@" in trimmed and "." not in domain else None


def mask_phone(e164: str) -> str:
    """Cover a number but for its country code, first and two last digits; its length stays unsaid."""
    code = calling_code(e164[:4])
    if code is None or len(e164) < len(code) + 6:
        return "•••"
    return f"+{code} {e164[len(code) + 1]}•• •• •{e164[-2:]}"


def mask_email(address: str) -> str:
    """Cover an e-mail address but for both first characters and the top domain; its length stays unsaid."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        return "•••"
    return f"{local[0]}•••@{domain[0]}•••.{domain.rpartition('.')[2]}"
