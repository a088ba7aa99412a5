"""A closing is taken back: what it closed stands among the failures again, unless something was done about it since."""

from typing import NamedTuple

from app.dispatch.transaction import Cursor, integers
from app.support.remedies.models import LineOutcome

REOPEN = """
with closed as materialized (
    select notification_id as id, at from remedy_line
    where remedy_id = %(closing)s and outcome = %(closed)s and notification_id > %(after)s
    order by notification_id limit %(limit)s
), back as (
    insert into failure (notification_id, group_id, shipment_id, failed_at)
    select s.id, %(group)s, s.shipment_id, s.status_at
    from closed join notification_state as s on s.id = closed.id
    where is_failure(s.status) and s.reason is distinct from 'stopped' and not exists (
        select from remedy_line as later where later.notification_id = s.id and later.at > closed.at
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


class Reopened(NamedTuple):
    """A slice of what had been closed: what came of each, and how far it reached."""

    outcomes: dict[int, LineOutcome]
    reached: int | None
    """None where nothing was left."""


def reopen_some(cursor: Cursor, closing_id: int, group_id: int, after: int, limit: int) -> Reopened:
    """Put some of what a closing closed back into its group, in the order of their ids."""
    meant = {"closing": closing_id, "closed": LineOutcome.CLOSED, "group": group_id}
    rows = cursor.execute(REOPEN, {**meant, "after": after, "limit": limit}).fetchall()
    back = [id_ for id_, is_back in rows if is_back]
    if back:
        cursor.execute(UNCOUNT, (integers(back),))
    outcomes = {id_: LineOutcome.REOPENED if is_back else LineOutcome.LEFT_CHANGED for id_, is_back in rows}
    return Reopened(outcomes, rows[-1][0] if rows else None)
