"""A closing is taken back: what it closed stands among the failures again, as far as it is still failed."""

from typing import NamedTuple

from app.dispatch.transaction import Cursor, integers

REOPEN = """
with closed as materialized (
    select notification_id as id from remedy_line
    where remedy_id = %(closing)s and outcome = %(closed)s and notification_id > %(after)s
    order by notification_id limit %(limit)s
), back as (
    insert into failure (notification_id, group_id, shipment_id, failed_at)
    select s.id, %(group)s, s.shipment_id, s.status_at
    from closed join notification_state as s on s.id = closed.id
    where is_failure(s.status) and not exists (
        select from remedy_line as l where l.notification_id = s.id and l.new_id is not null
    )
    order by s.id
    on conflict do nothing returning notification_id as id
)
select closed.id, back.id is not null from closed left join back on back.id = closed.id order by closed.id
"""

UNCOUNT = """
insert into failure_inflow as i (began_at, group_id, slot, n)
select date_bin('10 minutes', failed_at, '2026-01-01 00:00:00+00'), group_id, pg_backend_pid() %% 8, -count(*)
from failure where notification_id = any(%s::bigint[]) group by 1, 2, 3 order by 1, 2, 3
on conflict (began_at, group_id, slot) do update set n = i.n + excluded.n
"""
# They were counted when they came: who puts them back makes no jump.


class Closing(NamedTuple):
    """What is taken back: which remedy closed which group's failures, and by which outcome its lines say so."""

    remedy_id: int
    group_id: int
    outcome: int


class Reopened(NamedTuple):
    """A slice of what had been closed: those that are failures again, and how far it reached."""

    ids: list[int]
    reached: int | None
    """None where nothing was left."""


def reopen_some(cursor: Cursor, closing: Closing, after: int, limit: int) -> Reopened:
    """Put some back, in the order of their ids."""
    meant = {"closing": closing.remedy_id, "closed": closing.outcome, "group": closing.group_id}
    cursor.execute(REOPEN, {**meant, "after": after, "limit": limit})
    rows = cursor.fetchall()
    ids = [id_ for id_, is_back in rows if is_back]
    if ids:
        cursor.execute(UNCOUNT, (integers(ids),))
    return Reopened(ids, rows[-1][0] if rows else None)
