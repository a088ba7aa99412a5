"""Which notifications come of one recipient's usable addresses, by the order's scheme."""

from collections.abc import Collection
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from app.contacts.choosing import Reason, Usable, lacking
from app.dispatch.made import NOT_IDENTIFIED
from app.messaging.address import parse_phone
from app.messaging.scheme import PREFERRED, channels_of
from app.messaging.status import NEW, Channel, Status

RESERVED = {
    Channel.SMS: Status.SMS_FAILED_RECIPIENT_RESERVED,
    Channel.EMAIL: Status.EMAIL_FAILED_RECIPIENT_RESERVED,
}


class Shape(NamedTuple):
    """How many addresses may be used, and why no others: all that decides which notifications come of somebody."""

    emails: int
    phones: int
    gone: Reason | None = None
    stale: tuple[Channel, ...] = ()

    def on(self, channel: Channel) -> range:
        """Which of the e-mail addresses and then the phone numbers are those of one channel."""
        both = self.emails + self.phones
        return range(self.emails, both) if channel is Channel.SMS else range(self.emails)


class Way(NamedTuple):
    """One notification to be: on a channel to an address, or final from the start; another may take over."""

    place: int
    half: int
    channel: int
    status: int
    address: int
    """Which of somebody's e-mail addresses and then phone numbers, from 0; -1 where there is none."""
    other: int = -1
    """Which may take over, on the other channel."""
    why_not: Reason | None = None
    """Why there is no address; None where there is one."""


def country_of(address: str) -> str:
    """The country of a phone number in E.164; empty for anything else."""
    return parse_phone(address).country if address.startswith("+") and "@" not in address else ""


def ways_of(scheme: int, usable: Usable) -> tuple[Way, ...]:
    """List the notifications to one recipient by their places, from 1 on: at least one, which says so if none is sent.

    A million recipients have a handful of shapes, so that each is thought through once.
    """
    return _ways(scheme, len(usable.emails), len(usable.phones), usable.gone, usable.stale)


@lru_cache(maxsize=4096)
def _ways(scheme: int, emails: int, phones: int, gone: Reason | None, stale: tuple[Channel, ...]) -> tuple[Way, ...]:
    shape = Shape(emails, phones, gone, stale)
    if scheme in PREFERRED:
        return tuple(_preferred(scheme, shape))
    of_all = [way for half, channel in enumerate(channels_of(scheme)) for way in _of_one(half, channel, shape)]
    return tuple(sorted(of_all, key=lambda way: way.place))


def _preferred(scheme: int, shape: Shape) -> list[Way]:
    """All addresses of the preferred channel, or else all of the other; each has its neighbour to fall back on."""
    first, second = channels_of(scheme)
    channel, behind = (first, second) if shape.on(first) or not shape.on(second) else (second, first)
    pairs = zip_longest(shape.on(channel), shape.on(behind)[: len(shape.on(channel))], fillvalue=-1)
    return [
        Way(place, 0, channel.value, NEW[channel].value, address, other)
        for place, (address, other) in enumerate(pairs, 1)
    ] or [_nowhere(first, 0, shape, (first, second))]


def _of_one(half: int, channel: Channel, shape: Shape) -> list[Way]:
    """All addresses of one channel; of two, each by itself, so that one may fail while the other is sent."""
    if not shape.on(channel):
        return [_nowhere(channel, half, shape, (channel,))]
    return [
        Way(place, half, channel.value, NEW[channel].value, address)
        for place, address in enumerate(shape.on(channel), 1)
    ]


def _nowhere(channel: Channel, half: int, shape: Shape, tried: Collection[Channel]) -> Way:
    why_not = lacking(shape.gone, shape.stale, tried)
    statuses = RESERVED if why_not is Reason.RESERVED else NOT_IDENTIFIED
    return Way(1, half, channel.value, statuses[channel].value, -1, why_not=why_not)
