"""How an own rule is kept: a version's columns and condition, read as the engine knows them and written back."""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

from babel import Locale
from babel.core import get_global
from phonenumbers import country_code_for_region

from app.country_rules.facts import Rule, Source, When
from app.country_rules.own import Own, Place, rule_id
from app.country_rules.terms import (
    Confidence,
    Dimension,
    LinkStatus,
    NumberOrigin,
    Outcome,
    Policy,
    Remedy,
    SenderKind,
    SourceKind,
    Standing,
)
from app.country_rules.upkeep.models import OwnRuleVersion

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Said:
    """What an administrator says in an own rule: the ids in it are not yet known, and `read_on` is the source's age."""

    rule: Rule
    source: Source
    read_on: date
    above: str | None = None


def columns_of(said: Said) -> dict[str, Any]:
    """Give the columns of a version that says this."""
    rule, source = said.rule, said.source
    return {
        "above": said.above,
        "dimension": rule.dimension.value,
        "condition": condition_of(rule.when),
        "outcome": rule.outcome.value,
        "policy": rule.policy.value if rule.policy else None,
        "shown_as": rule.shown_as,
        "sentence": rule.sentence,
        "note": rule.note,
        "remedies": [remedy.value for remedy in rule.remedies],
        "confidence": rule.confidence.value,
        "effective_from": rule.effective_from,
        "effective_until": rule.effective_until,
        "source_publisher": source.publisher,
        "source_kind": source.kind.value,
        "source_url": source.url,
        "source_as_of": said.read_on,
    }


def condition_of(when: When) -> dict[str, Any]:
    """Write a condition so that it can be stored; what asks nothing is left out."""
    words = {key: [word.value for word in getattr(when, key)] for key in ("sender", "number", "registration", "link")}
    asked: dict[str, Any] = {key: listed for key, listed in words.items() if listed}
    return asked if when.nominated_for_links is None else {**asked, "nominated_for_links": when.nominated_for_links}


def when_of(condition: dict[str, Any]) -> When:
    """Read a stored condition."""
    return When(
        sender=_words(SenderKind, condition.get("sender")),
        number=_words(NumberOrigin, condition.get("number")),
        registration=_words(Standing, condition.get("registration")),
        link=_words(LinkStatus, condition.get("link")),
        nominated_for_links=condition.get("nominated_for_links"),
    )


def _words(kind: type[E], listed: list[str] | None) -> tuple[E, ...]:
    return tuple(kind(word) for word in listed or ())


def own_of(country: str, version: OwnRuleVersion) -> Own:
    """Read a stored version as the engine knows it."""
    code = rule_id(country, version.own_rule_id)
    rule, source = _rule(code, version), _source(code, version)
    return Own(country=country, rule=rule, source=source, since=version.at.date(), place=place_of(country))


def _rule(code: str, version: OwnRuleVersion) -> Rule:
    return Rule(
        id=code,
        dimension=Dimension(version.dimension),
        when=when_of(version.condition),
        outcome=Outcome(version.outcome),
        policy=Policy(version.policy) if version.policy else None,
        sentence=version.sentence,
        confidence=Confidence(version.confidence),
        sources=(code,),
        shown_as=version.shown_as,
        remedies=tuple(Remedy(remedy) for remedy in version.remedies),
        note=version.note,
        effective_from=version.effective_from,
        effective_until=version.effective_until,
    )


def own_of_said(country: str, said: Said, own_rule_id: int) -> Own:
    """Give what is said as the engine would know it."""
    code = rule_id(country, own_rule_id)
    rule, source = replace(said.rule, id=code, sources=(code,)), replace(said.source, key=code)
    return Own(country=country, rule=rule, source=source, since=said.read_on, place=place_of(country))


def _source(code: str, version: OwnRuleVersion) -> Source:
    kind, as_of = SourceKind(version.source_kind), version.source_as_of.isoformat()
    return Source(version.source_publisher, kind, version.source_url, as_of, key=code)


@lru_cache(maxsize=512)
def place_of(country: str) -> Place | None:
    """Tell what others know of a country, its English name, calling code and time; None for no country."""
    name, calling_code = Locale("en").territories.get(country), country_code_for_region(country)
    if name is None or not calling_code:
        return None
    zone = next(iter(get_global("territory_zones").get(country, ())), "UTC")
    return Place(name=name, calling_code=str(calling_code), time_zone=zone)
