"""Which gateway each notification of a batch goes to: by route, country and weight, and by who would not have it.

A batch goes to one gateway, so that how far it was handed over can be told by one id. What goes to others is put apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from app.dispatch.transaction import Cursor, integers
from app.gateway_desk import limits, pool
from app.gateway_desk.pool import Member, Pool
from app.gateways.breaker import TRIAL, State
from app.gateways.choice import choose
from app.gateways.reasons import DEFERRED
from app.messaging.status import Channel

REFUSED_BY = """
select a.notification_id, a.gateway
from unnest(%(ids)s::bigint[], %(nos)s::smallint[]) as d (id, no)
join attempt as a on a.notification_id = d.id and a.no = d.no - 1
join notification_state as s on s.id = d.id and s.reason is distinct from %(about_it)s
"""
# Who deferred this very message, as mail servers do with strangers, wants to see the same sender come back.


class Wanting(Protocol):
    """A claimed notification, as far as the choice of its gateway goes."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def no(self) -> int:
        """The number of the attempt that is being made."""

    @property
    def country(self) -> str:
        """The number's own country; empty for e-mail."""

    @property
    def route(self) -> int:
        """The route that was decided for it."""


W = TypeVar("W", bound=Wanting)
"""A claimed notification, of whatever class the claim makes them."""


@dataclass(frozen=True, slots=True)
class Part(Generic[W]):
    """Notifications of a batch that go to one gateway, or wait for it."""

    gateway: str
    """Empty where the settings tell of none that would ever take them."""
    rows: list[W]
    """In ascending order of their ids."""
    waits: bool
    for_s: float = 0.0
    """How long they wait at least."""


@dataclass(frozen=True, slots=True)
class Shared(Generic[W]):
    """A batch in parts: the one that goes, if any may go, and those that go or wait by themselves."""

    kept: Part[W]
    others: list[Part[W]]


def share_out(
    cursor: Cursor, rows: Sequence[W], channel: Channel, sender: str, members: Pool, now: datetime
) -> Shared[W]:
    """Choose for each of the rows, at least one, and keep those of the gateway that most of them go to.

    What that gateway may not take yet, by its limits or since it is only tried, waits for it.
    """
    parts = _parts(cursor, rows, channel, members, now)
    going = max((part for part in parts if not part.waits), key=lambda part: len(part.rows), default=None)
    if going is None:
        largest = max(parts, key=lambda part: len(part.rows))
        return Shared(largest, [part for part in parts if part is not largest])
    member = members.named(going.gateway)
    if member.breaker.state is not State.CLOSED and not pool.begin_trial(member, now):
        return share_out(cursor, rows, channel, sender, members.while_tried(member.name, now), now)
    kept, rest = _granted(member, sender, going)
    return Shared(kept, [*(part for part in parts if part is not going), *rest])


def _granted(member: Member, sender: str, part: Part[W]) -> tuple[Part[W], list[Part[W]]]:
    wanted = len(part.rows) if member.breaker.state is State.CLOSED else TRIAL
    granted = limits.spend(member, sender, min(wanted, len(part.rows)))
    waiting = Part(part.gateway, part.rows[granted:], waits=True, for_s=_pause_s(member))
    if granted == 0:
        return waiting, []
    return Part(part.gateway, part.rows[:granted], waits=False), [waiting] if waiting.rows else []


def _pause_s(member: Member) -> float:
    """Until tokens for half a second, or for one message, are there again."""
    rates = [rate for rate in (member.rate_per_s, member.sender_rate_per_s) if rate]
    return max(0.5, min(1 / min(rates), 30.0)) if rates else 0.0


def _parts(cursor: Cursor, rows: Sequence[W], channel: Channel, members: Pool, now: datetime) -> list[Part[W]]:
    refused_by = _refused_by(cursor, [row for row in rows if row.no > 1])
    groups: dict[tuple[int, str, str], list[W]] = {}
    for row in rows:
        groups.setdefault((row.route, row.country, refused_by.get(row.id, "")), []).append(row)
    parts: dict[tuple[str, bool], list[W]] = {}
    for (route, country, refuser), some in groups.items():
        serving = [member for member in members.members if member.serves(channel, route, country)]
        chosen = _chosen(serving, refuser, f"{some[0].id}:{country}", now)
        parts.setdefault(chosen, []).extend(some)
    return [Part(name, sorted(some, key=lambda row: row.id), waits) for (name, waits), some in parts.items()]


def _chosen(serving: Sequence[Member], refuser: str, key: str, now: datetime) -> tuple[str, bool]:
    """The gateway, and whether to wait for it: whoever refused before is asked again only if there is no other."""
    ready = [member for member in serving if member.may_take(now)]
    others = [member for member in ready if member.name != refuser]
    for candidates, waits in ((others, False), (ready, False), (serving, True)):
        if candidates:
            return choose({member.name: member.weight for member in candidates}, key), waits
    return "", True


def _refused_by(cursor: Cursor, rows: Iterable[W]) -> dict[int, str]:
    again = list(rows)
    if not again:
        return {}
    numbers = {"ids": integers(row.id for row in again), "nos": integers(row.no for row in again)}
    cursor.execute(REFUSED_BY, {**numbers, "about_it": DEFERRED})
    return dict(cursor.fetchall())
