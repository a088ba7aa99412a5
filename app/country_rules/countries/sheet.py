"""Everything that a country's page tells, gathered once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.country_rules.countries import listing, turns, words
from app.country_rules.countries.notices import AHEAD, said
from app.country_rules.countries.timeline import Bar, Timeline, timeline
from app.country_rules.countries.verified import Freshness, freshness
from app.country_rules.facts import Country, GenericNames, Register, Rule, Source
from app.country_rules.own import Own, is_own, rule_id
from app.country_rules.policies.queries import Chosen, chosen_in
from app.country_rules.terms import Dimension, Outcome
from app.country_rules.upkeep import queries
from app.country_rules.upkeep.models import OwnRuleVersion
from app.country_rules.upkeep.queries import Verified
from app.country_rules.upkeep.stored import own_of
from app.country_rules.verdicts import local_day
from app.sender_ids.reading import Line


@dataclass(frozen=True, slots=True)
class Row:
    """A rule with its bar, its own sources, and the own rule that stands above it."""

    rule: Rule
    bar: Bar
    sources: Sequence[Source]
    is_own: bool
    own_number: int | None
    beneath: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The rules of one dimension in the order in which they are tried, on one time line."""

    dimension: Dimension
    drawn: Timeline
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a country on a day of its own calendar."""

    entry: Country
    register: Register
    today: date
    cases: Sequence[tuple[str, Outcome]]
    groups: Sequence[Group]
    facts: Sequence[tuple[str, str | None]]
    generic: Sequence[GenericNames]
    sources: Sequence[Source]
    changes: Sequence[tuple[date, str]]
    """What is to come, after today."""
    registrations: Sequence[Line]
    decided: Sequence[tuple[Outcome, Chosen]]
    """What administrators do about an outcome there otherwise than usual, today."""
    freshness: Freshness
    verified: Sequence[Verified]
    ended: Sequence[OwnRuleVersion]

    def sources_of(self, keys: tuple[str, ...]) -> Sequence[Source]:
        """The sources with these keys."""
        return self.register.sources_of(self.entry, keys)


def told(register: Register, code: str, now: datetime) -> Sheet:
    """Gather what is known of a country of the register."""
    entry, there = register.countries[code], local_day(code, now, register)
    verified, newest = queries.verifications_of(code), _newest(code)
    latest = {code: verified[0]} if verified else {}
    return Sheet(
        entry=entry,
        register=register,
        today=there,
        cases=[(case.key, case.outcome(register, code, there)) for case in turns.CASES],
        groups=_groups(register, entry, there, _above(code, newest)),
        facts=[(str(label), getattr(entry.facts, name)) for name, label in words.FACTS.items()],
        generic=[group for group in register.generic_names if not group.countries or code in group.countries],
        sources=register.sources_of(entry),
        changes=[
            (change.day, said(change))
            for change in turns.changes_of(register, code, there + timedelta(days=1), there + AHEAD)
        ],
        registrations=listing.registrations_in(code),
        decided=_decided(code, there),
        freshness=freshness(register, _own(code, newest), code, latest, listing.today_of(now)),
        verified=verified,
        ended=[version for version in newest if version.is_ended],
    )


def _groups(register: Register, entry: Country, today: date, above: Mapping[str, str]) -> list[Group]:
    found = []
    for dimension in Dimension:
        rules = [rule for rule in entry.rules if rule.dimension is dimension]
        if rules:
            drawn = timeline(rules, today)
            rows = [_row(register, entry, rule, bar, today, above) for rule, bar in zip(rules, drawn.bars, strict=True)]
            found.append(Group(dimension, drawn, rows))
    return found


def _row(register: Register, entry: Country, rule: Rule, bar: Bar, today: date, above: Mapping[str, str]) -> Row:
    return Row(
        rule=rule,
        bar=bar,
        sources=register.sources_of(entry, rule.sources) if rule.sources else (),
        is_own=is_own(rule.id),
        own_number=int(rule.id.rpartition("-")[2]) if is_own(rule.id) else None,
        beneath=above.get(rule.id),
        holds=rule.holds_on(today),
    )


def _decided(code: str, today: date) -> list[tuple[Outcome, Chosen]]:
    found = chosen_in([code])
    return [(outcome, found[code, outcome]) for outcome in Outcome if _holds(found.get((code, outcome)), today)]


def _holds(chosen: Chosen | None, today: date) -> bool:
    return chosen is not None and chosen.holds_on(today)


def _above(code: str, newest: Sequence[OwnRuleVersion]) -> dict[str, str]:
    """Tell which rules of the file an own rule in force was written to stand above, and which own rule that is."""
    counting = (one for one in newest if one.above and not one.is_ended)
    return {str(one.above): rule_id(code, one.own_rule_id) for one in counting}


def _own(code: str, newest: Sequence[OwnRuleVersion]) -> list[Own]:
    return [own_of(code, version) for version in newest if not version.is_ended]


def _newest(code: str) -> list[OwnRuleVersion]:
    """List the latest version of each own rule of a country, ended ones too."""
    found: dict[int, OwnRuleVersion] = {}
    for version, _ in queries.versions(code):
        found.setdefault(version.own_rule_id, version)
    return list(found.values())
