"""A worker takes a batch: its notifications go from `New` to `Sending`, each with its route, and the lease begins."""

import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from app.db import utcnow
from app.dispatch.transaction import Cursor, integers, redoable_transaction
from app.gateways import configured
from app.messaging.routes import RouteReason
from app.messaging.schedule import window_is_open
from app.messaging.status import NEW, SENDING, Channel, Route

Clock = Callable[[], datetime]

NEXT = """
with next as materialized (
    select c.id from unnest(%(lanes)s::boolean[]) as lane (daytime_only) cross join lateral (
        select id, service_owner_id, turn from batch
        where lease_until is null and daytime_only = lane.daytime_only and service_owner_id > %(after)s
        and expires_at > clock_timestamp()
        order by service_owner_id, turn, id limit 1 for update skip locked
    ) as c
    order by c.service_owner_id, c.turn, c.id limit 1
)
update batch as b set lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s), worker = %(token)s,
    handed_to = null, gateway = null, route = null
from next, shipment as h where b.id = next.id and h.id = b.shipment_id
returning b.id, b.worker, b.service_owner_id, b.daytime_only, b.first_id, b.last_id, b.ids,
    h.id, h.order_id, b.channel, h.expires_at, h.sms_sender, h.sms_text, h.email_from, h.email_subject, h.email_text
"""
# The first batch of the next service owner that has one; what another worker is just taking is passed over.

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

KEEP = "update batch set ids = %(ids)s::bigint[] where id = %(batch)s"

APART = """
insert into batch (shipment_id, service_owner_id, channel, daytime_only, expires_at, first_id, last_id, ids, turn)
select shipment_id, service_owner_id, channel, daytime_only, expires_at, %(first)s, %(last)s, %(ids)s::bigint[], turn
from batch where id = %(batch)s
"""

GIVE_BACK = """
update notification_state as s set status = %(new)s, attempts = s.attempts - 1, status_at = clock_timestamp(),
    route = 0, route_reason = null, route_reason_at = null
where s.id between %(first)s and %(last)s and s.id = any(%(ids)s::bigint[])
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
    content: Content
    rows: list[Row]
    """In ascending order of their ids, all by the same route and gateway."""
    gateway: str
    """The name of the gateway that they go to."""

    def may_go_out(self, now: datetime) -> bool:
        """Whether its notifications may go out at that moment."""
        return self.content.expires_at > now and (not self.daytime_only or window_is_open(now))


def claim(after: int = 0, clock: Clock = utcnow) -> Claim | None:
    """Take the next batch that may go out now; service owners take turns, beginning behind the id `after`.

    Within a service owner the batch with the lowest turn goes first. Nothing waits where `None` is returned.
    """
    with redoable_transaction() as cursor:
        now = clock()
        return _claim_behind(cursor, after, now) or _claim_behind(cursor, 0, now)


def _claim_behind(cursor: Cursor, after: int, now: datetime) -> Claim | None:
    while (found := _next(cursor, after, now)) is not None:
        if found.rows:
            return found
        # Its notifications have all moved on, for example past their time to live.
        cursor.execute("delete from batch where id = %s", (found.batch_id,))
    return None


def _next(cursor: Cursor, after: int, now: datetime) -> Claim | None:
    parameters = {"lanes": lanes(now), "after": after, "lease_s": lease_s(), "token": _new_token()}
    cursor.execute(NEXT, parameters)
    row = cursor.fetchone()
    if row is None:
        return None
    batch_id, token, service_owner_id, daytime_only, first_id, last_id, ids, *content = row
    taken = _take(cursor, Channel(content[2]), first_id, last_id, ids)
    rows = _of_one_route(cursor, batch_id, Channel(content[2]), taken)
    gateway = _gateway(Channel(content[2]), rows[0].route) if rows else ""
    return Claim(batch_id, token, service_owner_id, daytime_only, Content.of(content), rows, gateway)


def _gateway(channel: Channel, route: int) -> str:
    """The first gateway that the settings name for the channel and the route."""
    return next(one.name for one in configured(current_app.config) if (one.channel, one.route) == (channel, route))


def _take(cursor: Cursor, channel: Channel, first_id: int, last_id: int, ids: list[int] | None) -> list[Row]:
    """Take them and decide the route of each by the same statement, so that there is no moment between the two."""
    by_allow_list = channel is Channel.SMS and current_app.config["ENVIRONMENT"] != "production"
    wanted: dict[str, Any] = {
        "first": first_id,
        "last": last_id,
        "ids": ids,
        "new": NEW[channel],
        "sending": SENDING[channel],
    }
    cursor.execute(TAKE_BY_ALLOW_LIST if by_allow_list else TAKE, wanted | _route(channel))
    return sorted(Row._make(row) for row in cursor.fetchall())


def _route(channel: Channel) -> dict[str, int]:
    return {
        "real": Route.REAL,
        "simulated": Route.SIMULATED,
        "always": RouteReason.PRODUCTION if channel is Channel.SMS else RouteReason.EMAIL,
        "listed": RouteReason.LISTED,
        "not_listed": RouteReason.NOT_LISTED,
    }


def _of_one_route(cursor: Cursor, batch_id: int, channel: Channel, rows: list[Row]) -> list[Row]:
    """Keep the rows of the route that most of them take; the others wait in a batch of their own.

    A batch goes to one gateway, so that how far it was handed over can be told by one id.
    """
    routes = Counter(row.route for row in rows)
    if len(routes) < 2:
        return rows
    kept = routes.most_common(1)[0][0]
    others = [row.id for row in rows if row.route != kept]
    apart = {"batch": batch_id, "ids": integers(others), "first": others[0], "last": others[-1]}
    cursor.execute(APART, apart)
    cursor.execute(GIVE_BACK, {**apart, "new": NEW[channel]})
    stay = [row for row in rows if row.route == kept]
    cursor.execute(KEEP, {"batch": batch_id, "ids": integers(row.id for row in stay)})
    return stay


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


def lease_s() -> float:
    """How long a claim lasts without a sign of life, in seconds."""
    return float(current_app.config["DISPATCH_LEASE_S"])


def _new_token() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"
