"""The way out: one file per gateway behind one contract. Imports `messaging` only.

A gateway never raises for its own trouble; it answers with an outcome per message. It logs neither addresses nor texts.
"""

import os
from functools import lru_cache

from app.gateways.contract import (
    Accepted,
    Gateway,
    GatewaySettings,
    Message,
    NoGateway,
    Outcome,
    PromisedReports,
    Refused,
    RefusedForNow,
    Report,
    Uncertain,
)
from app.gateways.link import Link
from app.gateways.simulator import Simulator
from app.gateways.smtp import Smtp
from app.messaging.status import Channel, Route

__all__ = [
    "Accepted",
    "Gateway",
    "GatewaySettings",
    "Message",
    "NoGateway",
    "Outcome",
    "PromisedReports",
    "Refused",
    "RefusedForNow",
    "Report",
    "Uncertain",
    "gateway_for",
]


def gateway_for(channel: Channel, route: Route, settings: GatewaySettings) -> Gateway:
    """The gateway of this process for a channel and a route, the same one each time; raises `NoGateway`."""
    return _of_process(os.getpid(), channel, route, settings)


@lru_cache(maxsize=16)
def _of_process(pid: int, channel: Channel, route: Route, settings: GatewaySettings) -> Gateway:
    """Kept per process: a forked child must not share its parent's sockets."""
    if (channel, route) == (Channel.SMS, Route.REAL):
        return Link(settings)
    if (channel, route) == (Channel.SMS, Route.SIMULATED):
        return Simulator(settings)
    if (channel, route) == (Channel.EMAIL, Route.REAL):
        return Smtp(settings)
    raise NoGateway(f"No gateway carries {channel.name} by the route {route.name}.")
