"""Deeds on policies and numeric senders; each leaves an audit entry, none commits."""

from datetime import date
from typing import Any

from flask_babel import gettext
from phonenumbers import NumberParseException, is_valid_number, parse
from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.service import record
from app.country_rules.policies import queries
from app.country_rules.policies.models import CountryPolicy, NumericSender
from app.country_rules.senders import kind_of
from app.country_rules.terms import Outcome, Policy, SenderKind
from app.db import db, utcnow
from app.messaging.sender import InvalidSender, check_sender

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('country_policies'))")
"""Of two who decide at once the second finds what the first decided, and no number goes that a policy needs."""


class PolicyRefused(Exception):
    """Why a policy or a number cannot be had, in words for the desk."""


def choose(country: str, outcome: Outcome, policy: Policy, reason: str, until_on: date, person_id: int) -> None:
    """Decide what is done about an outcome in a country until the end of a day, in place of what was decided before.

    Raises `PolicyRefused` where the sender is to be substituted and there is no number to send from.
    """
    db.session.execute(_ONE_AT_A_TIME)
    if policy is Policy.SUBSTITUTE and not queries.has_number(country):
        raise PolicyRefused(gettext("Add a number that everybody may send from to this country first."))
    _end((CountryPolicy.country == country, CountryPolicy.outcome == outcome.value), person_id)
    values = {"country": country, "outcome": outcome.value, "policy": policy.value, "reason": reason}
    added = insert(CountryPolicy).values(**values, until_on=until_on, made_by_id=person_id)
    db.session.execute(added)
    _record("country_policy.chosen", country, outcome=outcome.value, policy=policy.value, until=until_on.isoformat())


def end(policy_id: int, person_id: int) -> bool:
    """Let the usual policy hold again, and tell whether this one was still to be ended."""
    ended = _end((CountryPolicy.id == policy_id,), person_id)
    for country, outcome, policy in ended:
        _record("country_policy.ended", country, outcome=outcome, policy=policy)
    return bool(ended)


def _end(which: tuple[ColumnElement[bool], ...], person_id: int) -> list[tuple[str, str, str]]:
    ended = update(CountryPolicy).where(*which, CountryPolicy.ended_at.is_(None))
    ended = ended.values(ended_at=utcnow(), ended_by_id=person_id)
    rows = db.session.execute(ended.returning(CountryPolicy.country, CountryPolicy.outcome, CountryPolicy.policy))
    return [(country, outcome, policy) for country, outcome, policy in rows]


def set_number(country: str, service_owner_id: int | None, sender: str, person_id: int, *, is_two_way: bool) -> str:
    """Send from this number to a country where the sender is substituted; gives it as the gateway takes it.

    Raises `PolicyRefused` for what is neither a phone number nor a short code.
    """
    digits = checked_number(sender)
    values = {"sender": digits, "is_two_way": is_two_way, "made_by_id": person_id, "made_at": utcnow()}
    added = insert(NumericSender).values(country=country, service_owner_id=service_owner_id, **values)
    replaced = added.on_conflict_do_update(index_elements=["country", "service_owner_id"], set_=values)
    db.session.execute(replaced)
    _record("numeric_sender.set", country, service_owner_id=service_owner_id, sender=digits)
    return digits


def remove_number(number_id: int) -> bool:
    """Take a number away, and tell whether it was there; raises `PolicyRefused` where a policy needs it."""
    db.session.execute(_ONE_AT_A_TIME)
    number = db.session.scalar(select(NumericSender).where(NumericSender.id == number_id).with_for_update())
    if number is None:
        return False
    if number.service_owner_id is None and queries.relies_on_number(number.country):
        raise PolicyRefused(gettext("A policy substitutes the sender in this country. End that policy first."))
    db.session.execute(delete(NumericSender).where(NumericSender.id == number_id))
    _record("numeric_sender.removed", number.country, service_owner_id=number.service_owner_id, sender=number.sender)
    return True


def checked_number(sender: str) -> str:
    """Return a number or short code as the gateway takes it; raises `PolicyRefused`."""
    try:
        digits = check_sender(sender)
    except InvalidSender as fault:
        raise PolicyRefused(gettext(fault.words)) from fault
    if kind_of(digits) is SenderKind.NAME:
        raise PolicyRefused(gettext("Use digits: a phone number with its country code, or a short code."))
    if kind_of(digits) is SenderKind.NUMBER and not _exists(digits):
        raise PolicyRefused(gettext("There is no such phone number. Write it with its country code."))
    return digits


def _exists(digits: str) -> bool:
    try:
        return is_valid_number(parse(f"+{digits}"))
    except NumberParseException:
        return False


def _record(action: str, country: str, *, service_owner_id: int | None = None, **detail: Any) -> None:
    record(action, "country_policy", country, service_owner_id=service_owner_id, country=country, **detail)
