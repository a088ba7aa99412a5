"""How long the gateways take over many messages: by their limits, or else by how fast they were of late."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app.db import db
from app.gateway_desk.pool import Member, Pool, pool
from app.messaging.status import Channel, Route

FASTEST = text("""
select gateway, max(n) from (
    select gateway, minute, sum(accepted) as n from gateway_minute group by gateway, minute
) as minutes where n >= :telling group by gateway
""")
_SECONDS = 60.0
_TELLING = 100
"""Of so many in a minute; fewer tell how little there was to send, not how fast it goes."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many messages of a kind."""

    channel: Channel
    route: Route
    country: str
    messages: float


def lasts(loads: Iterable[Load]) -> timedelta | None:
    """Tell how long they take if all gateways work side by side; None where one's speed is not known, or none is there.

    A gateway without a limit is taken to be as fast as in its fastest minute of the last two days, if that had enough
    to tell.
    """
    members, speeds = pool(), _fastest()
    shares: Counter[str] = Counter()
    for load in loads:
        carried = _shared_out(members, load)
        if not carried:
            return None
        shares.update(carried)
    taken = [_seconds(members.named(name), messages, speeds) for name, messages in shares.items()]
    known = [seconds for seconds in taken if seconds is not None]
    return timedelta(seconds=max(known, default=0.0)) if len(known) == len(taken) else None


def _shared_out(members: Pool, load: Load) -> Mapping[str, float]:
    """Share messages out by the weights of the gateways that may take them; a weight of 0 is a spare."""
    able = [member for member in members.members if member.serves(load.channel, load.route, load.country)]
    weights = {member.name: member.weight for member in able if member.weight > 0} or {one.name: 1 for one in able}
    total = sum(weights.values())
    return {name: load.messages * weight / total for name, weight in weights.items()}


def _seconds(member: Member, messages: float, speeds: Mapping[str, float]) -> float | None:
    limits = [rate for rate in (member.rate_per_s, member.sender_rate_per_s) if rate]
    speed = min(limits) if limits else speeds.get(member.name)
    return messages / speed if speed else None


def _fastest() -> Mapping[str, float]:
    return {gateway: float(most) / _SECONDS for gateway, most in db.session.execute(FASTEST, {"telling": _TELLING})}
