"""Questions about gateways for the people at the desk: how each stands, how it fares, what happened to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import select, text

from app.accounts.models import Person
from app.db import db
from app.gateway_desk import work
from app.gateway_desk.models import Gateway, GatewayEvent, Standing
from app.gateway_desk.words import Shown
from app.gateway_desk.work import Work
from app.gateways import configured
from app.gateways.breaker import State
from app.gateways.named import Configured
from app.web.paging import Page, Window

SLOW_S = 5.0
"""A gateway whose hand-overs of the last five minutes took longer than this, on the whole, is called slow."""

FARED = text("""
select gateway, sum(accepted), sum(refused), sum(refused_for_now), sum(uncertain),
    sum(took_ms) filter (where minute > clock_timestamp() - interval '5 minutes')
        / nullif(sum(hand_overs) filter (where minute > clock_timestamp() - interval '5 minutes'), 0)
from gateway_minute where minute > clock_timestamp() - interval '1 hour' group by gateway
""")


@dataclass(frozen=True, slots=True)
class Fared:
    """What came of a gateway's hand-overs within the last hour, and how long one took in the last minutes."""

    accepted: int = 0
    refused: int = 0
    refused_for_now: int = 0
    uncertain: int = 0
    took_ms: int | None = None

    @property
    def took_s(self) -> float | None:
        """Seconds of a hand-over, on the whole; None where there was none."""
        return None if self.took_ms is None else self.took_ms / 1000


@dataclass(frozen=True, slots=True)
class Line:
    """A gateway as the pages show it."""

    name: str
    kind: str
    channel: int
    route: int
    countries: Sequence[str] | None
    weight: int
    rate_per_s: float | None
    sender_rate_per_s: float | None
    standing: Standing
    reason: str
    since: datetime | None
    by: str | None
    breaker: State
    breaker_at: datetime | None
    breaker_until: datetime | None
    last_trouble: str
    state: Shown
    fared: Fared
    work: Work


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a gateway's history."""

    id: int
    what: str
    by: str | None
    """None where Varsel did it by itself."""
    reason: str
    detail: dict[str, Any] | None
    at: datetime


def lines() -> list[Line]:
    """All gateways, by channel and name, those that the settings no longer tell of last."""
    named = configured(current_app.config)
    fared = {row[0]: _fared(*row[1:]) for row in db.session.execute(FARED)}
    busy = work.by_gateway()
    found = select(Gateway, Person.name).outerjoin(Person, Person.id == Gateway.standing_by_id)
    rows: dict[str, tuple[Gateway, str | None]] = {one.name: (_unsteered(one), None) for one in named}
    rows |= {row.name: (row, by) for row, by in db.session.execute(found)}
    names = {one.name for one in named}
    made = [
        _line(row, by, name in names, fared.get(name, Fared()), busy.get(name, Work()))
        for name, (row, by) in rows.items()
    ]
    return sorted(made, key=lambda line: (line.state is Shown.GONE, -line.channel, line.name))


def _unsteered(one: Configured) -> Gateway:
    """A gateway that has no row yet, as its row would be."""
    return Gateway(
        name=one.name,
        kind=one.kind,
        channel=one.channel,
        route=one.route,
        weight=1,
        standing=Standing.USED,
        standing_reason="",
        breaker=State.CLOSED,
        last_trouble="",
    )


def line(name: str) -> Line | None:
    """One gateway."""
    return next((found for found in lines() if found.name == name), None)


def history(name: str, window: Window) -> Page[Event]:
    """What was done to a gateway and what happened to it, the latest first."""
    columns = (
        GatewayEvent.id,
        GatewayEvent.what,
        Person.name,
        GatewayEvent.reason,
        GatewayEvent.detail,
        GatewayEvent.at,
    )
    found = select(*columns).outerjoin(Person, Person.id == GatewayEvent.person_id).where(GatewayEvent.gateway == name)
    rows = [Event(*row) for row in db.session.execute(window.narrow(found, GatewayEvent.id))]
    return window.page(rows, lambda event: event.id)


def _fared(accepted: int, refused: int, refused_for_now: int, uncertain: int, took_ms: Decimal | None) -> Fared:
    return Fared(accepted, refused, refused_for_now, uncertain, None if took_ms is None else round(took_ms))


def _line(row: Gateway, by: str | None, is_named: bool, fared: Fared, busy: Work) -> Line:
    breaker = State(row.breaker)
    return Line(
        name=row.name,
        kind=row.kind,
        channel=row.channel,
        route=row.route,
        countries=row.countries,
        weight=row.weight,
        rate_per_s=row.rate_per_s,
        sender_rate_per_s=row.sender_rate_per_s,
        standing=Standing(row.standing),
        reason=row.standing_reason,
        since=row.standing_at,
        by=by,
        breaker=breaker,
        breaker_at=row.breaker_at,
        breaker_until=row.breaker_until,
        last_trouble=row.last_trouble,
        state=_shown(Standing(row.standing), breaker, is_named, fared, busy),
        fared=fared,
        work=busy,
    )


def _shown(standing: Standing, breaker: State, is_named: bool, fared: Fared, busy: Work) -> Shown:
    if not is_named:
        return Shown.GONE
    if standing is Standing.PAUSED:
        return Shown.PAUSED
    if standing is Standing.DRAINING:
        return Shown.DRAINING if busy.under_way else Shown.DRAINED
    if breaker is not State.CLOSED:
        return Shown.REFUSING if breaker is State.OPEN else Shown.TRIED
    return Shown.SLOW if (fared.took_s or 0) > SLOW_S else Shown.WORKING
