"""The way out: one file per gateway behind one contract. Imports `messaging` only.

A gateway never raises for its own trouble; it answers with an outcome per message. It logs neither addresses nor texts.
"""

import os

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
from app.gateways.named import KINDS, configured, gateway_named, of_process
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
    "configured",
    "gateway_for",
    "gateway_named",
]


def gateway_for(channel: Channel, route: Route, settings: GatewaySettings) -> Gateway:
    """The gateway that its kind's own settings tell of, for whoever needs no pool; raises `NoGateway`.

    The same one each time in a process. Notifications go by the pool: `gateway_named`.
    """
    for name, kind in KINDS.items():
        if (kind.channel, kind.route) == (channel, route):
            return of_process(os.getpid(), name, settings)
    raise NoGateway(f"No gateway carries {channel.name} by the route {route.name}.")
