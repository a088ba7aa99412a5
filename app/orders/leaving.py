"""When the first and the last messages of a checked draft leave, as its check page says it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_datetime
from flask_babel import get_locale, gettext

from app.gateway_desk import pace
from app.gateway_desk.pace import Load
from app.messaging.draining import last_leaves_at
from app.messaging.schedule import OSLO, next_opening
from app.messaging.scheme import channels_of
from app.messaging.status import Channel, Route
from app.orders import words
from app.orders.cost import Estimate
from app.orders.models import Order
from app.orders.routes import Routes

_THIS_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Leaving:
    """The messages of one channel: when the first leaves, and when the last, where that can be told."""

    channel: Channel
    first_at: datetime
    last_at: datetime | None
    is_unknown: bool
    """Whether the speed of a gateway is not known; otherwise a missing `last_at` is more than a year away."""


def sentences(draft: Order, estimate: Estimate, routes: Routes | None, now: datetime) -> list[str]:
    """Say it of each channel that has messages."""
    channels = channels_of(draft.channel)
    return [_said(one, now, is_alone=len(channels) == 1) for one in _of(draft, channels, estimate, routes, now)]


def _of(
    draft: Order, channels: Sequence[Channel], estimate: Estimate, routes: Routes | None, now: datetime
) -> Iterator[Leaving]:
    for channel in channels:
        if estimate.messages_by(channel):
            yield _leaving(draft, channel, list(_loads(channel, estimate, routes)), now)


def _leaving(draft: Order, channel: Channel, loads: Sequence[Load], now: datetime) -> Leaving:
    asked_at, daytime = max(draft.send_at or now, now), draft.daytime_only and channel is Channel.SMS
    first_at, lasts = next_opening(asked_at, draft.days) if daytime else asked_at, pace.lasts(loads)
    last_at = None if lasts is None else last_leaves_at(first_at, lasts, daytime=daytime, days=draft.days)
    return Leaving(channel, first_at, last_at, is_unknown=lasts is None)


def _loads(channel: Channel, estimate: Estimate, routes: Routes | None) -> Iterator[Load]:
    """The messages by country; in the test environment, as many of them simulated as of the numbers."""
    real = routes.real / routes.valid if routes and routes.valid and channel is Channel.SMS else 1.0
    for line in estimate.lines:
        if line.channel is channel:
            yield from _of_line(channel, line.country, line.recipients, real)


def _of_line(channel: Channel, country: str, messages: int, real: float) -> Iterator[Load]:
    if real > 0:
        yield Load(channel, Route.REAL, country, messages * real)
    if real < 1:
        yield Load(channel, Route.SIMULATED, country, messages * (1 - real))


def _said(one: Leaving, now: datetime, *, is_alone: bool) -> str:
    told = _told(one, now)
    return told if is_alone else f"{words.channel(one.channel)}: {told}"


def _told(one: Leaving, now: datetime) -> str:
    first = gettext("at once") if one.first_at <= now else _moment(one.first_at, now)
    if one.is_unknown:
        return gettext("The first leave %(first)s; how fast the gateway is, is not known yet.", first=first)
    if one.last_at is None:
        return gettext("The first leave %(first)s, the last not within a year at the gateway's rate.", first=first)
    last = _last(one.first_at, one.last_at, now)
    return gettext("The first leave %(first)s, the last about %(last)s at the gateway's rate.", first=first, last=last)


def _last(first_at: datetime, last_at: datetime, now: datetime) -> str:
    is_same_day = first_at.astimezone(OSLO).date() == last_at.astimezone(OSLO).date()
    return _written(last_at, "HH:mm") if is_same_day else _moment(last_at, now)


def _moment(at: datetime, now: datetime) -> str:
    return _written(at, "EEEE HH:mm" if at - now < _THIS_WEEK else "EEEE d MMMM y HH:mm")


def _written(at: datetime, pattern: str) -> str:
    return format_datetime(at.astimezone(OSLO), pattern, locale=get_locale() or "en")
