"""Days of a registration, each in the calendar of the country that it is for."""

import calendar
from datetime import date, datetime

from app.country_rules.register import standing_register
from app.country_rules.verdicts import local_day
from app.db import utcnow


def today_in(country: str) -> date:
    """Tell which day it is in a country."""
    return local_day(country, utcnow())


def day_in(country: str, at: datetime) -> date:
    """Tell which day a moment falls on in a country."""
    return local_day(country, at)


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the last day of that month where it has no such day.

    What would be later than any day that can be written is on the last of them.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_until_lapse(country: str) -> int | None:
    """Tell after how many months without traffic a country drops a registration; None where it never does."""
    entry = standing_register().countries.get(country)
    return entry.lapses_after_months_without_traffic if entry else None
