"""Administrators' own rules laid over the register: pure, so that one not yet saved can be tried in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.country_rules.facts import Country, Facts, Register, Rule, Source

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country that the file does not speak of, as far as others know it."""

    name: str
    calling_code: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """An own rule of a country (ISO 3166 alpha-2), with where it is said; `place` where the file lacks the country."""

    country: str
    rule: Rule
    source: Source
    since: date
    """The day on which it was last looked at."""
    place: Place | None = None


def rule_id(country: str, number: int) -> str:
    """Return the id of an own rule, such as `FI-own-3`."""
    return f"{country}-own-{number}"


def is_own(rule_id: str) -> bool:
    """Return whether an id is that of an own rule."""
    return rule_id[2:].startswith("-own-")


def joined(register: Register, own: Sequence[Own], version: str) -> Register:
    """Return the register with own rules before those of the file, in the order given, under another version.

    A rule of a country that neither the file nor its place tells of is left out.
    """
    countries = dict(register.countries)
    for one in reversed(own):
        entry = countries.get(one.country) or _new_country(one)
        if entry is not None:
            countries[one.country] = replace(entry, rules=(one.rule, *entry.rules))
    sources = {**register.sources, **{one.source.key: one.source for one in own}}
    return replace(register, countries=countries, sources=sources, version=version)


def _new_country(own: Own) -> Country | None:
    place = own.place
    if place is None:
        return None
    return Country(
        name=place.name,
        calling_code=place.calling_code,
        region=_UNKNOWN,
        time_zone=place.time_zone,
        verified_on=own.since,
        confidence=own.rule.confidence.value,
        facts=Facts(names=_UNKNOWN, aws_sender_id=_UNKNOWN, aws_long_code=_UNKNOWN, aws_short_code=_UNKNOWN),
        sources=(own.source.key,),
        rules=(),
    )
