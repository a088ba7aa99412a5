"""The check before sending: what every recipient's message weighs, counted by country.

Its steps are generators that pause where the work so far can be committed: a job commits there, a view at the end.
A check looks at one revision of a draft; when the draft has changed meanwhile, what it found is thrown away.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db, driver_cursor, utcnow, without_sorting
from app.messaging.scheme import moved_countries
from app.orders import contents, reach, weighing
from app.orders.models import CheckLine, Intake, IntakeStatus, Order, OrderCheck, Recipient, RefusedRow
from app.orders.weighing import FLAWED_REMINDER, Chain, Tally
from app.queue import ring

CHUNK = 10_000
"""Recipients between two pauses."""

INLINE_LIMIT = 2_000
"""So many recipients are checked while the person waits for the page; more by a worker."""

LEASE = timedelta(seconds=60)
FLAWS = ("text_empty", "subject_empty", "text_too_long", FLAWED_REMINDER)
"""The reasons for which the check leaves a row out."""

_CHUNK_OF_PART = """
    select r.row_no, r.country, case when r.kind < 3 then r.kind when r.address <> '' then 1
        when r.email is not null then 2 else r.kind end, r.email is not null, r.repeats, r.values,
        r.kind, r.register_name, case when r.kind = 4 then r.identity end, case when r.kind = 4 then array(
            select a.country from further_address a
            where a.order_id = r.order_id and a.part = r.part and a.row_no = r.row_no
        ) end
    from recipient r
    left join refused_row f on f.order_id = r.order_id and f.part = r.part and f.row_no = r.row_no
    where r.order_id = %s and r.part = %s and r.row_no > %s and f.row_no is null
    order by r.row_no limit %s
"""
_AT_ONCE = """
    select r.country, case when r.kind < 3 then r.kind when r.address <> '' then 1
        when r.email is not null then 2 else r.kind end, r.email is not null, r.repeats, count(*)
    from recipient r
    left join refused_row f on f.order_id = r.order_id and f.part = r.part and f.row_no = r.row_no
    where r.order_id = %s and f.row_no is null group by 1, 2, 3, 4
"""
_FURTHER = """
    select a.country, r.email is not null, count(*) from further_address a
    join recipient r on r.order_id = a.order_id and r.part = a.part and r.row_no = a.row_no
    left join refused_row f on f.order_id = a.order_id and f.part = a.part and f.row_no = a.row_no
    where a.order_id = %s and f.row_no is null group by 1, 2
"""
# Persons and organisations count as what has been looked up of them: a phone number, an e-mail address, or nothing.
_LEAVE_OUT = """
    insert into refused_row (order_id, part, row_no, value, reason)
    select r.order_id, r.part, r.row_no, r.address, f.reason
    from unnest(%s::int[], %s::text[]) as f (row_no, reason)
    join recipient r on r.order_id = %s and r.part = %s and r.row_no = f.row_no
    on conflict do nothing
"""


def ask(order_id: int) -> None:
    """Have the draft's current revision checked: at once where it is short, else by a worker, once all files are read.

    Asking again for a revision that is being checked, or has been, changes nothing.
    """
    revision = _begin(order_id)
    if revision is None or _has_unread(order_id):
        return
    if _is_short(order_id) and not reach.is_needed(order_id):
        for _ in steps(order_id, revision):
            pass
        return
    ring("intake", "app.orders.jobs.check", order_id, revision)


def look_up_again(order_id: int) -> None:
    """Check a draft anew although it stands as it was checked, since the registers may say something else by now."""
    db.session.execute(delete(OrderCheck).where(OrderCheck.order_id == order_id))
    db.session.execute(update(Order).where(Order.id == order_id).values(checked_revision=None))
    ask(order_id)


def ask_again(order_id: int) -> None:
    """After the recipients changed, renew a check that was asked for and has not ended."""
    waiting = select(OrderCheck.order_id).where(OrderCheck.order_id == order_id, OrderCheck.ended_at.is_(None))
    if db.session.scalar(waiting) is not None:
        ask(order_id)


def steps(order_id: int, revision: int) -> Iterator[None]:
    """Check one revision; pauses where what was done may be committed.

    Ends early where another worker has it, or where the draft has changed meanwhile.
    """
    draft = db.session.get(Order, order_id)
    if draft is None or draft.revision != revision or not _claim(order_id, revision):
        return
    yield
    for is_mine in reach.steps(draft, revision):
        if not is_mine:
            return
        yield
    chain = weighing.chain_of(draft)
    tally = Tally.of(chain)
    is_filled = weighing.has_placeholders(chain)
    work = _row_by_row(draft, revision, chain, tally) if is_filled else _at_once(draft, chain, tally)
    for is_mine in work:
        if not is_mine:
            return
        yield
    _finish(order_id, revision, tally)
    yield


def _begin(order_id: int) -> int | None:
    """Note that the current revision is to be checked, and return it; None where that is done already."""
    draft = db.session.get_one(Order, order_id)
    fresh = {"total": 0, "done": 0, "left_out": 0, "empty_values": [], "lease_until": None, "ended_at": None}
    wanted = insert(OrderCheck).values(order_id=order_id, revision=draft.revision)
    stale = OrderCheck.revision != draft.revision
    noted = wanted.on_conflict_do_update(
        index_elements=[OrderCheck.order_id], set_={"revision": draft.revision, **fresh}, where=stale
    )
    db.session.execute(noted)
    unclaimed = select(OrderCheck.revision).where(OrderCheck.order_id == order_id, *_unclaimed())
    return db.session.scalar(unclaimed)


def _unclaimed() -> tuple[Any, ...]:
    is_free = or_(OrderCheck.lease_until.is_(None), OrderCheck.lease_until < func.clock_timestamp())
    return OrderCheck.ended_at.is_(None), is_free


def _claim(order_id: int, revision: int) -> bool:
    """Take the check for a while; False where it is not to be had."""
    claim = update(OrderCheck).where(OrderCheck.order_id == order_id, OrderCheck.revision == revision, *_unclaimed())
    count = select(func.coalesce(func.sum(Intake.valid), 0)).where(Intake.order_id == order_id).scalar_subquery()
    taken = claim.values(total=count, done=0, lease_until=utcnow() + LEASE).returning(OrderCheck.order_id)
    if _has_unread(order_id) or db.session.scalar(taken) is None:
        return False
    db.session.execute(delete(RefusedRow).where(RefusedRow.order_id == order_id, RefusedRow.reason.in_(FLAWS)))
    return True


def _has_unread(order_id: int) -> bool:
    unread = Intake.status.in_((IntakeStatus.WAITING, IntakeStatus.READING))
    return db.session.scalar(select(Intake.id).where(Intake.order_id == order_id, unread).limit(1)) is not None


def _is_short(order_id: int) -> bool:
    """Whether it can be done while the person waits: few recipients, or nothing to fill, which one statement counts."""
    if not weighing.has_placeholders(weighing.chain_of(db.session.get_one(Order, order_id))):
        return True
    rows = select(Recipient.row_no).where(Recipient.order_id == order_id).limit(INLINE_LIMIT + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(rows)) or 0) <= INLINE_LIMIT


def _at_once(draft: Order, chain: Chain, tally: Tally) -> Iterator[bool]:
    cursor = driver_cursor()
    rows, further = (cursor.execute(asked, (draft.id,)).fetchall() for asked in (_AT_ONCE, _FURTHER))
    weighing.weigh_alike(chain, moved_countries(draft.channel, draft.moved_to_email), rows, further, tally)
    yield True


def _row_by_row(draft: Order, revision: int, chain: Chain, tally: Tally) -> Iterator[bool]:
    """Fill and weigh every recipient's messages, a chunk at a time; yields False where the check was taken away."""
    order_id, moved = draft.id, moved_countries(draft.channel, draft.moved_to_email)
    for part, columns in _parts(order_id):
        if weighing.is_missing(chain, columns):
            continue
        after = -1
        while rows := _chunk(order_id, part, after):
            after = rows[-1][0]
            flaws = weighing.weigh_rows(chain, moved, part, columns, rows, tally)
            yield _note(order_id, revision, tally)
            _leave_out(order_id, part, flaws)


