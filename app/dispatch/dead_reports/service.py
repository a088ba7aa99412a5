"""Deeds on dead reports: back to the inbox, or forgotten. Each is one set-based statement, harmless when done twice."""

from collections.abc import Sequence

from app.dispatch.dead_reports.queries import EFFECTS, REPLAYABLE, Why
from app.dispatch.transaction import Cursor
from app.queue import ring

KEPT_DAYS = 90
AT_ONCE = 2_000

APPLY = "app.dispatch.jobs.apply_reports"

REPLAY = """
with taken as (
    delete from delivery_report where id in (
        select id from delivery_report where effect not in (1, 2) and effect = any(%(effects)s::smallint[])
        and id <= %(up_to)s and (%(gateway)s::text is null or gateway = %(gateway)s)
        and (%(ids)s::bigint[] is null or id = any(%(ids)s::bigint[]))
        order by id limit %(limit)s for update skip locked
    ) returning gateway, reference, state, status, reported_at, received_at
)
insert into report_inbox (gateway, body, promised, received_at, tries, reports)
select gateway, convert_to(json_build_object('again', json_agg(
    json_build_array(reference, status, state, '', reported_at, false)))::text, 'UTF8'), true, received_at, 1, count(*)
from taken group by gateway, received_at
"""
# In our own form, as reports are kept that wait for an answer; they stay received when they were.

READ_AGAIN = """
update report_inbox set due_at = clock_timestamp() where due_at = 'infinity' and id = any(%s::bigint[])
"""

FORGET = """
delete from delivery_report where id in (
    select id from delivery_report where effect not in (1, 2) and notification_id is null order by id limit %(limit)s
) and received_at < clock_timestamp() - make_interval(days => %(days)s)
"""

FORGET_UNREADABLE = """
delete from report_inbox
where due_at = 'infinity' and received_at < clock_timestamp() - make_interval(days => %(days)s)
"""


def replay(cursor: Cursor, why: Why | None, gateway: str | None, up_to: int, ids: Sequence[int] | None) -> bool:
    """Put some of the wanted reports back into the inbox; false where none are left."""
    effects = [int(EFFECTS[one]) for one in ([why] if why else REPLAYABLE) if one in REPLAYABLE]
    wanted = {"effects": effects, "gateway": gateway, "up_to": up_to, "ids": ids, "limit": AT_ONCE}
    cursor.execute(REPLAY, {**wanted, "ids": None if ids is None else list(ids)})
    if cursor.rowcount > 0:
        ring("reports", APPLY)
    return cursor.rowcount > 0


def read_again(cursor: Cursor, ids: Sequence[int]) -> None:
    """Have posts that could not be read looked at once more."""
    cursor.execute(READ_AGAIN, (list(ids),))
    ring("reports", APPLY)


def forget_old(cursor: Cursor) -> bool:
    """Forget what nobody asked for within three months; reports of a known notification go with it, not before."""
    limits = {"limit": AT_ONCE, "days": KEPT_DAYS}
    cursor.execute(FORGET_UNREADABLE, limits)
    cursor.execute(FORGET, limits)
    return cursor.rowcount > 0
