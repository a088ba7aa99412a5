"""Delivery reports are applied many at a time: what moves, moves in one statement, and everything is kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.dispatch.complete import complete
from app.dispatch.fall_back import fall_back
from app.dispatch.inbox import take
from app.dispatch.promised import keep_for_later
from app.dispatch.segments import Line, hear_segments
from app.dispatch.transaction import Cursor, integers, redoable_transaction
from app.messaging.scheme import MENDABLE
from app.messaging.status import ACCEPTED, FINAL, ReportEffect, Status

WAITS_FOR_ANSWER = timedelta(minutes=10)
"""How long a report with an unknown reference waits for the answer that it may have outrun."""

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 120.0

_ACCEPTED = sorted(ACCEPTED.values())

WHOSE = """
select d.n, a.notification_id
from unnest(%s::text[]) with ordinality as d (reference, n), lateral (
    select notification_id from attempt where gateway = %s and reference = d.reference
    order by handed_over_at desc limit 1
) as a
"""

BY_KEY = "select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
# The guard on the status is a guess to the planner; for a hash join it would read all of the table.

MOVE = """
update notification_state as s
set status = (%(statuses)s::smallint[])[d.said], reason = (%(reasons)s::text[])[d.said], uncertain = false,
    due_at = null, status_at = clock_timestamp()
from unnest(%(ids)s::bigint[], %(said)s::smallint[]) as d (id, said), shipment as h
where s.id = d.id and s.status + 0 = any(%(accepted)s::smallint[]) and h.id = s.shipment_id
and (%(received)s::timestamptz[])[d.said] <= h.expires_at
returning s.id, s.shipment_id
"""
# Thousands of reports say few different things: each is told once, and by its number of each notification.

STANDING = """
select s.id, s.status, h.expires_at from notification_state as s join shipment as h on h.id = s.shipment_id
where s.id = any(%s::bigint[])
"""

KEEP = """
copy delivery_report (notification_id, gateway, reference, state, status, effect, reported_at, received_at)
from stdin (format binary)
"""
_TYPES = ["int8", "text", "text", "text", "int2", "int2", "timestamptz", "timestamptz"]


def apply_due() -> int:
    """Apply the next reports that are due, in one transaction; tell how many there were, 0 when none is due."""
    with redoable_transaction() as cursor:
        cursor.execute(BY_KEY)
        posts = take(cursor)
        lines = [Line(post, heard.report, heard.notification_id) for post in posts for heard in post.heard]
        if lines:
            _apply(cursor, lines)
    return len(posts)


def _apply(cursor: Cursor, lines: list[Line]) -> None:
    hear_segments(cursor, [line for line in lines if line.report.may_be_segment])
    _find_whose(cursor, [line for line in lines if line.notification_id is None])
    shipment_ids = _move(cursor, _first_of_each(lines))
    _judge(cursor, [line for line in lines if line.effect is None])
    _keep(cursor, [line for line in lines if line.effect is not None])
    _put_off(cursor, [line for line in lines if line.effect is None])
    complete(cursor, shipment_ids)


def _find_whose(cursor: Cursor, lines: Sequence[Line]) -> None:
    by_gateway: dict[str, list[Line]] = {}
    for line in lines:
        by_gateway.setdefault(line.post.gateway, []).append(line)
    for gateway, its in by_gateway.items():
        cursor.execute(WHOSE, ([line.report.reference for line in its], gateway))
        for number, notification_id in cursor.fetchall():
            its[number - 1].notification_id = notification_id


def _first_of_each(lines: Iterable[Line]) -> dict[int, Line]:
    """By ascending notification, so that two workers lock in the same order; of two reports the first counts."""
    first: dict[int, Line] = {}
    for line in lines:
        if line.notification_id is not None and line.effect is None and line.report.state in FINAL:
            first.setdefault(line.notification_id, line)
    return dict(sorted(first.items()))


def _move(cursor: Cursor, first: dict[int, Line]) -> set[int]:
    """Move what may move, let the other channel take over where it can, and tell the shipments concerned."""
    if not first:
        return set()
    numbers: dict[tuple[int, str | None, datetime], int] = {}
    said = [numbers.setdefault(_said(line), len(numbers) + 1) for line in first.values()]
    statuses, reasons, received = zip(*numbers, strict=True)
    told = {"statuses": list(statuses), "reasons": list(reasons), "received": list(received), "accepted": _ACCEPTED}
    cursor.execute(MOVE, {**told, "ids": integers(first), "said": integers(said)})
    moved = cursor.fetchall()
    for notification_id, _ in moved:
        first[notification_id].effect = ReportEffect.APPLIED
    fall_back(cursor, [row[0] for row in moved if first[row[0]].report.state in MENDABLE])
    return {shipment_id for _, shipment_id in moved}


def _said(line: Line) -> tuple[int, str | None, datetime]:
    return int(line.report.state or 0), line.report.reason or None, line.post.received_at


def _judge(cursor: Cursor, lines: Sequence[Line]) -> None:
    """Say why the others changed nothing; those that have to wait are left without an effect."""
    if not lines:
        return
    ids = [line.notification_id for line in lines if line.notification_id is not None]
    cursor.execute(STANDING, (ids,))
    standing = {row[0]: (Status(row[1]), row[2]) for row in cursor.fetchall()}
    for line in lines:
        line.effect = _effect(line, standing.get(line.notification_id or 0))


def _effect(line: Line, standing: tuple[Status, datetime] | None) -> ReportEffect | None:
    if standing is None:
        return None if _may_wait(line) else ReportEffect.UNKNOWN_REFERENCE
    status, expires_at = standing
    if line.report.state is None:
        return ReportEffect.UNKNOWN_STATE
    if line.report.state not in FINAL:
        return ReportEffect.NO_CHANGE
    if line.post.received_at > expires_at:
        return ReportEffect.EXPIRED
    if status in FINAL or not _may_wait(line):
        return ReportEffect.NO_CHANGE
    return None


def _may_wait(line: Line) -> bool:
    return line.post.taken_at - line.post.received_at < WAITS_FOR_ANSWER


def _keep(cursor: Cursor, lines: Sequence[Line]) -> None:
    if not lines:
        return
    with cursor.copy(KEEP) as copy:
        copy.set_types(_TYPES)
        for line in lines:
            report, post = line.report, line.post
            copy.write_row(
                (
                    line.notification_id,
                    post.gateway,
                    report.reference,
                    report.words,
                    report.state,
                    line.effect,
                    report.at,
                    post.received_at,
                )
            )


def _put_off(cursor: Cursor, lines: Sequence[Line]) -> None:
    """Back to the inbox for a while, by the post that they came with."""
    by_post: dict[int, list[Line]] = {}
    for line in lines:
        by_post.setdefault(id(line.post), []).append(line)
    for waiting in by_post.values():
        post = waiting[0].post
        pause_s = min(FIRST_PAUSE_S * 2.0 ** min(post.tries, 16), LONGEST_PAUSE_S)
        due_at = post.taken_at + timedelta(seconds=pause_s)
        reports = [line.report for line in waiting]
        keep_for_later(cursor, post.gateway, reports, post.received_at, due_at, post.tries + 1)
