"""A claimed batch is divided: a part stays with the claim, the others are batches of their own, waiting or not."""

from collections.abc import Sequence
from typing import Any

from app.dispatch.share import Part, Shared, W
from app.dispatch.transaction import Cursor, integers
from app.gateway_desk.pool import Pool
from app.messaging.status import NEW, Channel

KEEP = "update batch set ids = %(ids)s::bigint[] where id = %(batch)s"

APART = """
insert into batch (shipment_id, service_owner_id, channel, daytime_only, expires_at, first_id, last_id, ids, turn,
    failures, waits_for, waits_since, waits_until, waits_revision)
select shipment_id, service_owner_id, channel, daytime_only, expires_at, %(first)s, %(last)s, %(ids)s::bigint[], turn,
    failures, %(gateway)s, coalesce(waits_since, clock_timestamp()),
    clock_timestamp() + make_interval(secs => %(for_s)s), %(revision)s
from batch where id = %(batch)s
"""

GIVE_BACK = """
update notification_state as s set status = %(new)s, attempts = s.attempts - 1, status_at = clock_timestamp(),
    route = 0, route_reason = null, route_reason_at = null
where s.id between %(first)s and %(last)s and s.id = any(%(ids)s::bigint[])
"""

WAIT = """
update batch set lease_until = null, worker = null, waits_for = %(gateway)s,
    waits_since = coalesce(waits_since, clock_timestamp()),
    waits_until = clock_timestamp() + make_interval(secs => %(for_s)s), waits_revision = %(revision)s
where id = %(batch)s
"""


def divide(cursor: Cursor, batch_id: int, channel: Channel, shared: Shared[W], members: Pool) -> list[W]:
    """Leave the kept part with the claim and give the others back; the claim has nothing where all of it waits."""
    for part in shared.others:
        wanted = _wanted(batch_id, part, members)
        cursor.execute(APART, wanted)
        cursor.execute(GIVE_BACK, {**wanted, "new": NEW[channel]})
    if shared.others:
        cursor.execute(KEEP, {"batch": batch_id, "ids": _ids(shared.kept.rows)})
    if not shared.kept.waits:
        return shared.kept.rows
    wanted = _wanted(batch_id, shared.kept, members)
    cursor.execute(WAIT, wanted)
    cursor.execute(GIVE_BACK, {**wanted, "new": NEW[channel]})
    return []


def _wanted(batch_id: int, part: Part[W], members: Pool) -> dict[str, Any]:
    return {
        "batch": batch_id,
        "ids": _ids(part.rows),
        "first": part.rows[0].id,
        "last": part.rows[-1].id,
        "gateway": part.gateway if part.waits else None,
        "for_s": part.for_s,
        "revision": members.revision,
    }


def _ids(rows: Sequence[W]) -> str:
    return integers(row.id for row in rows)
