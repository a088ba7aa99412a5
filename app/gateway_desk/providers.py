"""Which providers may carry a real SMS to a country: sender-ID registrations name theirs."""

from collections.abc import Mapping
from typing import Any

from app.gateway_desk.pool import Pool
from app.gateways.named import provider_of
from app.messaging.status import Channel, Route


def of(gateway: str, settings: Mapping[str, Any]) -> frozenset[str]:
    """The provider behind one gateway."""
    return frozenset({provider_of(gateway, settings)})


def to(country: str, pool: Pool, settings: Mapping[str, Any]) -> frozenset[str]:
    """The providers of all gateways that serve the country, paused ones too: they may be back when it leaves."""
    serving = [member.name for member in pool.members if member.serves(Channel.SMS, Route.REAL, country)]
    return frozenset(provider_of(name, settings) for name in serving or ["link"])
