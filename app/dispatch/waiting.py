"""Batches that wait for a gateway: let go of when it may take them, one of each service owner at a time."""

from app.db import utcnow
from app.dispatch.transaction import Cursor, redoable_transaction
from app.gateway_desk import limits, pool
from app.gateway_desk.pool import Pool

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
