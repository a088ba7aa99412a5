"""The words that the desk's pages say: who can do something, what to do about a reason, how long something took."""

from datetime import timedelta

from flask_babel import gettext

from app.gateways.reasons import SIMULATED
from app.messaging.reasons import OWNERS, Owner, reason_of
from app.orders.rule_reasons import rule_advice


def owner(value: Owner) -> str:
    """Say who can do something."""
    return gettext(OWNERS[value])


def reason_advice(code: str | None) -> tuple[str, str] | None:
    """Say what to do about a reason, and who can; None where its status says more."""
    if code == SIMULATED:
        return None
    if code and (said := rule_advice(code)) is not None:
        return gettext(said), owner(Owner.SENDER)
    known = reason_of(code)
    return None if known is None else (gettext(known.advice), owner(known.owner))


def duration(span: timedelta) -> str:
    """Say how long something took, by its two largest units: `2 h 5 min`, `1.2 s`."""
    seconds = span.total_seconds()
    if seconds < 60:
        return gettext("%(seconds)s s", seconds=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    minutes, hours = int(seconds // 60) % 60, int(seconds // 3600) % 24
    if seconds < 3600:
        return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=int(seconds) % 60)
    if span.days == 0:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
    return gettext("%(days)s d %(hours)s h", days=span.days, hours=hours)
