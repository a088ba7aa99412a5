"""Before a shipment to persons and organisations starts, their contact points are looked up, chunk by chunk.

A register is asked between two short transactions: while one chunk is stored, the addressees of the next are made, and
the one after that is asked for. Where a register does not answer, the shipment waits and says for whom: nothing is sent
on a guess. What was looked up before a long wait is looked up again.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app
from flask.ctx import AppContext

from app.contacts.answer import RegisterDown
from app.contacts.keeping import KEPT_FOR, Known
from app.db import utcnow
from app.dispatch import addressees
from app.dispatch.chunks import Chunk, Hold, answers, begun
from app.dispatch.claim import Clock, days_open, lanes
from app.dispatch.transaction import Cursor, transaction
from app.messaging.scheme import Scheme
from app.messaging.status import ShipmentStatus
from app.messaging.template import NAME
from app.queue import ring

LEASE = timedelta(seconds=120)

CLAIM = """
update shipment as h set ask_again_at = %(until)s
from (
    select id from shipment
    where status = %(registered)s and looks_up and looked_up_at is null and requested_send_at <= clock_timestamp()
    and not exists (select from shipment_gate as g where g.shipment_id = shipment.id and g.opened_at is null)
    and (ask_again_at is null or ask_again_at <= %(now)s)
    and (channel <> %(sms)s
        or daytime_only = any(%(lanes)s::boolean[]) and (not daytime_only or days = any(%(days)s::smallint[])))
    order by requested_send_at, id limit 1 for update skip locked
) as d
where h.id = d.id
returning h.id, h.order_id, h.channel, h.ignores_reservation, h.uses_stale, h.looked_part, h.looked_row_no, h.places,
    h.waits_since, exists (select from shipment_gate as g where g.shipment_id = h.id and g.only_undelivered),
    position(%(name)s in concat_ws(' ', h.sms_text, h.email_subject, h.email_text, h.wordings::text)) > 0,
    h.moved_to_email
"""

MOVE_ON = """
update shipment set looked_part = %(part)s, looked_row_no = %(row)s, places = %(places)s, ask_again_at = %(until)s,
    waits_for = '', waits_since = null
where id = %(shipment)s and status = %(registered)s and looked_part = %(before_part)s and looked_row_no = %(before_row)s
"""

COLLAPSE = """
with shared as (
    select channel, lower(address) as address, min(2::bigint * place + half) as first
    from addressee where shipment_id = %(shipment)s and address <> ''
    group by channel, lower(address) having count(*) > 1
)
delete from addressee as a using shared as s
where a.shipment_id = %(shipment)s and a.channel = s.channel and lower(a.address) = s.address
and 2::bigint * a.place + a.half > s.first
"""

NOTE_NAMES = """
update recipient as r set register_name = d.name
from unnest(%s::int[], %s::int[], %s::text[]) as d (part, row_no, name)
where r.order_id = %s and r.part = d.part and r.row_no = d.row_no and r.register_name is distinct from d.name
"""

FINISH = """
update shipment set looked_up_at = %(now)s, ask_again_at = null, shared = %(shared)s
where id = %(shipment)s and status = %(registered)s and looked_up_at is null
"""

WAIT = """
update shipment set waits_for = %(register)s, waits_since = coalesce(waits_since, %(now)s), ask_again_at = %(again)s
where id = %(shipment)s and status = %(registered)s and looked_up_at is null
"""

BEGIN_AGAIN = """
update shipment set looked_part = -1, looked_row_no = 0, places = 0, waits_since = %(now)s
where id = %(shipment)s and status = %(registered)s
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """A chunk, what the registers say of each of it, and the addressees that come of that."""

    chunk: Chunk
    known: Sequence[Known | None]
    made: addressees.Made


def look_up_next(clock: Clock = utcnow) -> bool:
    """Look up everybody of the shipment that is due first; false where none is, or its register does not answer."""
    hold = _claim(clock())
    if hold is None:
        return False
    try:
        _look_up(hold, clock)
    except RegisterDown as fault:
        _wait(hold, fault, clock())
    return True


def _claim(now: datetime) -> Hold | None:
    with transaction() as cursor:
        wanted = {
            "lanes": lanes(now),
            "days": days_open(now),
            "sms": Scheme.SMS,
            "registered": ShipmentStatus.REGISTERED,
            "name": NAME,
        }
        cursor.execute(CLAIM, {**wanted, "now": now, "until": now + LEASE})
        row = cursor.fetchone()
        hold = None if row is None else Hold(*row)
        if hold is not None and hold.waits_since is not None and hold.waits_since < now - KEPT_FOR:
            return _begun_again(cursor, hold, now)
    return hold


