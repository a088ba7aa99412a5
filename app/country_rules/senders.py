"""How a sender ID must be written: for the gateway, for a country, and so that it is its own name and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from phonenumbers import NumberParseException, parse, region_code_for_number

from app.country_rules.facts import Country, GenericNames, Register, SenderFormat
from app.country_rules.protected import protection_against
from app.country_rules.terms import Confidence, NumberOrigin, Outcome, SenderKind
from app.messaging.phone_metadata import counted_country
from app.messaging.sender import InvalidSender, check_sender

_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+[A-Za-z]*")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a sender ID should not be used: a code, words for the desk, keys of the sources, how sure they make us."""

    code: str
    words: str
    confidence: Confidence
    sources: tuple[str, ...] = ()
    outcome: Outcome = Outcome.WILL_FAIL


def kind_of(sender: str) -> SenderKind:
    """Return what a sender ID is made of, as `check_sender` returns it: 4 or 5 digits are a short code."""
    if not (sender.isascii() and sender.isdigit()):
        return SenderKind.NAME
    return SenderKind.SHORT_CODE if len(sender) <= 5 else SenderKind.NUMBER


@lru_cache(maxsize=4096)
def number_origin(digits: str, country: str) -> NumberOrigin:
    """Return whether a number as sender is one of the country; one that no country knows is foreign."""
    try:
        region = region_code_for_number(parse(f"+{digits}"))
    except NumberParseException:
        return NumberOrigin.FOREIGN
    return NumberOrigin.DOMESTIC if region and counted_country(region) == country else NumberOrigin.FOREIGN


def objections(register: Register, country: str, sender: str, owner: str | None, day: date) -> tuple[Objection, ...]:
    """Return everything against a sender ID in a country on a day; none means that it may be used.

    `owner` is the short name of the service owner that wants it; None leaves out whose name it is. A country that the
    register does not know asks only what the gateway asks.
    """
    try:
        checked = check_sender(sender)
    except InvalidSender as fault:
        return (Objection(fault.code, fault.words, Confidence.HIGH),)
    entry = register.countries.get(counted_country(country))
    return (
        *_by_country(entry, checked, day),
        *_generic(register, counted_country(country), checked),
        *_protected(checked, owner),
    )


def _by_country(country: Country | None, sender: str, day: date) -> Iterator[Objection]:
    for form in country.sender_formats if country else ():
        if form.holds_on(day) and (code := _fault(form, sender)):
            yield Objection(code, form.sentence, form.confidence, form.sources)


def _fault(form: SenderFormat, sender: str) -> str | None:
    """Return the code of what a country's format says against a sender, or None."""
    kind = kind_of(sender)
    if kind is SenderKind.SHORT_CODE and form.short_code and not re.fullmatch(form.short_code, sender):
        return "short_code"
    if kind is not SenderKind.NAME:
        return None
    if form.min_length and len(sender) < form.min_length:
        return "too_short"
    if form.characters and not re.fullmatch(f"[{form.characters}]*", sender):
        return "characters"
    untidy = sender != " ".join(sender.split())
    return "spaces" if form.tidy_spaces and untidy else None


def _generic(register: Register, country: str, sender: str) -> Iterator[Objection]:
    """Yield an objection to a generic name, and a warning for one within another name: there providers disagree."""
    for group in register.generic_names:
        if group.countries and country not in group.countries:
            continue
        generic = _plain_names(group)
        if _plain(sender) in generic:
            yield Objection("generic", group.sentence, group.confidence, group.sources)
        elif group.countries and any(_plain(word) in generic for word in _WORD.findall(sender)):
            words = "A generic word stands in this name: some operators refuse that."
            yield Objection("generic_within", words, Confidence.LOW, group.sources, Outcome.AT_RISK)


def _protected(sender: str, owner: str | None) -> Iterator[Objection]:
    if owner is not None and (protection := protection_against(owner, sender)):
        yield Objection("protected", f"Only {protection.body} may send under this name.", Confidence.HIGH)


@lru_cache(maxsize=64)
def _plain_names(group: GenericNames) -> frozenset[str]:
    return frozenset(_plain(name) for name in group.names)


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())
