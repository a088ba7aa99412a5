"""Which notifications come of one recipient's usable addresses, by the order's scheme."""

from collections.abc import Collection

import msgspec

from app.contacts.choosing import Reason, Usable
from app.dispatch.made import NOT_IDENTIFIED
from app.messaging.address import parse_phone
from app.messaging.scheme import PREFERRED, channels_of
from app.messaging.status import NEW, Channel, Status

RESERVED = {
    Channel.SMS: Status.SMS_FAILED_RECIPIENT_RESERVED,
    Channel.EMAIL: Status.EMAIL_FAILED_RECIPIENT_RESERVED,
}


class Way(msgspec.Struct, frozen=True, gc=False):
    """One notification to be: on a channel to an address, or final from the start; `other` may take over."""

    place: int
    half: int
    channel: Channel
    address: str
    status: Status
    other: str = ""
    why_not: Reason | None = None
    """Why there is no address; None where there is one."""

    @property
    def country(self) -> str:
        """The number's own country; empty for e-mail."""
        return country_of(self.address)

    @property
    def other_country(self) -> str:
        """That of the other address."""
        return country_of(self.other)


def country_of(address: str) -> str:
    """The country of a phone number in E.164; empty for anything else."""
    return parse_phone(address).country if address.startswith("+") else ""


def ways(scheme: int, usable: Usable) -> list[Way]:
    """List the notifications to one recipient, from place 1 on: at least one, which says so where nothing is sent."""
    if scheme in PREFERRED:
        return _preferred(scheme, usable)
    return [way for half, channel in enumerate(channels_of(scheme)) for way in _of_one(half, channel, usable)]


def _preferred(scheme: int, usable: Usable) -> list[Way]:
    """All addresses of the preferred channel, or else all of the other; each has its neighbour to fall back on."""
    first, second = channels_of(scheme)
    channel, behind = (first, second) if usable.on(first) or not usable.on(second) else (second, first)
    others = usable.on(behind)
    return [
        Way(place, 0, channel, address, NEW[channel], others[place - 1] if place <= len(others) else "")
        for place, address in enumerate(usable.on(channel), 1)
    ] or [_nowhere(first, 0, usable, (first, second))]


def _of_one(half: int, channel: Channel, usable: Usable) -> list[Way]:
    """All addresses of one channel; of two, each by itself, so that one may fail while the other is sent."""
    addresses = usable.on(channel)
    if not addresses:
        return [_nowhere(channel, half, usable, (channel,))]
    return [Way(place, half, channel, address, NEW[channel]) for place, address in enumerate(addresses, 1)]


def _nowhere(channel: Channel, half: int, usable: Usable, tried: Collection[Channel]) -> Way:
    why_not = usable.lacks(tried)
    statuses = RESERVED if why_not is Reason.RESERVED else NOT_IDENTIFIED
    return Way(1, half, channel, "", statuses[channel], why_not=why_not)
