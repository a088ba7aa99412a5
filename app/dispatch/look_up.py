"""Before a shipment to persons and organisations starts, their contact points are looked up, chunk by chunk.

A register is asked between two short transactions: while one chunk is stored, the addressees of the next are made, and
the one after that is asked for. Where a register does not answer, the shipment waits and says for whom: nothing is sent
on a guess. What was looked up before a long wait is looked up again.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import current_app
from flask.ctx import AppContext

from app.contacts.answer import RegisterDown
from app.contacts.keeping import Known
from app.db import utcnow
from app.dispatch import addressees, chunks
from app.dispatch.asked import Asked, answers, begin
from app.dispatch.chunks import Chunk, Hold
from app.dispatch.claim import Clock
from app.dispatch.taking import take
from app.dispatch.transaction import Cursor, transaction
from app.messaging.status import ShipmentStatus
from app.queue import ring

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
update shipment set looked_up_at = %(now)s, ask_again_at = null, register_due_at = null, shared = %(shared)s
where id = %(shipment)s and status = %(registered)s and looked_up_at is null
"""


def look_up_due(
    clock: Clock = utcnow, *, at_most_s: float = math.inf, call_colleague: Callable[[], None] = lambda: None
) -> bool:
    """Look up chunk after chunk, beginning none after so many seconds; tell whether some may be left.

    A colleague is called when there is more than one.
    """
    end, window = time.monotonic() + at_most_s, current_app.config["REGISTER_WINDOW"]
    with _threads("register", window) as pool, _threads("store", 1) as storing:
        run = _Run(clock, end, pool, storing)
        for number, (asked, is_alone) in enumerate(run.chunks()):
            if number == 0 and not is_alone:
                call_colleague()
            run.answer(asked)
    return time.monotonic() >= end


def _threads(name: str, at_most: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(at_most, thread_name_prefix=name)


class _Run:
    """One worker's way through chunks: of each the registers are asked while the one before is made and stored."""

    def __init__(self, clock: Clock, end: float, pool: Executor, storing: Executor) -> None:
        self._clock, self._end, self._pool, self._storing = clock, end, pool, storing
        self._stored: Future[None] | None = None

    def chunks(self) -> Iterator[tuple[Asked, bool]]:
        """Chunks whose registers are being asked, each for `answer`, and whether no other has been begun yet.

        A fault in one does not keep the one before from being stored.
        """
        asked = self._begin()
        while asked is not None:
            try:
                following = self._begin()
            except Exception:
                yield asked, True
                self._await_stored()
                raise
            yield asked, following is None
            if following is None:
                # There may be something to do only when all have been stored.
                self._await_stored()
                following = self._begin()
            asked = following

    def _begin(self) -> Asked | None:
        chunk = take(self._clock()) if time.monotonic() < self._end else None
        return None if chunk is None else begin(chunk, self._pool, self._clock())

    def answer(self, asked: Asked) -> None:
        """Make a chunk's addressees of what the registers answer, and begin to store them."""
        chunk = asked.chunk
        try:
            known = answers(asked)
        except RegisterDown as fault:
            self._await_stored()
            pause = timedelta(seconds=float(current_app.config["REGISTER_PAUSE_S"]))
            chunks.wait(chunk, fault, self._clock(), self._clock() + pause)
            return
        made, before = _lines(asked, known), self._stored
        self._stored = self._storing.submit(_store, current_app.app_context(), chunk, made, known, self._clock)
        if before is not None:
            before.result()

    def _await_stored(self) -> None:
        """Raise what storing the chunk before raised."""
        if self._stored is not None:
            self._stored.result()


def _lines(asked: Asked, known: Sequence[Known | None]) -> list[str]:
    """The addressees of a chunk; none where it turns out that it is not wanted any more."""
    chunk = asked.chunk
    people = addressees.reached(chunk.recipients, known, chunk.hold.wishes, asked.asked_at)
    wanted, places = sum(one.places for one in people), chunk.places
    if wanted > len(people):
        more = chunks.more_places(chunk, wanted)
        if more is None:
            return []
        places = more
    return addressees.lines(chunk.hold.shipment_id, places, people)


def _store(context: AppContext, chunk: Chunk, made: Sequence[str], known: Sequence[Known | None], clock: Clock) -> None:
    """Write a chunk down, and close the look-up with the last; in a thread and with a connection of its own."""
    with context, transaction() as cursor:
        if not chunks.stored(cursor, chunk):
            return
        addressees.copy(cursor, made)
        _note_names(cursor, chunk, known)
        if chunk.is_last and not chunks.are_in_hand(cursor, chunk.hold):
            _close(cursor, chunk.hold, clock())


def _note_names(cursor: Cursor, chunk: Chunk, known: Sequence[Known | None]) -> None:
    """Write down the names that the texts ask for, as the registers say them now."""
    if not chunk.hold.asks_names:
        return
    named = [(one, told.answer.name) for one, told in zip(chunk.recipients, known, strict=True) if told is not None]
    parts, row_nos = [one.part for one, _ in named], [one.row_no for one, _ in named]
    cursor.execute(NOTE_NAMES, (parts, row_nos, [name for _, name in named], chunk.hold.order_id))


def _close(cursor: Cursor, hold: Hold, now: datetime) -> None:
    """Let addresses that two recipients have get one notification, and the shipment start."""
    facts = {"shipment": hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "now": now}
    # The rows are too new for statistics, and the planner would compare each with each.
    cursor.execute("set local enable_nestloop = off")
    cursor.execute(COLLAPSE, facts)
    cursor.execute(FINISH, {**facts, "shared": cursor.rowcount})
    ring("dispatch", "app.dispatch.jobs.start")
