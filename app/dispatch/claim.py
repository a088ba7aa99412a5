"""A worker takes a batch: its notifications go from `New` to `Sending`, each with its route, and the lease begins."""

import os
import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from app.db import utcnow
from app.dispatch.apart import divide
from app.dispatch.share import share_out
from app.dispatch.transaction import Cursor, integers, redoable_transaction
from app.gateway_desk import pool
from app.gateway_desk.pool import Pool
from app.messaging.days import open_on
from app.messaging.routes import RouteReason
from app.messaging.schedule import OSLO, window_is_open
from app.messaging.status import NEW, SENDING, Channel, Route

Clock = Callable[[], datetime]

_PUT_ASIDE_AT_ONCE = 50
"""So many batches that must wait for a gateway are looked at, each in a transaction, before somebody else's turn."""

NEXT = """
with next as materialized (
    select c.id from unnest(%(lanes)s::boolean[]) as lane (daytime_only) cross join lateral (
        select id, service_owner_id, turn from batch
        where lease_until is null and waits_for is null and isolated_at is null
        and daytime_only = lane.daytime_only and service_owner_id > %(after)s
        and channel = any(%(channels)s::smallint[]) and expires_at > greatest(clock_timestamp(), %(now)s)
        and (not daytime_only or exists (
            select from shipment where id = batch.shipment_id and days = any(%(days)s::smallint[])
        ))
        order by service_owner_id, turn, id limit 1 for update skip locked
    ) as c
    order by c.service_owner_id, c.turn, c.id limit 1
)
update batch as b set lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s), worker = %(token)s,
    handed_to = null, gateway = null, route = null
from next, shipment as h where b.id = next.id and h.id = b.shipment_id
returning b.id, b.worker, b.service_owner_id, b.daytime_only, h.days, b.first_id, b.last_id, b.ids,
    h.id, h.order_id, b.channel, h.expires_at, h.sms_sender, h.sms_text, h.email_from, h.email_subject, h.email_text,
    h.service_owner_id, h.language, h.language_column, h.wordings
"""
# The first batch of the next service owner that has one; what another worker is just taking is passed over. Whose clock
# is ahead of the database's takes nothing that it would have to put back at once.

TAKE = """
update notification_state as s
set status = %(sending)s, attempts = s.attempts + 1, status_at = clock_timestamp(),
    route = %(real)s, route_reason = %(always)s, route_reason_at = null
from notification as n
where s.id between %(first)s and %(last)s and n.id between %(first)s and %(last)s and n.id = s.id
and s.status + 0 = %(new)s and s.due_at is null and (%(ids)s::bigint[] is null or s.id = any(%(ids)s::bigint[]))
returning s.id, s.attempts, n.address, n.country, n.part, n.row_no, s.route
"""

TAKE_BY_ALLOW_LIST = """
update notification_state as s
set status = %(sending)s, attempts = s.attempts + 1, status_at = clock_timestamp(),
    route = case when e.reason = %(listed)s then %(real)s else %(simulated)s end,
    route_reason = coalesce(e.reason, %(not_listed)s), route_reason_at = e.reason_at
from notification as n left join lateral allow_list_standing(n.address) as e on true
where s.id between %(first)s and %(last)s and n.id between %(first)s and %(last)s and n.id = s.id
and s.status + 0 = %(new)s and s.due_at is null and (%(ids)s::bigint[] is null or s.id = any(%(ids)s::bigint[]))
returning s.id, s.attempts, n.address, n.country, n.part, n.row_no, s.route
"""
# `status + 0`, here and elsewhere, keeps the planner from walking the index on the status, whose statistics are
# always late: that would cost ten times as much.

PUT_BACK = """
update notification_state as s set status = %(new)s, attempts = s.attempts - 1, status_at = clock_timestamp(),
    route = 0, route_reason = null, route_reason_at = null
from batch as b
where b.id = %(batch)s and s.id between b.first_id and b.last_id and s.id > %(after)s
and (b.ids is null or s.id = any(b.ids)) and s.status + 0 = %(sending)s and not s.uncertain
"""

WAIT_AGAIN = """
update batch set lease_until = null, worker = null, handed_to = null, gateway = null, route = null
where id = %s
"""

HOLD = "select 1 from batch where id = %s and worker = %s for update"


