"""The rules of a country drawn on one time line: where each bar begins and ends, pure arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.country_rules.facts import Rule

WIDTH = 240
_MARGIN = timedelta(days=183)
At = Callable[[date], int]


@dataclass(frozen=True, slots=True)
class Bar:
    """From where to where a rule holds, in units of the drawing."""

    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """A drawing `WIDTH` wide: where today is, where years begin, and a bar for each rule."""

    today: int
    years: Sequence[tuple[int, int]]
    """Year and where it begins; at most four of them."""
    bars: Sequence[Bar]


def timeline(rules: Sequence[Rule], today: date) -> Timeline:
    """Draw rules on a line that reaches half a year beyond all their dates and today."""
    both = (day for rule in rules for day in (rule.effective_from, rule.effective_until))
    days = [today, *(day for day in both if day)]
    first, last = min(days) - _MARGIN, max(days) + _MARGIN

    def at(day: date) -> int:
        return round(WIDTH * (day - first).days / (last - first).days)

    return Timeline(at(today), _years(first, last, at), [_bar(rule, first, last, at) for rule in rules])


def _bar(rule: Rule, first: date, last: date, at: At) -> Bar:
    begins, ends = at(rule.effective_from or first), at(rule.effective_until or last)
    return Bar(begins, max(ends - begins, 2))


def _years(first: date, last: date, at: At) -> list[tuple[int, int]]:
    found = [(year, at(date(year, 1, 1))) for year in range(first.year + 1, last.year + 1)]
    step = -(-len(found) // 4) or 1
    return found[::step]
