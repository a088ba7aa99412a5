"""When a notification that was refused for now is handed over again, by why it was refused."""

import random
from datetime import timedelta
from typing import NamedTuple

from app.gateways import RefusedForNow, reasons

LONGEST_PAUSE_S = 1800.0
TAKEN_OVER_AFTER_S = 2.0
"""Where another gateway serves it too, and has not been asked."""

_dice = random.SystemRandom()


class Kind(NamedTuple):
    """A kind of refusal: its reason for the desk, and the first pause, which doubles from then on."""

    reason: str
    first_pause_s: float


UNREACHABLE = Kind(reasons.UNREACHABLE, 30.0)
LOG_ON_REFUSED = Kind(reasons.LOG_ON_REFUSED, 60.0)
THROTTLED = Kind(reasons.THROTTLED, 10.0)
IN_TROUBLE = Kind(reasons.IN_TROUBLE, 30.0)
DEFERRED = Kind(reasons.DEFERRED, 60.0)

# The last two are SMPP's `ESME_RTHROTTLED` and `ESME_RMSGQFUL`.
_BY_CODE = {
    "connect": UNREACHABLE,
    "tls": UNREACHABLE,
    "settings": UNREACHABLE,
    "LOGON": LOG_ON_REFUSED,
    "401": LOG_ON_REFUSED,
    "403": LOG_ON_REFUSED,
    "429": THROTTLED,
    "0x58": THROTTLED,
    "0x14": THROTTLED,
}


def kind_of(refusal: RefusedForNow) -> Kind:
    """Why a message was refused for now."""
    if refusal.of_message:
        return DEFERRED
    return _BY_CODE.get(refusal.code, IN_TROUBLE)


def pause(attempts: int, refusal: RefusedForNow) -> timedelta:
    """How long to leave a notification alone after so many attempts: doubling, with jitter, never before the wish."""
    doubled_s = min(kind_of(refusal).first_pause_s * 2.0 ** min(attempts - 1, 16), LONGEST_PAUSE_S)
    # Jitter keeps a thousand notifications refused together from coming back together.
    return timedelta(seconds=max(doubled_s * _dice.uniform(0.75, 1.25), refusal.retry_after_s or 0.0))


def pause_before_another() -> timedelta:
    """How long until another gateway is asked."""
    return timedelta(seconds=TAKEN_OVER_AFTER_S * _dice.uniform(0.5, 1.5))
