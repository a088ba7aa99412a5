"""Reports on single segments: a message is delivered when all its segments are, and fails with the first that does."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.dispatch.inbox import Post
from app.dispatch.transaction import Cursor
from app.gateways import Report
from app.messaging.status import FINAL, ReportEffect, Status

WHOSE = """
select d.n, a.notification_id, a.no, a.segment
from unnest(%s::text[], %s::text[]) with ordinality as d (gateway, reference, n), lateral (
    select notification_id, no, segment from attempt_segment where gateway = d.gateway and reference = d.reference
    order by notification_id desc, no desc limit 1
) as a
"""

LOCK = """
select from attempt_segment as s where (s.notification_id, s.no) in (select * from unnest(%s::bigint[], %s::smallint[]))
order by s.notification_id, s.no, s.segment for update
"""
# Two workers that each hear of one segment would otherwise both find the other's still out.

MARK = """
update attempt_segment as s set status = d.status
from unnest(%s::bigint[], %s::smallint[], %s::smallint[], %s::smallint[]) as d (notification_id, no, segment, status)
where (s.notification_id, s.no, s.segment) = (d.notification_id, d.no, d.segment) and s.status is null
"""

STILL_OUT = """
select distinct s.notification_id, s.no from attempt_segment as s
join unnest(%s::bigint[], %s::smallint[]) as d (notification_id, no)
on d.notification_id = s.notification_id and d.no = s.no
where s.status is distinct from %s
"""


@dataclass(slots=True)
class Line:
    """One report on its way: whose it is, and what it does."""

    post: Post
    report: Report
    notification_id: int | None
    effect: ReportEffect | None = None
    """Null while it is not known, or where the report has to wait."""


@dataclass(frozen=True, slots=True)
class _Segment:
    line: Line
    no: int
    segment: int

    @property
    def message(self) -> tuple[int, int]:
        return self.line.notification_id or 0, self.no


def hear_segments(cursor: Cursor, lines: Sequence[Line]) -> None:
    """Note what the reports say of single segments; of a message with others still out, delivered changes nothing."""
    heard = _found(cursor, lines)
    if not heard:
        return
    messages = sorted({one.message for one in heard})
    columns = [list(column) for column in zip(*messages, strict=True)]
    cursor.execute(LOCK, columns)
    _mark(cursor, [one for one in heard if one.line.report.state in FINAL])
    cursor.execute(STILL_OUT, [*columns, int(Status.SMS_DELIVERED)])
    still_out = set(cursor.fetchall())
    for one in heard:
        if one.line.report.state is Status.SMS_DELIVERED and one.message in still_out:
            one.line.effect = ReportEffect.NO_CHANGE


def _found(cursor: Cursor, lines: Sequence[Line]) -> list[_Segment]:
    if not lines:
        return []
    cursor.execute(WHOSE, ([line.post.gateway for line in lines], [line.report.reference for line in lines]))
    heard = []
    for number, notification_id, no, segment in cursor.fetchall():
        line = lines[number - 1]
        line.notification_id = notification_id
        heard.append(_Segment(line, no, segment))
    return heard


def _mark(cursor: Cursor, heard: Sequence[_Segment]) -> None:
    """Of two reports on one segment the first counts."""
    first = {(*one.message, one.segment): int(one.line.report.state or 0) for one in reversed(heard)}
    if first:
        rows = [(*key, status) for key, status in sorted(first.items())]
        cursor.execute(MARK, [list(column) for column in zip(*rows, strict=True)])
