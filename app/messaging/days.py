"""On which days SMS may leave that go out in the daytime only: every day, or not at weekends, or not on holidays."""

from collections.abc import Mapping
from datetime import date
from enum import IntFlag
from functools import cache

from holidays.countries.norway import Norway


class Days(IntFlag):
    """What is left out of all days; nothing is Altinn's own rule."""

    EVERY = 0
    WEEKDAYS_ONLY = 1
    """Monday to Friday."""
    NO_HOLIDAYS = 2
    """Not on Norwegian public holidays."""


def left_out(*, weekends: bool, holidays: bool) -> Days:
    """Say it of both."""
    return (Days.WEEKDAYS_ONLY if weekends else Days.EVERY) | (Days.NO_HOLIDAYS if holidays else Days.EVERY)


def is_open(day: date, days: int) -> bool:
    """Whether SMS may leave on that day."""
    if days & Days.WEEKDAYS_ONLY and day.isoweekday() > 5:
        return False
    return not (days & Days.NO_HOLIDAYS and day in _holidays(day.year))


def open_on(day: date) -> list[int]:
    """List the rules by which SMS may leave on that day."""
    every = range((Days.WEEKDAYS_ONLY | Days.NO_HOLIDAYS) + 1)
    return [days for days in every if is_open(day, days)]


@cache
def _holidays(year: int) -> Mapping[date, str]:
    return dict(Norway(years=year))
