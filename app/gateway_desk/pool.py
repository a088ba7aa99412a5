"""The pool as the dispatch sees it: which gateways there are, which may take what, and what was heard of each.

The row is the truth for all workers; without one a gateway of the settings works all the same.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import asked, db, utcnow
from app.gateway_desk.models import Gateway, GatewayEvent, Standing
from app.gateways import configured
from app.gateways.breaker import Breaker, Health, State
from app.gateways.named import Configured
from app.messaging.status import Channel, Route

MEMBERS = """
select name, channel, route, countries, weight, rate_per_s, sender_rate_per_s, standing, revision,
    breaker, failures, openings, breaker_until
from gateway where name = any(%s::text[])
"""

_dice = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Member:
    """One gateway of the pool at this moment."""

    name: str
    channel: Channel
    route: Route
    countries: frozenset[str] | None
    weight: int
    rate_per_s: float | None
    sender_rate_per_s: float | None
    standing: Standing
    breaker: Breaker
    revision: int

    def serves(self, channel: int, route: int, country: str) -> bool:
        """Whether it is there for such a message."""
        if (self.channel, self.route) != (channel, route):
            return False
        return self.countries is None or not country or country in self.countries

    def may_take(self, now: datetime) -> bool:
        """Whether it may get messages, be it only a few to try."""
        if self.standing is not Standing.USED:
            return False
        return self.breaker.state is State.CLOSED or self.breaker.may_be_tried(now)


@dataclass(frozen=True, slots=True)
class Pool:
    """All gateways that the settings tell of."""

    members: tuple[Member, ...]

    @property
    def revision(self) -> int:
        """Another number whenever what could not go before may go now."""
        return sum(member.revision for member in self.members)

    def channels(self, routes: Collection[Route], now: datetime) -> list[int]:
        """The channels that have a gateway of one of the routes which may take something."""
        able = (member for member in self.members if member.route in routes and member.may_take(now))
        return sorted({int(member.channel) for member in able})

    def named(self, name: str) -> Member:
        """The member of that name."""
        return next(member for member in self.members if member.name == name)

    def while_tried(self, name: str, now: datetime) -> "Pool":
        """The pool as it is while somebody else tries a member."""
        changed = replace(self.named(name), breaker=self.named(name).breaker.tried(now))
        return Pool(tuple(changed if member.name == name else member for member in self.members))

    def choices(self, channel: int, route: int, now: datetime) -> int:
        """How many gateways may take something of the kind."""
        return sum(
            member.may_take(now) for member in self.members if (member.channel, member.route) == (channel, route)
        )


def pool() -> Pool:
    """Read the pool by one question; a gateway that has no row yet is one that nobody has steered, and works."""
    known = configured(current_app.config)
    rows = {row[0]: row for row in asked(MEMBERS, ([one.name for one in known],))}
    return Pool(tuple(_member(*rows[one.name]) if one.name in rows else _new(one) for one in known))


def introduce() -> None:
    """Give each gateway of the settings a row, which its state and its limits need; the caller commits."""
    known = configured(current_app.config)
    rows = [{"name": one.name, "kind": one.kind, "channel": one.channel, "route": one.route} for one in known]
    db.session.execute(insert(Gateway).values(rows).on_conflict_do_nothing())


def begin_trial(member: Member, now: datetime) -> bool:
    """Take the right to try a gateway with a few messages; false where somebody else has it."""
    trial = member.breaker.tried(now)
    taken = db.session.execute(
        update(Gateway)
        .where(
            Gateway.name == member.name,
            Gateway.breaker == member.breaker.state,
            Gateway.breaker_until == member.breaker.until,
        )
        .values(breaker=trial.state, breaker_until=trial.until, breaker_at=func.clock_timestamp())
        .returning(Gateway.name)
    ).one_or_none()
    if taken is not None:
        db.session.execute(insert(GatewayEvent).values(gateway=member.name, what="tried"))
    return taken is not None


def heard(name: str, health: Health) -> None:
    """Let the breaker know how a hand-over went; the caller commits."""
    row = db.session.execute(select(*_BREAKER).where(Gateway.name == name).with_for_update()).one_or_none()
    if row is None:
        return
    before = _breaker(*row)
    now = utcnow()
    after = before.failed(now, health.weight, health.wish_s, _dice.uniform(0.9, 1.1)) if health.weight else before
    after = after if health.weight else before.succeeded()
    if after != before:
        _keep(name, before, after, health.words)


def _keep(name: str, before: Breaker, after: Breaker, words: str) -> None:
    moved = after.state is not before.state
    values = {"breaker": after.state, "failures": after.failures, "openings": after.openings}
    change = update(Gateway).where(Gateway.name == name).values(**values, breaker_until=after.until)
    if words:
        change = change.values(last_trouble=words)
    if moved:
        change = change.values(breaker_at=func.clock_timestamp())
        what = {State.OPEN: "opened", State.CLOSED: "closed", State.TRYING: "tried"}[after.state]
        db.session.execute(insert(GatewayEvent).values(gateway=name, what=what, reason=words))
    if after.state is State.CLOSED and moved:
        change = change.values(revision=Gateway.revision + 1)
    db.session.execute(change)


_BREAKER = (Gateway.breaker, Gateway.failures, Gateway.openings, Gateway.breaker_until)


def _new(one: Configured) -> Member:
    return Member(one.name, one.channel, one.route, None, 1, None, None, Standing.USED, Breaker(), 0)


def _member(
    name: str,
    channel: int,
    route: int,
    countries: Collection[str] | None,
    weight: int,
    rate_per_s: float | None,
    sender_rate_per_s: float | None,
    standing: int,
    revision: int,
    *breaker: Any,
) -> Member:
    served = None if countries is None else frozenset(countries)
    kind, rates = (Channel(channel), Route(route)), (rate_per_s, sender_rate_per_s)
    return Member(name, *kind, served, weight, *rates, Standing(standing), _breaker(*breaker), revision)


def _breaker(state: int, failures: int, openings: int, until: datetime | None) -> Breaker:
    return Breaker(State(state), failures, openings, until)
