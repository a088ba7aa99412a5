"""Deeds on own rules and verifications; each leaves an audit entry, none commits."""

from typing import Any

from sqlalchemy import select, update

from app.audit.service import record
from app.country_rules.own import rule_id
from app.country_rules.upkeep.models import OwnRule, OwnRuleChanges, OwnRuleVersion, Verification
from app.country_rules.upkeep.stored import Said, columns_of
from app.db import db

_CONTENT = tuple(
    column.name
    for column in OwnRuleVersion.__table__.columns
    if column.name not in ("id", "own_rule_id", "no", "author_id", "at", "reason")
)


class RuleMoved(Exception):
    """Somebody else changed or ended the own rule since it was read; `now` is its latest version."""

    def __init__(self, now: OwnRuleVersion) -> None:
        super().__init__()
        self.now = now


def add(country: str, said: Said, reason: str, author_id: int) -> OwnRule:
    """Add an own rule for a country (ISO 3166 alpha-2); it counts from the commit on, within its dates."""
    number = _next_change()
    own_rule = OwnRule(country=country)
    db.session.add(own_rule)
    db.session.flush()
    _write(number, own_rule, 1, {**columns_of(said), "is_ended": False}, reason, author_id)
    _record("added", own_rule, author_id, outcome=said.rule.outcome.value)
    return own_rule


def change(own_rule: OwnRule, said: Said, reason: str, author_id: int, seen_id: int) -> None:
    """Let an own rule say something else from now on; what was said is kept. One that was ended counts again.

    `seen_id` is the id of the version that the author read; raises `RuleMoved` where it is no longer the latest.
    """
    number = _next_change()
    before = _unmoved(own_rule, seen_id)
    content = {**columns_of(said), "is_ended": False}
    changed = sorted(name for name, value in content.items() if getattr(before, name) != value)
    _write(number, own_rule, before.no + 1, content, reason, author_id)
    _record("changed", own_rule, author_id, changed=changed)


def end(own_rule: OwnRule, reason: str, author_id: int, seen_id: int) -> None:
    """Let an own rule count no more from now on; it stays in the history. Raises `RuleMoved` as `change` does."""
    number = _next_change()
    before = _unmoved(own_rule, seen_id)
    if before.is_ended:
        return
    content = {**{name: getattr(before, name) for name in _CONTENT}, "is_ended": True}
    _write(number, own_rule, before.no + 1, content, reason, author_id)
    _record("ended", own_rule, author_id)


def verify(country: str, person_id: int) -> None:
    """Keep that a person has found what is said of a country still true."""
    db.session.add(Verification(country=country, person_id=person_id))
    record("country.verified", "country", country, person_id=person_id)


def latest(own_rule: OwnRule) -> OwnRuleVersion:
    """Find what an own rule says now."""
    found = select(OwnRuleVersion).where(OwnRuleVersion.own_rule_id == own_rule.id)
    return db.session.scalars(found.order_by(OwnRuleVersion.id.desc()).limit(1)).one()


def _next_change() -> int:
    """Number a change and let no other begin before the commit: so nobody ever reads number 8 without number 7."""
    counted = update(OwnRuleChanges).values(number=OwnRuleChanges.number + 1).returning(OwnRuleChanges.number)
    return db.session.execute(counted).scalar_one()


def _unmoved(own_rule: OwnRule, seen_id: int) -> OwnRuleVersion:
    now = latest(own_rule)
    if now.id != seen_id:
        raise RuleMoved(now)
    return now


def _write(number: int, own_rule: OwnRule, no: int, content: dict[str, Any], reason: str, author_id: int) -> None:
    made = {"id": number, "own_rule_id": own_rule.id, "no": no, "author_id": author_id, "reason": reason}
    db.session.add(OwnRuleVersion(**made, **content))
    db.session.flush()


def _record(deed: str, own_rule: OwnRule, author_id: int, **detail: Any) -> None:
    code = rule_id(own_rule.country, own_rule.id)
    record(f"own_rule.{deed}", "own_rule", code, person_id=author_id, country=own_rule.country, **detail)
