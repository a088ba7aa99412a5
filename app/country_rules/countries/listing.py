"""The countries as list and map show them: what each does today to a chosen sender."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.country_rules.countries.chosen import Chosen, carriers
from app.country_rules.countries.verified import Freshness, freshness
from app.country_rules.facts import Register
from app.country_rules.own import is_own
from app.country_rules.terms import Outcome
from app.country_rules.upkeep.queries import changes, own_at, verifications
from app.country_rules.verdict import NO_LINKS, Verdict
from app.country_rules.verdicts import Verdicts
from app.db import db
from app.prices.countries import country_name
from app.sender_ids import reading
from app.sender_ids.models import SenderRegistration
from app.web.formats import OSLO
from app.web.paging import Window

FILTERS = ("search", "region", "outcome", "due")
_OVER = ("rejected", "expired", "revoked", "withdrawn")


@dataclass(frozen=True, slots=True)
class Line:
    """One country as the list shows it."""

    code: str
    name: str
    region: str
    verdict: Verdict
    registrations: int
    """Of the service owners that the person may see, without those that have come to their end."""
    freshness: Freshness
    has_own_rules: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which countries are asked for: by name or code, region, outcome, or because they ask to be verified."""

    search: str
    region: str
    outcome: str
    due: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        """Read an address; what is missing keeps all."""
        return cls(*(asked.get(name, "").strip() for name in FILTERS))

    def takes(self, line: Line) -> bool:
        """Whether a country is asked for."""
        search = self.search.casefold()
        named = search in line.name.casefold() or search == line.code.casefold()
        return (
            named
            and self.region in ("", line.region)
            and self.outcome in ("", line.verdict.outcome.value)
            and (not self.due or line.freshness.is_due)
        )


def lines(register: Register, chosen: Chosen, now: datetime) -> list[Line]:
    """List every country by name, with what it does at this moment to the chosen sender."""
    verdicts = Verdicts(chosen.sender, chosen.registrations_in(register), now, register, carriers())
    counted, verified, today = _registrations(), verifications(), now.astimezone(OSLO).date()
    own = own_at(changes())
    found = [
        Line(
            code=code,
            name=country_name(code),
            region=entry.region,
            verdict=verdicts[code, NO_LINKS.hosts],
            registrations=counted.get(code, 0),
            freshness=freshness(register, own, code, verified, today),
            has_own_rules=any(is_own(rule.id) for rule in entry.rules),
        )
        for code, entry in register.countries.items()
    ]
    return sorted(found, key=lambda line: line.name)


def narrowed(found: Sequence[Line], wanted: Wanted) -> list[Line]:
    """Keep the countries that are asked for."""
    return [line for line in found if wanted.takes(line)]


def tally(found: Sequence[Line]) -> Mapping[Outcome, int]:
    """Count countries by outcome, the worst last."""
    counted = Counter(line.verdict.outcome for line in found)
    return {outcome: counted[outcome] for outcome in Outcome}


def _registrations() -> dict[str, int]:
    open_ones = (SenderRegistration.status.not_in(_OVER), reading.visible(SenderRegistration.service_owner_id))
    found = select(SenderRegistration.country, func.count()).where(*open_ones).group_by(SenderRegistration.country)
    return {row[0]: row[1] for row in db.session.execute(found)}


def registrations_in(country: str) -> Sequence[reading.Line]:
    """List the latest 50 registrations in a country that the person may see, as they stand today."""
    return reading.page_of(reading.Wanted(country=country), Window()).rows


def today_of(now: datetime) -> date:
    """Tell the day at the desk."""
    return now.astimezone(OSLO).date()
