"""Channel schemes: on which channels an order's recipients are reached, and which goes first (Altinn's names)."""

from collections.abc import Container, Iterable
from enum import IntEnum
from functools import lru_cache

from app.messaging.status import FAILED, Channel, Status


class Scheme(IntEnum):
    """Altinn's `NotificationChannel`; the first two have the numbers of their only `Channel`."""

    EMAIL = 1
    SMS = 2
    EMAIL_PREFERRED = 3
    SMS_PREFERRED = 4
    EMAIL_AND_SMS = 5


NAMES = {
    Scheme.EMAIL: "Email",
    Scheme.SMS: "Sms",
    Scheme.EMAIL_PREFERRED: "EmailPreferred",
    Scheme.SMS_PREFERRED: "SmsPreferred",
    Scheme.EMAIL_AND_SMS: "EmailAndSms",
}
"""What Altinn calls them."""

_CHANNELS = {
    Scheme.EMAIL: (Channel.EMAIL,),
    Scheme.SMS: (Channel.SMS,),
    Scheme.EMAIL_PREFERRED: (Channel.EMAIL, Channel.SMS),
    Scheme.SMS_PREFERRED: (Channel.SMS, Channel.EMAIL),
    Scheme.EMAIL_AND_SMS: (Channel.EMAIL, Channel.SMS),
}

PREFERRED = frozenset({Scheme.EMAIL_PREFERRED, Scheme.SMS_PREFERRED})
"""The schemes that reach each recipient on one of two channels."""

_BEYOND_HELP = frozenset(
    {
        Status.SMS_FAILED_RECIPIENT_RESERVED,
        Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED,
        Status.SMS_FAILED_TTL,
        Status.EMAIL_FAILED_RECIPIENT_RESERVED,
        Status.EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED,
        Status.EMAIL_FAILED_TTL,
    }
)

MENDABLE = FAILED - _BEYOND_HELP
"""Failures of one channel that the other may mend.

Not: who is reserved must not be reached at all; who has no address on one channel was sent to on the other from the
start; and when the time to live is over nothing may go out, nor is it known that the first did not arrive.
"""


@lru_cache(maxsize=16)
def channels_of(scheme: int) -> tuple[Channel, ...]:
    """List a scheme's channels, the one that goes first first."""
    return _CHANNELS[Scheme(scheme)]


def has(scheme: int, channel: Channel) -> bool:
    """Whether the scheme uses the channel at all."""
    return channel in channels_of(scheme)


def other(channel: Channel) -> Channel:
    """Name the other channel."""
    return Channel.EMAIL if channel is Channel.SMS else Channel.SMS


def ways(scheme: int, known: Container[Channel], repeats: int | None = None) -> tuple[Channel, ...]:
    """List the channels on which a recipient of whom these addresses are known is sent to.

    Of a preferred scheme the first whose address is known; of both, those whose address is known and no earlier row's
    (`repeats` names the channel on which it is one).
    """
    channels = channels_of(scheme)
    if len(channels) == 1:
        return channels
    usable = tuple(channel for channel in channels if channel in known)
    if scheme in PREFERRED:
        return usable[:1]
    return tuple(channel for channel in usable if channel != repeats)


def moved_countries(scheme: int, countries: Iterable[str]) -> frozenset[str]:
    """Give the countries that were moved to e-mail as far as that means something: an order of one channel has none."""
    return frozenset(countries) if len(channels_of(scheme)) == 2 else frozenset()


def without_sms(known: tuple[Channel, ...]) -> tuple[Channel, ...]:
    """List what is left of the channels on which somebody has an address, once they get no SMS but an e-mail.

    Who has no e-mail address keeps the SMS: nobody is left without a message.
    """
    return (Channel.EMAIL,) if Channel.EMAIL in known else known


def channel_of(status: Status) -> Channel:
    """Tell by a notification's status on which channel it travels."""
    return Channel.SMS if status < Status.EMAIL_NEW else Channel.EMAIL


OF_CHANNEL = {channel: frozenset(status for status in Status if channel_of(status) is channel) for channel in Channel}
"""The statuses of each channel."""
