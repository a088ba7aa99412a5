"""Which of the addresses that a register knows may be used, and why somebody has none."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

import msgspec
from flask_babel import lazy_gettext

from app.contacts.answer import Answer, Standing
from app.contacts.queries import STALE_AFTER
from app.messaging.scheme import PREFERRED, channels_of
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
    """The addresses that may be used; where a channel has none, `lacks` says why."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    gone: Reason | None = None
    """Why nothing at all may be used, whatever addresses there are."""
    stale: tuple[Channel, ...] = ()
    """The channels whose addresses were left out because nobody had confirmed them."""

    def on(self, channel: Channel) -> tuple[str, ...]:
        """Those of one channel."""
        return self.phones if channel is Channel.SMS else self.emails

    def beside_the_first(self, scheme: int) -> list[str]:
        """The further addresses to which this scheme sends too: all of a channel that is used get the message."""
        used = [channel for channel in channels_of(scheme) if self.on(channel)]
        if scheme in PREFERRED:
            used = used[:1]
        return [address for channel in used for address in self.on(channel)[1:]]

    def why_not(self, scheme: int) -> Reason | None:
        """Why nothing can be sent to somebody by this scheme; None where something can."""
        channels = channels_of(scheme)
        for channel in channels:
            if self.on(channel):
                return None
        return lacking(self.gone, self.stale, channels)


def lacking(gone: Reason | None, stale: Collection[Channel], channels: Collection[Channel]) -> Reason:
    """Why there is no address on any of some channels, where nothing may be used or stale addresses were left out."""
    if gone is not None:
        return gone
    return Reason.STALE if any(channel in stale for channel in channels) else Reason.NO_ADDRESS


def oldest_used(now: datetime, *, uses_stale: bool) -> datetime | None:
    """Since when an address must have been confirmed so that an order may use it; None where it may use any."""
    return None if uses_stale else now - STALE_AFTER


def usable(answer: Answer, oldest: datetime | None, *, ignores_reservation: bool) -> Usable:
    """Leave out what an order may not use: addresses of the reserved, and those last confirmed before `oldest`.

    One that is never confirmed is not left out for that.
    """
    if answer.standing in _GONE:
        return Usable(gone=_GONE[answer.standing])
    if answer.is_reserved and not ignores_reservation:
        return Usable(gone=Reason.RESERVED)
    if oldest is None:
        return Usable(answer.emails, answer.phones)
    of_email, of_phone = answer.email_confirmed_at, answer.phone_confirmed_at
    old_email, old_phone = of_email is not None and of_email < oldest, of_phone is not None and of_phone < oldest
    if not (old_email or old_phone):
        return Usable(answer.emails, answer.phones)
    left_out = ((Channel.EMAIL, old_email and answer.emails), (Channel.SMS, old_phone and answer.phones))
    return Usable(
        () if old_email else answer.emails,
        () if old_phone else answer.phones,
        stale=tuple(channel for channel, old in left_out if old),
    )
