"""Before a shipment to persons and organisations starts, their contact points are looked up, chunk by chunk.

A register is asked between two short transactions, for the next chunk while one is stored. Where one does not answer,
the shipment waits and says for whom: nothing is sent on a guess. What was looked up before a long wait is looked up
again.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from app.contacts import looking_up
from app.contacts.answer import RegisterDown
from app.contacts.keeping import KEPT_FOR, Known
from app.contacts.sealing import sealer
from app.db import utcnow
from app.dispatch import addressees
from app.dispatch.addressees import Recipient, Wishes
from app.dispatch.claim import Clock, days_open, lanes
from app.dispatch.transaction import Cursor, transaction
from app.messaging.identity import IdentityKind
from app.messaging.scheme import Scheme, moved_countries
from app.messaging.status import ShipmentStatus
from app.messaging.template import NAME
from app.queue import ring

CHUNK = 5_000
"""Recipients between two commits."""

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

CHUNK_OF = """
select part, row_no, kind, address, coalesce(email, ''), identity, identity_hash from recipient
where order_id = %s and (part, row_no) > (%s, %s) order by part, row_no limit %s
"""

CHUNK_OF_CHOSEN = """
select r.part, r.row_no, r.kind, r.address, coalesce(r.email, ''), r.identity, r.identity_hash
from chosen_recipient as c join recipient as r on r.order_id = %s and r.part = c.part and r.row_no = c.row_no
where c.shipment_id = %s and (c.part, c.row_no) > (%s, %s) order by c.part, c.row_no limit %s
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


@dataclass(slots=True)
class Hold:
    """A shipment that is being looked up, and how far that has come."""

    shipment_id: int
    order_id: int
    scheme: int
    ignores_reservation: bool
    uses_stale: bool
    part: int
    row_no: int
    places: int
    waits_since: datetime | None
    is_chosen: bool
    """It goes to some of its order's recipients only."""
    asks_names: bool
    """Whether its texts hold the recipients' names."""
    moved_to_email: list[str]

    @property
    def wishes(self) -> Wishes:
        """What decides which addresses may be used, and on which channels."""
        return Wishes(
            self.scheme, self.ignores_reservation, self.uses_stale, moved_countries(self.scheme, self.moved_to_email)
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some recipients of the order, with their numbers opened and their registers being asked."""

    recipients: Sequence[Recipient]
    numbers: Mapping[bytes, str]
    """The identity number, by how it is stored."""
    inquiries: Sequence[looking_up.LookUp]
    asked_at: datetime
    is_last: bool

    @property
    def end(self) -> tuple[int, int]:
        """The part and the row of the last of them."""
        return self.recipients[-1].part, self.recipients[-1].row_no


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
            _begin_again(cursor, hold, now)
    return hold


def _begin_again(cursor: Cursor, hold: Hold, now: datetime) -> None:
    """Forget what was looked up before a wait so long that it may have changed."""
    cursor.execute("delete from addressee where shipment_id = %s", (hold.shipment_id,))
    cursor.execute(BEGIN_AGAIN, {"shipment": hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "now": now})
    hold.part, hold.row_no, hold.places = -1, 0, 0


def _look_up(hold: Hold, clock: Clock) -> None:
    """Look up everybody, chunk by chunk; the next is asked for while one is stored. Raise `RegisterDown`."""
    with ThreadPoolExecutor(current_app.config["REGISTER_WINDOW"], thread_name_prefix="register") as pool:
        chunk: Chunk | None = _begin(hold, (hold.part, hold.row_no), pool, clock())
        while chunk is not None:
            answers = _answers(chunk)
            following = None if chunk.is_last else _begin(hold, chunk.end, pool, clock())
            chunk = following if _store(hold, chunk, answers, clock) else None


def _begin(hold: Hold, after: tuple[int, int], pool: Executor, now: datetime) -> Chunk:
    """Read the next recipients, and begin to ask for those who are not known by an address."""
    with transaction() as cursor:
        cursor.execute(*_chunk_of(hold, after), binary=True)
        recipients = [Recipient._make(row) for row in cursor.fetchall()]
        opened = sealer().open
        numbers = {one.identity: opened(one.identity).decode() for one in recipients if one.identity}
        inquiries = [
            looking_up.begin(kind, _hashes(kind, recipients, numbers), now, with_names=hold.asks_names)
            for kind in IdentityKind
        ]
    for inquiry in inquiries:
        inquiry.send(pool)
    return Chunk(recipients, numbers, inquiries, now, len(recipients) < CHUNK)


def _chunk_of(hold: Hold, after: tuple[int, int]) -> tuple[str, tuple[int, ...]]:
    if hold.is_chosen:
        return CHUNK_OF_CHOSEN, (hold.order_id, hold.shipment_id, *after, CHUNK)
    return CHUNK_OF, (hold.order_id, *after, CHUNK)


def _hashes(kind: IdentityKind, recipients: Sequence[Recipient], numbers: Mapping[bytes, str]) -> dict[str, bytes]:
    return {
        numbers[one.identity]: one.identity_hash
        for one in recipients
        if one.kind == kind and one.identity is not None and one.identity_hash is not None
    }


def _answers(chunk: Chunk) -> dict[str, Known]:
    """What the registers say of a chunk, by number; raise `RegisterDown`."""
    for inquiry in chunk.inquiries:
        inquiry.take(chunk.asked_at)
    if any(inquiry.has_fault for inquiry in chunk.inquiries):
        # Only what would have to be asked for again: whoever is stored is not looked up twice.
        with transaction():
            for inquiry in chunk.inquiries:
                inquiry.keep(chunk.asked_at)
    return {number: known for inquiry in chunk.inquiries for number, known in inquiry.answers().items()}


def _store(hold: Hold, chunk: Chunk, answers: Mapping[str, Known], clock: Clock) -> bool:
    """Write a chunk down, and finish with the last; false where the shipment does not stand where it was read."""
    known = [answers[chunk.numbers[one.identity]] if one.identity else None for one in chunk.recipients]
    made = addressees.make(hold.shipment_id, hold.places, chunk.recipients, known, hold.wishes, chunk.asked_at)
    with transaction() as cursor:
        is_ours = not chunk.recipients or _move_on(cursor, hold, chunk, made.last_place, clock())
        if is_ours:
            addressees.copy(cursor, made)
            _note_names(cursor, hold, chunk, known)
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
    part, row_no = chunk.end
    moved = {"part": part, "row": row_no, "places": places, "until": now + LEASE}
    before = {"before_part": hold.part, "before_row": hold.row_no, "registered": ShipmentStatus.REGISTERED}
    cursor.execute(MOVE_ON, {**moved, **before, "shipment": hold.shipment_id})
    hold.part, hold.row_no, hold.places = part, row_no, places
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