def _begun_again(cursor: Cursor, hold: Hold, now: datetime) -> Hold:
    """Forget what was looked up before a wait so long that it may have changed."""
    cursor.execute("delete from addressee where shipment_id = %s", (hold.shipment_id,))
    cursor.execute(BEGIN_AGAIN, {"shipment": hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "now": now})
    return replace(hold, part=-1, row_no=0, places=0)


def _look_up(hold: Hold, clock: Clock) -> None:
    """Look up everybody, chunk by chunk, as long as the shipment stands where it was read; raise `RegisterDown`."""
    window = current_app.config["REGISTER_WINDOW"]
    with _threads("register", window) as pool, _threads("store", 1) as storing:
        places, stored = hold.places, _nothing_to_store()
        try:
            for chunk in begun(hold, pool, clock):
                answered = _answered(hold, places, chunk, answers(chunk))
                if not stored.result():
                    return
                places = answered.made.last_place
                stored = storing.submit(_store, current_app.app_context(), hold, answered, clock)
        except RegisterDown:
            if stored.result():
                raise
        stored.result()


def _nothing_to_store() -> Future[bool]:
    stored: Future[bool] = Future()
    stored.set_result(True)
    return stored


def _threads(name: str, at_most: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(at_most, thread_name_prefix=name)


def _answered(hold: Hold, places: int, chunk: Chunk, told: Mapping[str, Known]) -> Answered:
    known = [told[number] if number else None for number in chunk.numbers]
    made = addressees.make(hold.shipment_id, places, chunk.recipients, known, hold.wishes, chunk.asked_at)
    return Answered(chunk, known, made)


def _store(context: AppContext, hold: Hold, answered: Answered, clock: Clock) -> bool:
    """Write a chunk down, and finish with the last; false where the shipment does not stand where it was read.

    In a thread and with a connection of its own.
    """
    chunk, made = answered.chunk, answered.made
    with context, transaction() as cursor:
        is_ours = not chunk.recipients or _move_on(cursor, hold, chunk, made.last_place, clock())
        if is_ours:
            addressees.copy(cursor, made)
            _note_names(cursor, hold, chunk, answered.known)
        if is_ours and chunk.is_last:
            _finish(cursor, hold, clock())
    return is_ours


def _note_names(cursor: Cursor, hold: Hold, chunk: Chunk, known: Sequence[Known | None]) -> None:
    """Write down the names that the texts ask for, as the registers say them now."""
    if not hold.asks_names:
        return
    named = [(one, told.answer.name) for one, told in zip(chunk.recipients, known, strict=True) if told is not None]
    parts, row_nos = [one.part for one, _ in named], [one.row_no for one, _ in named]
    cursor.execute(NOTE_NAMES, (parts, row_nos, [name for _, name in named], hold.order_id))


def _move_on(cursor: Cursor, hold: Hold, chunk: Chunk, places: int, now: datetime) -> bool:
    (before_part, before_row), (part, row_no) = chunk.after, chunk.end
    moved = {"part": part, "row": row_no, "places": places, "until": now + LEASE}
    before = {"before_part": before_part, "before_row": before_row, "registered": ShipmentStatus.REGISTERED}
    cursor.execute(MOVE_ON, {**moved, **before, "shipment": hold.shipment_id})
    return cursor.rowcount == 1


def _finish(cursor: Cursor, hold: Hold, now: datetime) -> None:
    """Let addresses that two recipients have get one notification, and the shipment start."""
    facts = {"shipment": hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "now": now}
    # The rows are too new for statistics, and the planner would compare each with each.
    cursor.execute("set local enable_nestloop = off")
    cursor.execute(COLLAPSE, facts)
    cursor.execute(FINISH, {**facts, "shared": cursor.rowcount})
    ring("dispatch", "app.dispatch.jobs.start")


def _wait(hold: Hold, fault: RegisterDown, now: datetime) -> None:
    again = now + timedelta(seconds=float(current_app.config["REGISTER_PAUSE_S"]))
    facts = {"shipment": hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "now": now}
    with transaction() as cursor:
        cursor.execute(WAIT, {**facts, "register": fault.register, "again": again})
