"""When what is said of a country was last verified, and which countries ask for it."""

from collections.abc import Iterable, Mapping
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
    """The last verification of a country: its day, by whom (None for the file's own), and whether it is due again."""

    on: date
    by: str | None
    oldest: date
    """When somebody last looked at that of its rules which was left the longest."""
    is_due: bool
    """Whether that is more than 90 days ago."""


def freshness(
    register: Register, own: Iterable[Own], country: str, verified: Mapping[str, Verified], today: date
) -> Freshness:
    """Tell how fresh the rules of a country are: the file's, and of all own rules those of this country.

    An own rule was looked at by its last author, and by everybody who has verified the country here.
    """
    entry, latest = register.countries[country], verified.get(country)
    here = latest.at.astimezone(OSLO).date() if latest else date.min
    on, by = (here, latest.name) if latest and here >= entry.verified_on else (entry.verified_on, None)
    oldest = min([on, *(max(one.since, here) for one in own if one.country == country)])
    return Freshness(on, by, oldest, oldest + timedelta(days=LASTS_DAYS) < today)


def due(register: Register, own: list[Own], verified: Mapping[str, Verified], today: date) -> list[tuple[str, date]]:
    """List the countries that ask to be verified, with the day since when that is so long ago, the oldest first."""
    told = {code: freshness(register, own, code, verified, today) for code in register.countries}
    asking = [(code, one.oldest) for code, one in told.items() if one.is_due]
    return sorted(asking, key=lambda pair: (pair[1], pair[0]))
