"""Questions about own rules and verifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text

from app.accounts.models import Person
from app.country_rules.own import Own
from app.country_rules.upkeep.models import OwnRule, OwnRuleVersion, Verification
from app.country_rules.upkeep.stored import own_of
from app.db import db

_CHANGES = text("select number from own_rule_changes")


@dataclass(frozen=True, slots=True)
class Verified:
    """Who said last that the rules of a country are still true, and when."""

    at: datetime
    name: str


def changes() -> int:
    """Tell how many changes of own rules are committed: one look-up of one row."""
    return db.session.scalar(_CHANGES) or 0


def own_at(number: int) -> list[Own]:
    """List the own rules that were in force after a change, the latest added first."""
    latest = select(func.max(OwnRuleVersion.id)).where(OwnRuleVersion.id <= number).group_by(OwnRuleVersion.own_rule_id)
    found = (
        select(OwnRule.country, OwnRuleVersion)
        .join(OwnRuleVersion, OwnRuleVersion.own_rule_id == OwnRule.id)
        .where(OwnRuleVersion.id.in_(latest), OwnRuleVersion.is_ended.is_(False))
        .order_by(OwnRule.id.desc())
    )
    return [own_of(country, version) for country, version in db.session.execute(found).all()]


def versions(country: str) -> Sequence[tuple[OwnRuleVersion, str]]:
    """List every version of a country's own rules with its author's name: rule by rule, the latest first."""
    found = (
        _with_author().join(OwnRule, OwnRule.id == OwnRuleVersion.own_rule_id).where(OwnRule.country == country)
    ).order_by(OwnRuleVersion.own_rule_id.desc(), OwnRuleVersion.id.desc())
    return [(row[0], row[1]) for row in db.session.execute(found)]


def versions_of(own_rule_id: int) -> Sequence[tuple[OwnRuleVersion, str]]:
    """List every version of an own rule with its author's name, the latest first."""
    found = _with_author().where(OwnRuleVersion.own_rule_id == own_rule_id).order_by(OwnRuleVersion.id.desc())
    return [(row[0], row[1]) for row in db.session.execute(found)]


def _with_author() -> Select[OwnRuleVersion, str]:
    return select(OwnRuleVersion, Person.name).join(Person, Person.id == OwnRuleVersion.author_id)


def own_rule(country: str, own_rule_id: int) -> OwnRule | None:
    """Find an own rule of a country."""
    return db.session.scalar(select(OwnRule).where(OwnRule.id == own_rule_id, OwnRule.country == country))


def verifications() -> dict[str, Verified]:
    """Tell of each country who verified it last; those whom nobody has verified here are missing."""
    latest = select(func.max(Verification.id)).group_by(Verification.country)
    found = (
        select(Verification.country, Verification.at, Person.name)
        .join(Person, Person.id == Verification.person_id)
        .where(Verification.id.in_(latest))
    )
    return {country: Verified(at, name) for country, at, name in db.session.execute(found)}


def verifications_of(country: str) -> list[Verified]:
    """List who verified a country when, the latest first, at most 20."""
    found = (
        select(Verification.at, Person.name)
        .join(Person, Person.id == Verification.person_id)
        .where(Verification.country == country)
        .order_by(Verification.id.desc())
        .limit(20)
    )
    return [Verified(at, name) for at, name in db.session.execute(found)]
