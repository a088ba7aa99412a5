"""A remedy is done by the slice: each is locked, judged and seen to in one transaction, however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from app.db import utcnow
from app.dispatch.transaction import Cursor, integers, transaction
from app.messaging.reasons import COUNTRY_RULE
from app.messaging.scheme import channel_of, other
from app.messaging.status import Channel, Status
from app.queue import ring
from app.support.remedies.asking import MEANT, Looked
from app.support.remedies.models import LineOutcome, RemedyKind, RemedyStatus
from app.support.remedies.reopening import reopen_some
from app.support.remedies.sending import Target, Way, again, anew

SLICE = 1000

NEXT = """
select id, kind, group_id, ids, send_at, sender, subject, with_expired, with_blocked, reached_id, made_at,
    takes_back_id
from remedy where status = 0 order by total, id limit 1 for update skip locked
"""
# The smaller ones first, so that nobody waits for another's hundred thousand.

PICK = """
select f.notification_id, f.failed_at, s.status, s.reason, s.route, h.expires_at, w.address, w.country,
    coalesce(o.address, ''), coalesce(o.country, '')
from (
    select notification_id, failed_at from failure where MEANT
    order by notification_id limit %(limit)s for update
) as f
join notification_state as s on s.id = f.notification_id
join notification as w on w.id = f.notification_id
join shipment as h on h.id = w.shipment_id
left join lateral (
    select case when w.channel = 2 then r.email else r.address end as address,
        case when w.channel = 2 then '' else r.country end as country
    from recipient as r
    where r.order_id = h.order_id and r.part = w.part and r.row_no = w.row_no and r.kind = 1 and not h.looks_up
    union all
    select a.other_address, a.other_country from addressee as a
    where h.looks_up and a.shipment_id = h.id and a.half = 0 and a.part = w.part and a.row_no = w.row_no
    and a.channel = w.channel and a.address = w.address
    limit 1
) as o on %(moves)s
order by f.notification_id
""".replace("MEANT", MEANT)
# `for update` waits for whoever is just resolving one of them, and then does not see it any more.

LEFT = """
select exists (select from failure where MEANT)
""".replace("MEANT", MEANT)

NOTE = """
insert into remedy_line (remedy_id, notification_id, outcome, new_id, was_status, was_reason, was_route, failed_at)
select %(remedy)s, d.*
from unnest(%(ids)s::bigint[], %(outcomes)s::smallint[], %(new_ids)s::bigint[], %(statuses)s::smallint[],
    %(reasons)s::text[], %(routes)s::smallint[], %(failed)s::timestamptz[]) as d
on conflict do nothing
"""

MOVE_ON = """
update remedy set reached_id = %(reached)s, status = %(status)s,
    ended_at = case when %(status)s = 0 then null else clock_timestamp() end
where id = %(remedy)s
"""


class Wish(NamedTuple):
    """A remedy as it was confirmed, and how far it has come."""

    id: int
    kind: int
    group_id: int
    ids: list[int] | None
    send_at: datetime | None
    sender: str
    subject: str
    with_expired: bool
    with_blocked: bool
    reached_id: int
    made_at: datetime
    takes_back_id: int | None


class Picked(NamedTuple):
    """One failure, locked."""

    id: int
    failed_at: datetime
    status: int
    reason: str | None
    route: int
    expires_at: datetime
    address: str
    country: str
    other_address: str
    other_country: str

    @property
    def channel(self) -> Channel:
        """On which channel it failed."""
        return channel_of(Status(self.status))


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one."""

    id: int
    outcome: LineOutcome
    new_id: int | None = None
    was: Picked | None = None
    """How it was found, where its row no longer says so."""


def next_slice(looked: Looked | None = None) -> int | None:
    """See to the next slice of the first open remedy; tell its id where it is done with it, 0 where more is left.

    None where no remedy is open, or others are at all of them. A slice of a move must have been `looked` up before.
    """
    with transaction() as cursor:
        cursor.execute(NEXT)
        row = cursor.fetchone()
        if row is None:
            return None
        wish = Wish._make(row)
        if wish.kind == RemedyKind.MOVE and (looked is None or looked[:2] != (wish.id, wish.reached_id)):
            return 0
        lines, reached, is_over = _reopened(cursor, wish) if wish.takes_back_id else _mended(cursor, wish, looked)
        _note(cursor, wish.id, lines)
        status = RemedyStatus.DONE if is_over else RemedyStatus.OPEN
        cursor.execute(MOVE_ON, {"remedy": wish.id, "reached": reached, "status": status})
        ring("dispatch", "app.dispatch.jobs.sweep")
    return wish.id if is_over else 0


def _mended(cursor: Cursor, wish: Wish, looked: Looked | None) -> tuple[list[Line], int, bool]:
    """See to a slice: what came of each, how far it reached, and whether it was the last."""
    picked = _pick(cursor, wish)
    lines = _see_to(cursor, wish, picked)
    is_over = not picked and not _is_left(cursor, wish)
    reached = picked[-1].id if picked else wish.reached_id
    return lines if looked is None else _unasked(lines, looked), reached, is_over