def _chunk(order_id: int, part: int, after: int) -> list[tuple[Any, ...]]:
    with without_sorting(driver_cursor()) as cursor:
        return cursor.execute(_CHUNK_OF_PART, (order_id, part, after, CHUNK), binary=True).fetchall()


def _parts(order_id: int) -> Sequence[tuple[int, list[str]]]:
    found = select(Intake.part, Intake.columns).where(Intake.order_id == order_id, Intake.valid > 0)
    return [(part, columns) for part, columns in db.session.execute(found.order_by(Intake.part))]


def _note(order_id: int, revision: int, tally: Tally) -> bool:
    """Write down how far the check has come and keep it; False where it is this worker's no longer."""
    mine = (OrderCheck.order_id == order_id, OrderCheck.revision == revision, OrderCheck.ended_at.is_(None))
    progress = update(OrderCheck).where(*mine).values(done=tally.done, lease_until=utcnow() + LEASE)
    return db.session.scalar(progress.returning(OrderCheck.order_id)) is not None


def _leave_out(order_id: int, part: int, flaws: Sequence[tuple[int, str]]) -> None:
    if flaws:
        row_nos, reasons = [row_no for row_no, _ in flaws], [reason for _, reason in flaws]
        driver_cursor().execute(_LEAVE_OUT, (row_nos, reasons, order_id, part))


def _finish(order_id: int, revision: int, tally: Tally) -> None:
    """Put what was found beside the draft, if it still stands at the revision that was looked at."""
    current = (Order.id == order_id, Order.revision == revision, Order.placed_at.is_(None))
    checked = update(Order).where(*current).values(checked_revision=revision).returning(Order.id)
    if db.session.scalar(checked) is None:
        return
    db.session.execute(delete(CheckLine).where(CheckLine.order_id == order_id))
    _add_lines(order_id, tally)
    contents.forget(order_id)
    for no, counted in tally.shipments.items():
        counted.contents.store(order_id, no)
    ended = update(OrderCheck).where(OrderCheck.order_id == order_id, OrderCheck.revision == revision)
    found = {"done": tally.done, "left_out": tally.left_out, "empty_values": tally.empty_values}
    found |= {"without_phone": tally.without_phone, "without_email": tally.without_email}
    found |= {"in_other_language": tally.in_other_language, **_heaviest(tally)}
    db.session.execute(ended.values(**found, ended_at=utcnow(), lease_until=None))


def _heaviest(tally: Tally) -> dict[str, int | None]:
    segments, part, row_no = tally.heaviest
    return {"heaviest_part": part if segments else None, "heaviest_row_no": row_no if segments else None}


def _add_lines(order_id: int, tally: Tally) -> None:
    lines = [
        {"order_id": order_id, "reminder": no, "country": country, "segments": segments, "recipients": recipients}
        for no, counted in tally.shipments.items()
        for (country, segments), recipients in counted.recipients.items()
    ]
    if lines:
        db.session.execute(insert(CheckLine), lines)
