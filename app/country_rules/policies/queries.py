"""Questions about what administrators have decided: policies in force, numeric senders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person, ServiceOwner
from app.country_rules.policies.models import CountryPolicy, NumericSender
from app.country_rules.terms import Outcome, Policy
from app.db import asked, db

SHOWN_ENDED = 50

_CHOSEN = """
select p.country, p.outcome, p.policy, p.until_on, p.reason, o.name
from country_policy as p join person as o on o.id = p.made_by_id
where p.ended_at is null and p.country = any(%s::text[])
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an administrator has decided about one outcome in one country, and until which day it holds."""

    policy: Policy
    until_on: date
    reason: str
    by: str

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day of the country's calendar, its last day included."""
        return day <= self.until_on


@dataclass(frozen=True, slots=True)
class Number:
    """A number or short code to send from to one country."""

    sender: str
    is_two_way: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One policy as the page lists it."""

    id: int
    country: str
    outcome: Outcome
    policy: Policy
    reason: str
    until_on: date
    by: str
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One numeric sender as the page lists it; without a service owner it is everybody's."""

    id: int
    country: str
    sender: str
    is_two_way: bool
    service_owner: str | None
    made_at: datetime


Choices = Mapping[tuple[str, Outcome], Chosen]


def chosen_in(countries: Collection[str]) -> Choices:
    """Tell by one question what has been decided about these countries, also what ends by itself on a day to come."""
    rows = asked(_CHOSEN, (sorted(countries),))
    return {
        (country, Outcome(outcome)): Chosen(Policy(policy), until_on, reason, name)
        for country, outcome, policy, until_on, reason, name in rows
    }


def numbers_in(countries: Collection[str], service_owner_id: int) -> dict[str, Number]:
    """Find the numbers that a service owner sends from to these countries, its own before everybody's."""
    mine = NumericSender.service_owner_id.is_(None) | (NumericSender.service_owner_id == service_owner_id)
    found = select(NumericSender.country, NumericSender.sender, NumericSender.is_two_way)
    own_last = NumericSender.service_owner_id.asc().nulls_first()
    rows = db.session.execute(found.where(NumericSender.country.in_(countries), mine).order_by(own_last))
    return {country: Number(sender, is_two_way) for country, sender, is_two_way in rows}


def has_number(country: str) -> bool:
    """Whether there is a number that everybody may send from to a country."""
    everybodys = (NumericSender.country == country, NumericSender.service_owner_id.is_(None))
    return db.session.scalar(select(NumericSender.id).where(*everybodys)) is not None


def open_policies() -> Sequence[Line]:
    """List what nobody has ended, also where its last day has passed, by country."""
    return _lines(CountryPolicy.ended_at.is_(None), CountryPolicy.country, CountryPolicy.outcome)


def ended_policies() -> Sequence[Line]:
    """List the latest that were ended or replaced."""
    return _lines(CountryPolicy.ended_at.is_not(None), CountryPolicy.ended_at.desc())


def numbers() -> Sequence[NumberLine]:
    """List every numeric sender, by country."""
    found = (
        select(
            NumericSender.id,
            NumericSender.country,
            NumericSender.sender,
            NumericSender.is_two_way,
            ServiceOwner.name,
            NumericSender.made_at,
        )
        .outerjoin(ServiceOwner, ServiceOwner.id == NumericSender.service_owner_id)
        .order_by(NumericSender.country, ServiceOwner.name.nulls_first())
    )
    return [NumberLine(*row) for row in db.session.execute(found)]


def relies_on_number(country: str) -> bool:
    """Whether a policy that nobody has ended substitutes the sender in a country."""
    substituted = (CountryPolicy.country == country, CountryPolicy.policy == Policy.SUBSTITUTE.value)
    found = select(CountryPolicy.id).where(*substituted, CountryPolicy.ended_at.is_(None))
    return db.session.scalar(found.limit(1)) is not None


def _lines(wanted: ColumnElement[bool], *order: Any) -> Sequence[Line]:
    policy = CountryPolicy
    columns = (policy.id, policy.country, policy.outcome, policy.policy, policy.reason, policy.until_on, Person.name)
    found = select(*columns, policy.made_at, policy.ended_at).join(Person, Person.id == policy.made_by_id)
    rows = db.session.execute(found.where(wanted).order_by(*order, policy.id).limit(SHOWN_ENDED))
    return [_line(*row) for row in rows]


def _line(number: int, country: str, outcome: str, policy: str, *rest: Any) -> Line:
    return Line(number, country, Outcome(outcome), Policy(policy), *rest)
