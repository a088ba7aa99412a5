"""When what is said of a country was last verified, and which countries ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.country_rules.facts import Register
from app.country_rules.own import Own
from app.country_rules.upkeep.queries import Verified
from app.web.formats import OSLO

LASTS_DAYS = 90
"""So long a verification is trusted; after it a rule asks to be verified again."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The last verification of a country: its day, by whom (None for the file's own), and since when it is due."""

    on: date
    by: str | None
    due_since: date | None


def freshness(register: Register, country: str, verified: Mapping[str, Verified], today: date) -> Freshness:
    """Tell how fresh the rules of a country are."""
    entry, latest = register.countries[country], verified.get(country)
    day = latest.at.astimezone(OSLO).date() if latest else entry.verified_on
    newest = Freshness(day, latest.name if latest else None, None)
    if entry.verified_on > day:
        newest = Freshness(entry.verified_on, None, None)
    return Freshness(newest.on, newest.by, _due_since(newest.on, today))


def due(register: Register, own: list[Own], verified: Mapping[str, Verified], today: date) -> list[tuple[str, date]]:
    """List the countries that ask to be verified, with the day of the last verification, the oldest first.

    A country asks when its last verification is more than 90 days old; and when one of its own rules has been left so
    long by its last author and by everybody who has verified the country here.
    """
    oldest = {code: freshness(register, code, verified, today).on for code in register.countries}
    for one in own:
        latest = verified.get(one.country)
        looked_at = max(one.since, latest.at.astimezone(OSLO).date()) if latest else one.since
        if one.country in oldest:
            oldest[one.country] = min(oldest[one.country], looked_at)
    asking = [(code, day) for code, day in oldest.items() if _due_since(day, today)]
    return sorted(asking, key=lambda pair: (pair[1], pair[0]))


def _due_since(day: date, today: date) -> date | None:
    ends = day + timedelta(days=LASTS_DAYS)
    return ends if ends < today else None
