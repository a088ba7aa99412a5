"""The check before sending: what every recipient's message weighs, counted by country.

Its steps are generators that pause where the work so far can be committed: a job commits there, a view at the end.
A check looks at one revision of a draft; when the draft has changed meanwhile, what it found is thrown away.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db, driver_cursor, utcnow
from app.messaging import urls
from app.messaging.scheme import ways
from app.messaging.status import Channel
from app.messaging.template import normalise
from app.orders import contents, message, reach
from app.orders.addressing import known
from app.orders.contents import Contents
from app.orders.models import CheckLine, Intake, IntakeStatus, Order, OrderCheck, Recipient, RecipientKind, RefusedRow
from app.queue import ring

CHUNK = 10_000
"""Recipients between two pauses."""

INLINE_LIMIT = 2_000
"""So many recipients are checked while the person waits for the page; more by a worker."""

LEASE = timedelta(seconds=60)
FLAWS = ("text_empty", "subject_empty", "text_too_long")
"""The reasons for which the check leaves a row out."""

_CHUNK_OF_PART = """
    select r.row_no, r.country, case when r.kind < 3 then r.kind when r.address <> '' then 1
        when r.email is not null then 2 else r.kind end, r.email is not null, r.repeats, r.values
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
# Persons and organisations count as what has been looked up of them: a phone number, an e-mail address, or nothing.
_LEAVE_OUT = """
    insert into refused_row (order_id, part, row_no, value, reason)
    select r.order_id, r.part, r.row_no, r.address, f.reason
    from unnest(%s::int[], %s::text[]) as f (row_no, reason)
    join recipient r on r.order_id = %s and r.part = %s and r.row_no = f.row_no
    on conflict do nothing
"""


Row = tuple[int, str, int, bool, int | None, list[str] | None]
"""Row number, country, kind, whether there is an e-mail beside, the channel that it repeats, and values."""


@dataclass
class Tally:
    """What a check has found so far."""

    empty_values: list[int]
    recipients: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By country and segments; of e-mails without either."""
    contents: Contents = field(default_factory=Contents)
    """Of the SMS."""
    without_phone: int = 0
    without_email: int = 0
    left_out: int = 0
    done: int = 0

    def add(self, country: str, kind: int, has_email: bool, weights: Mapping[Channel, int], times: int = 1) -> None:
        """Count recipients who are alike, with the segments of their message on each channel."""
        for channel, segments in weights.items():
            self.recipients[country if channel is Channel.SMS else "", segments] += times
        self.without_phone += times * (kind == RecipientKind.EMAIL)
        self.without_email += times * (kind == RecipientKind.PHONE and not has_email)


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
    tally = Tally([0] * len(message.placeholders(draft)))
    work = _row_by_row(draft, revision, tally) if message.placeholders(draft) else _at_once(draft, tally)
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
    if not message.placeholders(db.session.get_one(Order, order_id)):
        return True
    rows = select(Recipient.row_no).where(Recipient.order_id == order_id).limit(INLINE_LIMIT + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(rows)) or 0) <= INLINE_LIMIT


def _at_once(draft: Order, tally: Tally) -> Iterator[bool]:
    """Count all recipients of texts without placeholders: one message of each channel, weighed once."""
    segments = {
        channel: message.weigh(message.Message(*message.subject_and_text(one)), channel).segments
        for channel, one in message.by_channel(draft).items()
    }
    hosts = urls.hosts(draft.sms_text)
    for country, kind, has_email, repeats, recipients in driver_cursor().execute(_AT_ONCE, (draft.id,)):
        taken = _ways(draft, kind, has_email, repeats)
        tally.add(country, kind, has_email, {channel: segments[channel] for channel in taken}, recipients)
        if Channel.SMS in taken:
            tally.contents.add(country, hosts, recipients, segments[Channel.SMS] * recipients)
        tally.done += recipients
    yield True


def _row_by_row(draft: Order, revision: int, tally: Tally) -> Iterator[bool]:
    """Fill and weigh every recipient's message, a chunk at a time; yields False where the check was taken away."""
    order_id = draft.id
    for part, columns in _parts(order_id):
        if message.missing(draft, columns):
            continue
        after = -1
        while rows := driver_cursor().execute(_CHUNK_OF_PART, (order_id, part, after, CHUNK), binary=True).fetchall():
            after = rows[-1][0]
            flaws = _weigh(draft, columns, rows, tally)
            yield _note(order_id, revision, tally)
            _leave_out(order_id, part, flaws)


def _ways(draft: Order, kind: int, has_email: bool, repeats: int | None) -> list[Channel]:
    """The channels on which a recipient gets a message, as far as is known now."""
    having = known(kind, has_email)
    return [channel for channel in ways(draft.channel, having, repeats) if channel in having]


def _parts(order_id: int) -> Sequence[tuple[int, list[str]]]:
    found = select(Intake.part, Intake.columns).where(Intake.order_id == order_id, Intake.valid > 0)
    return [(part, columns) for part, columns in db.session.execute(found.order_by(Intake.part))]


def _weigh(draft: Order, columns: Sequence[str], rows: Sequence[Row], tally: Tally) -> list[tuple[int, str]]:
    """Add a chunk to the tally and return the rows that cannot be sent, with the reason."""
    texts = message.by_channel(draft)
    compose = {channel: message.composer(one, columns) for channel, one in texts.items()}
    hosts_of = message.hosts_finder(texts[Channel.SMS], columns) if Channel.SMS in texts else None
    positions = _positions(message.placeholders(draft), columns)
    flaws = []
    for row_no, country, kind, has_email, repeats, values in rows:
        cells = values or ()
        for index, position in enumerate(positions):
            tally.empty_values[index] += not (cells[position] or "").strip()
        taken = _ways(draft, kind, has_email, repeats)
        filled = {channel: compose[channel](cells) for channel in taken}
        weights = {channel: message.weigh(filled[channel], channel) for channel in taken}
        flaw = next((weight.flaw for weight in weights.values() if weight.flaw), None)
        if flaw:
            flaws.append((row_no, flaw))
            continue
        tally.add(country, kind, has_email, {channel: weights[channel].segments for channel in taken})
        if hosts_of and Channel.SMS in taken:
            hosts = hosts_of(cells, filled[Channel.SMS].text)
            tally.contents.add(country, hosts, 1, weights[Channel.SMS].segments)
    tally.left_out += len(flaws)
    tally.done += len(rows)
    return flaws


def _positions(names: Sequence[str], columns: Sequence[str]) -> list[int]:
    known = [normalise(column) for column in columns]
    return [known.index(normalise(name)) for name in names]


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
    tally.contents.store(order_id)
    ended = update(OrderCheck).where(OrderCheck.order_id == order_id, OrderCheck.revision == revision)
    found = {"done": tally.done, "left_out": tally.left_out, "empty_values": tally.empty_values}
    found |= {"without_phone": tally.without_phone, "without_email": tally.without_email}
    db.session.execute(ended.values(**found, ended_at=utcnow(), lease_until=None))


def _add_lines(order_id: int, tally: Tally) -> None:
    lines = [
        {"order_id": order_id, "country": country, "segments": segments, "recipients": recipients}
        for (country, segments), recipients in tally.recipients.items()
    ]
    if lines:
        db.session.execute(insert(CheckLine), lines)