class Row(NamedTuple):
    """One claimed notification, and the number of the attempt that is being made."""

    id: int
    no: int
    address: str
    country: str
    part: int
    row_no: int
    route: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a shipment says on one channel to everybody, before a recipient's values are filled in."""

    shipment_id: int
    order_id: int
    channel: Channel
    expires_at: datetime
    sms_sender: str
    sms_text: str
    email_from: str
    email_subject: str
    email_text: str
    service_owner_id: int
    language: str = ""
    language_column: str = ""
    wordings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[Any]) -> "Content":
        """From a shipment's columns in this order, with the channel of a batch."""
        shipment_id, order_id, channel, *others = columns
        return cls(shipment_id, order_id, Channel(channel), *others)


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch that is ours until its lease runs out, unless it is prolonged."""

    batch_id: int
    token: str
    service_owner_id: int
    daytime_only: bool
    days: int
    content: Content
    rows: list[Row]
    """In ascending order of their ids, all by the same route and gateway."""
    gateway: str
    """The name of the gateway that they go to."""
    choices: int = 1
    """How many gateways could have been chosen."""
    is_news: bool = False
    """Whether the gateway has failed of late, so that a success says something new."""

    def may_go_out(self, now: datetime) -> bool:
        """Whether its notifications may go out at that moment."""
        return self.content.expires_at > now and (not self.daytime_only or window_is_open(now, self.days))


def claim(after: int = 0, clock: Clock = utcnow) -> Claim | None:
    """Take the next batch that may go out now; service owners take turns, beginning behind the id `after`.

    Within a service owner the batch with the lowest turn goes first. Nothing waits where `None` is returned, or what
    does waits for a gateway.
    """
    for _ in range(_PUT_ASIDE_AT_ONCE):
        with redoable_transaction() as cursor:
            now = clock()
            members = pool.pool()
            found = _claim_behind(cursor, after, now, members) or _claim_behind(cursor, 0, now, members)
        if found is None or found.rows:
            return found
    return None


def _claim_behind(cursor: Cursor, after: int, now: datetime, members: Pool) -> Claim | None:
    """A claim without rows is one that was put aside, to wait for a gateway."""
    while (found := _next(cursor, after, now, members)) is not None:
        if found.rows:
            return _with_gateway(cursor, found, members)
        # Its notifications have all moved on, for example past their time to live.
        cursor.execute("delete from batch where id = %s", (found.batch_id,))
    return None


def _next(cursor: Cursor, after: int, now: datetime, members: Pool) -> Claim | None:
    parameters = {
        "lanes": lanes(now),
        "now": now,
        "days": days_open(now),
        "channels": integers(members.channels(_routes(), utcnow())),
        "after": after,
        "lease_s": lease_s(),
        "token": _new_token(),
    }
    cursor.execute(NEXT, parameters)
    row = cursor.fetchone()
    if row is None:
        return None
    batch_id, token, service_owner_id, daytime_only, days, first_id, last_id, ids, *content = row
    taken = _take(cursor, Channel(content[2]), first_id, last_id, ids)
    return Claim(batch_id, token, service_owner_id, daytime_only, days, Content.of(content), taken, "")


def _with_gateway(cursor: Cursor, found: Claim, members: Pool) -> Claim:
    """The claim with what goes to one gateway; the rest of the batch goes, or waits, by itself."""
    content, now = found.content, utcnow()
    shared = share_out(cursor, found.rows, content.channel, content.sms_sender, members, now)
    rows = divide(cursor, found.batch_id, content.channel, shared, members)
    if not rows:
        return replace(found, rows=[])
    gateway = members.named(shared.kept.gateway)
    choices = members.choices(content.channel, gateway.route, now)
    return replace(found, rows=rows, gateway=gateway.name, choices=choices, is_news=not gateway.breaker.is_at_rest)


def _take(cursor: Cursor, channel: Channel, first_id: int, last_id: int, ids: list[int] | None) -> list[Row]:
    """Take them and decide the route of each by the same statement, so that there is no moment between the two."""
    by_allow_list = channel is Channel.SMS and Route.SIMULATED in _routes()
    wanted: dict[str, Any] = {
        "first": first_id,
        "last": last_id,
        "ids": ids,
        "new": NEW[channel],
        "sending": SENDING[channel],
    }
    cursor.execute(TAKE_BY_ALLOW_LIST if by_allow_list else TAKE, wanted | _route(channel))
    return sorted(map(Row._make, cursor.fetchall()))


def _routes() -> tuple[Route, ...]:
    """The routes that notifications may take here."""
    return (Route.REAL,) if current_app.config["ENVIRONMENT"] == "production" else (Route.REAL, Route.SIMULATED)


def _route(channel: Channel) -> dict[str, int]:
    return {
        "real": Route.REAL,
        "simulated": Route.SIMULATED,
        "always": RouteReason.PRODUCTION if channel is Channel.SMS else RouteReason.EMAIL,
        "listed": RouteReason.LISTED,
        "not_listed": RouteReason.NOT_LISTED,
    }


def put_back(cursor: Cursor, batch_id: int, channel: Channel, after: int) -> None:
    """Let a batch wait again: its notifications with ids above `after` that are still `Sending` are `New` once more.

    The attempt that was counted did not happen, or is the same one when it is made again.
    """
    cursor.execute(
        PUT_BACK,
        {"batch": batch_id, "after": after, "new": NEW[channel], "sending": SENDING[channel]},
    )
    cursor.execute(WAIT_AGAIN, (batch_id,))


def holds(cursor: Cursor, claimed: Claim) -> bool:
    """Whether the batch is still ours; if so, nobody takes it before the end of the transaction."""
    cursor.execute(HOLD, (claimed.batch_id, claimed.token))
    return cursor.fetchone() is not None


def lanes(now: datetime) -> list[bool]:
    """The values of `daytime_only` that may go out now."""
    return [False, True] if window_is_open(now) else [False]


def days_open(now: datetime) -> list[int]:
    """The `Days` of shipments whose daytime is today."""
    return open_on(now.astimezone(OSLO).date())


def lease_s() -> float:
    """How long a claim lasts without a sign of life, in seconds."""
    return float(current_app.config["DISPATCH_LEASE_S"])


def _new_token() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"
