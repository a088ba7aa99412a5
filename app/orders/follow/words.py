"""The words that the follow pages say of attempts, reports, routes and reasons."""

import re

from flask_babel import gettext, lazy_gettext

from app.allow_list import words as allow_list
from app.messaging.phone_metadata import calling_code
from app.messaging.reasons import REASONS, reason_of
from app.messaging.status import WORDING, AttemptOutcome, Channel, ReportEffect, Route, Status
from app.orders.rule_reasons import rule_words
from app.shipments.table import Line
from app.web.formats import mask

OUTCOMES = {
    AttemptOutcome.ACCEPTED: lazy_gettext("Accepted by the gateway"),
    AttemptOutcome.REFUSED: lazy_gettext("Refused for good"),
    AttemptOutcome.REFUSED_FOR_NOW: lazy_gettext("Refused for now"),
    AttemptOutcome.UNCERTAIN: lazy_gettext("Outcome not known"),
}

EFFECTS = {
    ReportEffect.APPLIED: lazy_gettext("Changed the status"),
    ReportEffect.NO_CHANGE: lazy_gettext(
        "Changed nothing: a repeat, the status was final already, or other segments are still out"
    ),
    ReportEffect.EXPIRED: lazy_gettext("Changed nothing: it came after the time to live"),
    ReportEffect.UNKNOWN_REFERENCE: lazy_gettext("Changed nothing: its reference is not known"),
    ReportEffect.UNKNOWN_STATE: lazy_gettext("Changed nothing: the gateway's word is not known"),
}

UNCERTAIN_MEANING = lazy_gettext(REASONS["handover_uncertain"].words)
UNCERTAIN_ADVICE = lazy_gettext(REASONS["handover_uncertain"].advice)


def reason(code: str | None) -> str:
    """Say a reason in words; a code without words stands for itself, none is nothing."""
    if not code:
        return ""
    if (said := rule_words(code)) is not None:
        return gettext(said)
    known = reason_of(code)
    return gettext(known.words) if known else code


def status(value: Status, *, is_simulated: bool) -> str:
    """Say a status in words, never leaving out that it was only simulated."""
    label = gettext(WORDING[value].label)
    return gettext("%(status)s (simulated)", status=label) if is_simulated else label


def route(value: Route, channel: int) -> str:
    """Say where a notification went."""
    if value is Route.SIMULATED:
        return gettext("Simulated: it went to the simulator, no phone got it")
    if value is Route.NONE:
        return gettext("Not decided yet")
    return gettext("Real: to the phone network") if channel == Channel.SMS else gettext("Real: to the receiving server")


def route_reason(line: Line) -> str:
    """Say why it takes that route; nothing until that is decided."""
    return allow_list.route_reason(line.route_reason, line.route_reason_at)


def without_address(said: str, address: str) -> str:
    """Cover an address in what a gateway said: in any case, a number with or without its country code."""
    if not address:
        return said
    return re.sub(_spellings(address), lambda _: mask(address), said, flags=re.IGNORECASE)


def _spellings(address: str) -> str:
    code = calling_code(address[:4])
    if code is None:
        return re.escape(address)
    return rf"(?:(?:\+|00)?{code} ?)?{re.escape(address[1 + len(code) :])}"