def _reopened(cursor: Cursor, wish: Wish) -> tuple[list[Line], int, bool]:
    """Put a slice of what was closed back among the failures."""
    outcomes, reached = reopen_some(cursor, wish.takes_back_id or 0, wish.group_id, wish.reached_id, SLICE)
    return [Line(id_, outcome) for id_, outcome in outcomes.items()], reached or wish.reached_id, reached is None


def _unasked(lines: Sequence[Line], looked: Looked) -> list[Line]:
    """Tell those of whom no address is known from those whose register did not answer."""
    return [
        replace(line, outcome=LineOutcome.LEFT_UNASKED)
        if line.outcome is LineOutcome.LEFT_WITHOUT_ADDRESS and line.id in looked.unasked
        else line
        for line in lines
    ]


def _pick(cursor: Cursor, wish: Wish) -> list[Picked]:
    cursor.execute(PICK, {**_meant(wish), "limit": SLICE, "moves": wish.kind == RemedyKind.MOVE})
    return [Picked._make(row) for row in cursor.fetchall()]


def _is_left(cursor: Cursor, wish: Wish) -> bool:
    """Whether there is more: of a slice that somebody else was at, nothing may have been picked."""
    cursor.execute(LEFT, _meant(wish))
    return bool(cursor.fetchall()[0][0])


def _meant(wish: Wish) -> dict[str, object]:
    ids = None if wish.ids is None else integers(wish.ids)
    return {"group": wish.group_id, "after": wish.reached_id, "made_at": wish.made_at, "ids": ids}


def _see_to(cursor: Cursor, wish: Wish, picked: Sequence[Picked]) -> list[Line]:
    if wish.kind == RemedyKind.CLOSE:
        return _close(cursor, picked)
    at = wish.send_at or utcnow()
    lines = [Line(one.id, left) for one in picked if (left := _left(wish, one, at)) is not None]
    left_ids = {line.id for line in lines}
    going = [one for one in picked if one.id not in left_ids]
    if wish.kind == RemedyKind.RESEND:
        stay = [one for one in going if one.expires_at > at]
        sent = set(again(cursor, [one.id for one in stay], wish.send_at))
        lines += [Line(one.id, LineOutcome.SENT_AGAIN, was=one) for one in stay if one.id in sent]
        going = [one for one in going if one.expires_at <= at]
    return lines + _anew(cursor, wish, going, at)


def _left(wish: Wish, one: Picked, at: datetime) -> LineOutcome | None:
    """Say why one is left alone; what was kept back by a rule may go where the channel is another."""
    if not (one.other_address if wish.kind == RemedyKind.MOVE else one.address):
        return LineOutcome.LEFT_WITHOUT_ADDRESS
    if one.expires_at <= at and not wish.with_expired:
        return LineOutcome.LEFT_EXPIRED
    is_blocked = (one.reason or "").startswith(COUNTRY_RULE) and wish.kind == RemedyKind.RESEND
    return LineOutcome.LEFT_BLOCKED if is_blocked and not wish.with_blocked else None


def _anew(cursor: Cursor, wish: Wish, going: Sequence[Picked], at: datetime) -> list[Line]:
    made: dict[int, int] = {}
    for channel in Channel:
        targets = [_target(wish, one) for one in going if _channel(wish, one) is channel]
        made |= anew(cursor, targets, Way(channel, at, wish.sender, wish.subject))
    return [Line(old_id, LineOutcome.SENT_ANEW, new_id) for old_id, new_id in made.items()]


def _channel(wish: Wish, one: Picked) -> Channel:
    return other(one.channel) if wish.kind == RemedyKind.MOVE else one.channel


def _target(wish: Wish, one: Picked) -> Target:
    if wish.kind == RemedyKind.MOVE:
        return Target(one.id, one.other_address, one.other_country)
    return Target(one.id, one.address, one.country)


def _close(cursor: Cursor, picked: Iterable[Picked]) -> list[Line]:
    ids = [one.id for one in picked]
    cursor.execute("delete from failure where notification_id = any(%s::bigint[])", (integers(ids),))
    return [Line(id_, LineOutcome.CLOSED) for id_ in ids]


def _note(cursor: Cursor, remedy_id: int, lines: Sequence[Line]) -> None:
    parameters = {
        "ids": integers(line.id for line in lines),
        "outcomes": integers(line.outcome for line in lines),
        "new_ids": [line.new_id for line in lines],
        "statuses": [line.was and line.was.status for line in lines],
        "reasons": [line.was and line.was.reason for line in lines],
        "routes": [line.was and line.was.route for line in lines],
        "failed": [line.was and line.was.failed_at for line in lines],
    }
    cursor.execute(NOTE, {**parameters, "remedy": remedy_id})
