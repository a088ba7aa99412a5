"""Which of the addresses that a register knows may be used, and why somebody has none."""

from datetime import datetime
from enum import StrEnum

import msgspec
from flask_babel import lazy_gettext

from app.contacts.answer import Answer, Standing
from app.contacts.queries import is_stale
from app.messaging.scheme import channels_of
from app.messaging.status import Channel


class Reason(StrEnum):
    """Why nothing can be sent to somebody."""

    RESERVED = "reserved"
    STALE = "stale"
    NO_ADDRESS = "no_address"
    NOT_FOUND = "not_found"
    DECEASED = "deceased"


WORDS = {
    Reason.RESERVED: lazy_gettext("Reserved against electronic communication"),
    Reason.STALE: lazy_gettext("Contact information not confirmed for 18 months"),
    Reason.NO_ADDRESS: lazy_gettext("No address on the order's channel"),
    Reason.NOT_FOUND: lazy_gettext("Not in the register"),
    Reason.DECEASED: lazy_gettext("Deceased or dissolved"),
}

_GONE = {Standing.NOT_FOUND: Reason.NOT_FOUND, Standing.DECEASED: Reason.DECEASED}


class Usable(msgspec.Struct, frozen=True, gc=False):
    """The addresses that may be used; where there are none of a channel, `reason` says why."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    reason: Reason = Reason.NO_ADDRESS

    def on(self, channel: Channel) -> tuple[str, ...]:
        """Those of one channel."""
        return self.phones if channel is Channel.SMS else self.emails

    def why_not(self, scheme: int) -> Reason | None:
        """Why nothing can be sent by this scheme; None where something can."""
        for channel in channels_of(scheme):
            if self.on(channel):
                return None
        return self.reason


def usable(answer: Answer, now: datetime, *, ignores_reservation: bool, uses_stale: bool) -> Usable:
    """Leave out what an order may not use: addresses of the reserved, and those not confirmed for 18 months."""
    if answer.standing in _GONE:
        return Usable(reason=_GONE[answer.standing])
    if answer.is_reserved and not ignores_reservation:
        return Usable(reason=Reason.RESERVED)
    old_email = not uses_stale and is_stale(answer.email_confirmed_at, now)
    old_phone = not uses_stale and is_stale(answer.phone_confirmed_at, now)
    is_left_out = (old_email and answer.emails) or (old_phone and answer.phones)
    return Usable(
        () if old_email else answer.emails,
        () if old_phone else answer.phones,
        Reason.STALE if is_left_out else Reason.NO_ADDRESS,
    )
