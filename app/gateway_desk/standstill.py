"""Why notifications wait for gateways, in sentences for the pages of orders."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

from app.db import db, utcnow
from app.gateway_desk import pool, work
from app.gateway_desk.models import Gateway, Standing
from app.gateway_desk.pool import Member
from app.gateway_desk.words import CHANNELS
from app.gateway_desk.work import Wait
from app.gateways.breaker import State
from app.messaging.status import Channel, Route
from app.web.formats import oslo


def why_it_waits(shipment_id: int, channels: Collection[Channel]) -> list[str]:
    """Say what keeps a shipment's open notifications from being handed over; nothing where nothing does."""
    members = pool.pool().members
    waits = work.waits_of(shipment_id)
    still = [channel for channel in sorted(channels) if _stands_still(channel, members, waits)]
    told = {member.name for member in members if member.channel in still and member.route is Route.REAL}
    sentences = [_of_channel(channel, members) for channel in still]
    return [*sentences, *(_of_wait(wait, members) for wait in waits if wait.gateway not in told)]


def _stands_still(channel: Channel, members: Sequence[Member], waits: Sequence[Wait]) -> bool:
    """Whether no gateway of the channel takes anything that reaches people, and the shipment has to do with it.

    Where SMS may go to the simulator, only those that wait are known not to.
    """
    real = [member for member in members if (member.channel, member.route) == (channel, Route.REAL)]
    if any(member.may_take(utcnow()) for member in real):
        return False
    is_certain = channel is Channel.EMAIL or current_app.config["ENVIRONMENT"] == "production"
    return is_certain or bool({member.name for member in real} & {wait.gateway for wait in waits})


def _of_channel(channel: Channel, members: Sequence[Member]) -> str:
    real = [member for member in members if (member.channel, member.route) == (channel, Route.REAL)]
    rows = _rows(real)
    named = CHANNELS[channel]
    if all(member.standing is Standing.PAUSED for member in real):
        latest = max(rows, key=lambda row: row.standing_at)
        return gettext(
            "It waits: all %(channel)s gateways are paused since %(since)s: %(reason)s",
            channel=named,
            since=oslo(latest.standing_at),
            reason=latest.standing_reason,
        )
    each = "; ".join(_standing(row) for row in rows)
    return gettext("It waits: no %(channel)s gateway takes anything now: %(each)s", channel=named, each=each)


def _of_wait(wait: Wait, members: Sequence[Member]) -> str:
    if not wait.gateway:
        return gettext("%(number)s wait: no gateway serves their country.", number=wait.notifications)
    member = next((member for member in members if member.name == wait.gateway), None)
    standing = "; ".join(_standing(row) for row in _rows([member] if member else []))
    return gettext("%(number)s wait for a gateway: %(each)s", number=wait.notifications, each=standing or wait.gateway)


def _rows(members: Collection[Member]) -> Sequence[Gateway]:
    names = [member.name for member in members]
    return db.session.scalars(select(Gateway).where(Gateway.name.in_(names)).order_by(Gateway.name)).all()


def _standing(row: Gateway) -> str:
    return " ".join(_said(row))


def _said(row: Gateway) -> Iterator[str]:
    if row.standing != Standing.USED:
        yield _since(row, row.standing_at, row.standing_reason)
    elif row.breaker != State.CLOSED:
        yield gettext("%(name)s is left alone since %(since)s:", name=row.name, since=oslo(row.breaker_at))
        yield row.last_trouble
        if row.breaker == State.OPEN and row.breaker_until:
            yield gettext("(tried from %(at)s)", at=oslo(row.breaker_until))
    elif row.rate_per_s or row.sender_rate_per_s:
        rate = f"{min(filter(None, (row.rate_per_s, row.sender_rate_per_s))):g}"
        yield gettext("%(name)s takes %(rate)s a second", name=row.name, rate=rate)
    else:
        yield gettext("%(name)s goes on now", name=row.name)


def _since(row: Gateway, at: datetime, reason: str) -> str:
    if row.standing == Standing.PAUSED:
        return gettext("%(name)s is paused since %(at)s: %(why)s", name=row.name, at=oslo(at), why=reason)
    return gettext("%(name)s drains since %(at)s: %(why)s", name=row.name, at=oslo(at), why=reason)
