"""Batches that wait for a gateway: let go of when it may take them, one of each service owner at a time."""

from dataclasses import replace

from sqlalchemy import text

from app.db import db, utcnow
from app.dispatch.transaction import Cursor, redoable_transaction
from app.gateway_desk import limits, pool
from app.gateway_desk.pool import Pool
from app.gateway_desk.work import Wait, Work

ANY = "select exists (select from batch where waits_for is not null)"

CHANGED = "update batch set waits_for = null where waits_for is not null and waits_revision <> %s"

LET_GO = """
update batch set waits_for = null where waits_for is not null and id in (
    select distinct on (waits_for, service_owner_id) id from batch
    where waits_for = any(%s::text[]) and lease_until is null and waits_until <= clock_timestamp()
    order by waits_for, service_owner_id, turn, id
)
"""
# One batch of each service owner: the rest would only be claimed to wait again.

MAY_GO = """
select exists (select from batch where waits_for is not null and waits_revision <> %s)
    or exists (select from batch where waits_for = any(%s::text[]) and waits_until <= clock_timestamp())
"""


BY_GATEWAY = text("""
select coalesce(waits_for, gateway), waits_for is not null,
    sum(coalesce(array_length(ids, 1), last_id - first_id + 1))
from batch where waits_for is not null or (lease_until is not null and gateway is not null) group by 1, 2
""")

OF_SHIPMENT = text("""
select waits_for, sum(coalesce(array_length(ids, 1), last_id - first_id + 1)), min(waits_since)
from batch where shipment_id = :shipment and waits_for is not null and failures = 0 group by 1 order by 1
""")


def by_gateway() -> dict[str, Work]:
    """What is under way with each gateway, and what waits for it."""
    found: dict[str, Work] = {}
    for name, waits, number in db.session.execute(BY_GATEWAY):
        before = found.get(name, Work())
        found[name] = replace(before, waits=int(number)) if waits else replace(before, under_way=int(number))
    return found


def of_shipment(shipment_id: int) -> list[Wait]:
    """What of a shipment waits for a gateway, but for what waits after a fault of ours."""
    rows = db.session.execute(OF_SHIPMENT, {"shipment": shipment_id})
    return [Wait(name, int(number), since) for name, number, since in rows]


def let_go() -> bool:
    """Let batches go whose gateway may take them now, and all where the pool has changed; false where none wait."""
    with redoable_transaction() as cursor:
        if not _any(cursor):
            return False
        members = pool.pool()
        cursor.execute(CHANGED, (members.revision,))
        cursor.execute(LET_GO, (ready(members),))
    return True


def may_go() -> bool:
    """Whether a batch waits that a gateway would take now."""
    with redoable_transaction() as cursor:
        if not _any(cursor):
            return False
        members = pool.pool()
        cursor.execute(MAY_GO, (members.revision, ready(members)))
        return _first(cursor)


def ready(members: Pool) -> list[str]:
    """The gateways that may take something at this moment, by their limits as well."""
    now = utcnow()
    return [member.name for member in members.members if member.may_take(now) and limits.has_tokens(member)]


def _any(cursor: Cursor) -> bool:
    cursor.execute(ANY)
    return _first(cursor)


def _first(cursor: Cursor) -> bool:
    found = cursor.fetchone()
    return bool(found and found[0])
