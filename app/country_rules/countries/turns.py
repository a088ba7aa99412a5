"""On which days a country's rules change, and whether it tightens or eases: pure, found by asking before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from app.country_rules.engine import evaluate
from app.country_rules.facts import Country, Register
from app.country_rules.terms import Outcome, RegistrationStatus
from app.country_rules.verdict import NO_LINKS, Content, Registration, Sender

_NAME, _LINK = Sender("Varsel"), Content(frozenset({"www.example.no"}))
_ONE_DAY = timedelta(days=1)


class Turn(Enum):
    """Which way a country goes."""

    TIGHTENS = "tightens"
    EASES = "eases"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Case:
    """An SMS that stands for many: from whom, registered or not, with a link or without."""

    key: str
    sender: Sender
    is_registered: bool = False
    content: Content = NO_LINKS

    def outcome(self, register: Register, country: str, day: date) -> Outcome:
        """Return what the country does to it."""
        registration = Registration(self.sender.text, country, RegistrationStatus.APPROVED)
        kept = registration if self.is_registered else None
        return evaluate(country, self.sender, kept, self.content, day, register).outcome


CASES = (
    Case("name", _NAME),
    Case("registered", _NAME, is_registered=True),
    Case("number", Sender("4721000000")),
    Case("link", _NAME, is_registered=True, content=_LINK),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which something changes in a country, in the sentence of the rule that begins, or of the event."""

    day: date
    country: str
    turn: Turn
    sentence: str


def changes(register: Register, since: date, until: date) -> list[Change]:
    """Return what changes from one day to another, both included, in all countries: the first day first."""
    found = [change for code in register.countries for change in changes_of(register, code, since, until)]
    return sorted(found, key=lambda change: (change.day, change.country))


def changes_of(register: Register, country: str, since: date, until: date) -> list[Change]:
    """Return what changes in one country; an event on the day of a rule says nothing more."""
    entry = register.countries[country]
    by_rule = {day: _change(register, country, day) for day in _days(entry) if since <= day <= until}
    events = {event.day: event.event for event in entry.dates}
    for text, sentence in events.items():
        day = _day(text)
        if day and since <= day <= until and day not in by_rule:
            by_rule[day] = Change(day, country, Turn.CHANGES, sentence)
    return [by_rule[day] for day in sorted(by_rule)]


def _days(entry: Country) -> set[date]:
    both = (day for rule in entry.rules for day in (rule.effective_from, rule.effective_until))
    return {day for day in both if day}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-02") else None
    except ValueError:
        return None


def _change(register: Register, country: str, day: date) -> Change:
    steps = [
        case.outcome(register, country, day).severity - case.outcome(register, country, day - _ONE_DAY).severity
        for case in CASES
    ]
    turn = Turn.TIGHTENS if max(steps) > 0 else Turn.EASES if min(steps) < 0 else Turn.CHANGES
    return Change(day, country, turn, next(_sentences(register.countries[country], day)))


def _sentences(entry: Country, day: date) -> Iterator[str]:
    """Yield of the rules that begin on a day, and then of those that end, what they say."""
    yield from (rule.sentence for rule in entry.rules if rule.effective_from == day)
    yield from (rule.sentence for rule in entry.rules if rule.effective_until == day)
