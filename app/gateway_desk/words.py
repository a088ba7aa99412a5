"""The words that the pages say of gateways."""

from enum import Enum
from typing import Any

from flask_babel import lazy_gettext

from app.messaging.status import Channel


class Shown(Enum):
    """A gateway's state as administrators see it."""

    WORKING = "working"
    SLOW = "slow"
    REFUSING = "refusing"
    TRIED = "tried"
    DRAINING = "draining"
    DRAINED = "drained"
    PAUSED = "paused"
    GONE = "gone"


STATES = {
    Shown.WORKING: lazy_gettext("Working"),
    Shown.SLOW: lazy_gettext("Slow"),
    Shown.REFUSING: lazy_gettext("Refusing"),
    Shown.TRIED: lazy_gettext("Being tried"),
    Shown.DRAINING: lazy_gettext("Draining"),
    Shown.DRAINED: lazy_gettext("Drained"),
    Shown.PAUSED: lazy_gettext("Paused"),
    Shown.GONE: lazy_gettext("Not in the settings"),
}
COLORS = {
    Shown.WORKING: "success",
    Shown.SLOW: "warning",
    Shown.REFUSING: "danger",
    Shown.TRIED: "warning",
    Shown.DRAINING: "info",
    Shown.DRAINED: "neutral",
    Shown.PAUSED: "neutral",
    Shown.GONE: "neutral",
}
MEANINGS = {
    Shown.WORKING: lazy_gettext("It takes what it is given."),
    Shown.SLOW: lazy_gettext("It takes what it is given, but needs long to answer."),
    Shown.REFUSING: lazy_gettext(
        "Its last hand-overs failed, so it is left alone for a while and then tried with a few messages."
    ),
    Shown.TRIED: lazy_gettext("A few messages are on their way to it; if they are taken, it is used again."),
    Shown.DRAINING: lazy_gettext("It gets nothing new, and finishes what it has begun."),
    Shown.DRAINED: lazy_gettext("It gets nothing new, and nothing is under way with it. Delivery reports still count."),
    Shown.PAUSED: lazy_gettext("It gets nothing. Delivery reports still count."),
    Shown.GONE: lazy_gettext(
        "The settings no longer tell of it, so it gets nothing. Its delivery reports still count."
    ),
}

EVENTS = {
    "paused": lazy_gettext("Paused"),
    "drained": lazy_gettext("Set to drain"),
    "resumed": lazy_gettext("Used again"),
    "changed": lazy_gettext("Changed share, countries or limits"),
    "try_asked": lazy_gettext("Asked for a trial now"),
    "opened": lazy_gettext("Left alone after failed hand-overs"),
    "tried": lazy_gettext("Tried with a few messages"),
    "closed": lazy_gettext("Found working again"),
}

CHANNELS = {Channel.SMS: lazy_gettext("SMS"), Channel.EMAIL: lazy_gettext("E-mail")}

SHARE = {
    "countries": lazy_gettext("countries"),
    "weight": lazy_gettext("weight"),
    "rate_per_s": lazy_gettext("messages per second"),
    "sender_rate_per_s": lazy_gettext("messages per second of each sender"),
}


def told(value: Any) -> str:
    """Say one value of a share."""
    if value is None:
        return str(lazy_gettext("none given"))
    return ", ".join(value) if isinstance(value, list) else f"{value:g}"
