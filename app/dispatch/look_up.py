"""Before a shipment to persons and organisations starts, their contact points are looked up, chunk by chunk.

A register is asked between two short transactions. Where one does not answer, the shipment waits and says for whom:
nothing is sent on a guess. What was looked up before a long wait is looked up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from psycopg.types.json import Jsonb

from app.contacts import looking_up
from app.contacts.answer import RegisterDown
from app.contacts.choosing import Usable, usable
from app.contacts.keeping import KEPT_FOR, Known
from app.contacts.sealing import sealer
from app.db import utcnow
from app.dispatch.addressing import Way, ways
from app.dispatch.claim import Clock, days_open, lanes
from app.dispatch.transaction import Cursor, transaction
from app.messaging.identity import IdentityKind
from app.messaging.scheme import Scheme
from app.messaging.status import ShipmentStatus
from app.orders.models import RecipientKind
from app.queue import ring

CHUNK = 5_000
"""Recipients between two commits."""

LEASE = timedelta(seconds=120)

CLAIM = """
update shipment as h set ask_again_at = %(until)s
from (
    select id from shipment
    where status = %(registered)s and looks_up and looked_up_at is null and requested_send_at <= clock_timestamp()
    and (ask_again_at is null or ask_again_at <= %(now)s)
    and (channel <> %(sms)s
        or daytime_only = any(%(lanes)s::boolean[]) and (not daytime_only or days = any(%(days)s::smallint[])))
    order by requested_send_at, id limit 1 for update skip locked
) as d
where h.id = d.id
returning h.id, h.order_id, h.channel, h.ignores_reservation, h.uses_stale, h.looked_part, h.looked_row_no, h.places,
    h.waits_since
"""

CHUNK_OF = """
select part, row_no, kind, address, coalesce(email, ''), identity, identity_hash from recipient
where order_id = %s and (part, row_no) > (%s, %s) order by part, row_no limit %s
"""

MOVE_ON = """
update shipment set looked_part = %(part)s, looked_row_no = %(row)s, places = %(places)s, ask_again_at = %(until)s,
    waits_for = '', waits_since = null
where id = %(shipment)s and status = %(registered)s and looked_part = %(before_part)s and looked_row_no = %(before_row)s
"""

COPY = """
copy addressee (shipment_id, place, half, part, row_no, channel, address, country, status, other_address, other_country,
    register_answer) from stdin (format binary)
"""
_TYPES = ("int8", "int4", "int2", "int2", "int4", "int2", "text", "text", "int2", "text", "text", "jsonb")

COLLAPSE = """
delete from addressee as a using (
    select place, half, row_number() over (partition by channel, lower(address) order by place, half) as n
    from addressee where shipment_id = %(shipment)s and address <> ''
) as seen
where a.shipment_id = %(shipment)s and a.place = seen.place and a.half = seen.half and seen.n > 1
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


class Recipient(NamedTuple):
    """One recipient of the order, as it was read."""

    part: int
    row_no: int
    kind: int
    address: str
    email: str
    identity: bytes | None
    identity_hash: bytes | None


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


def look_up_next(clock: Clock = utcnow) -> bool:
    """Look up everybody of the shipment that is due first; false where none is, or its register does not answer."""
    hold = _claim(clock())
    if hold is None:
        return False
    try:
        while _look_up_chunk(hold, clock):
            pass
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


def _look_up_chunk(hold: Hold, clock: Clock) -> bool:
    """Look up the next recipients and store what comes of them; false when that was the last, or it is ours no more."""
    now = clock()
    with transaction() as cursor:
        cursor.execute(CHUNK_OF, (hold.order_id, hold.part, hold.row_no, CHUNK), binary=True)
        chunk = [Recipient._make(row) for row in cursor.fetchall()]
        numbers = {one.identity: sealer().open(one.identity).decode() for one in chunk if one.identity}
        asked = [_begin(kind, chunk, numbers, now) for kind in IdentityKind]
    for inquiry in asked:
        inquiry.ask(now)
    if any(inquiry.has_fault for inquiry in asked):
        # Only what would have to be asked for again: whoever is stored below is not looked up twice.
        with transaction():
            for inquiry in asked:
                inquiry.keep(now)
    answers = {**asked[0].answers(), **asked[1].answers()}
    is_last = len(chunk) < CHUNK
    with transaction() as cursor:
        is_ours = _store(cursor, hold, chunk, _rows(hold, chunk, numbers, answers, now), clock())
        if is_ours and is_last:
            _finish(cursor, hold, clock())
    return is_ours and not is_last


def _begin(
    kind: IdentityKind, chunk: Sequence[Recipient], numbers: dict[bytes, str], now: datetime
) -> looking_up.LookUp:
    hashes = {
        numbers[one.identity]: one.identity_hash
        for one in chunk
        if one.kind == kind and one.identity is not None and one.identity_hash is not None
    }
    return looking_up.begin(kind, hashes, now)


def _rows(
    hold: Hold, chunk: Sequence[Recipient], numbers: dict[bytes, str], answers: dict[str, Known], now: datetime
) -> list[tuple[Any, ...]]:
    """Make the addressees of a chunk, and move the places on."""
    rows: list[tuple[Any, ...]] = []
    for one in chunk:
        known = answers[numbers[one.identity]] if one.identity is not None else None
        reach = _own(one) if known is None else _of_register(hold, known, now)
        answer = None if known is None else Jsonb(told(known, reach, hold.scheme))
        found = ways(hold.scheme, reach)
        rows += [_row(hold, one, way, answer) for way in found]
        hold.places += max(way.place for way in found)
    return rows


def _own(one: Recipient) -> Usable:
    """The addresses by which a recipient was given."""
    if one.kind == RecipientKind.EMAIL:
        return Usable((one.address,))
    return Usable((one.email,) if one.email else (), (one.address,) if one.address else ())


def _of_register(hold: Hold, known: Known, now: datetime) -> Usable:
    return usable(known.answer, now, ignores_reservation=hold.ignores_reservation, uses_stale=hold.uses_stale)


def told(known: Known, reach: Usable, scheme: int) -> dict[str, Any]:
    """What is kept of a register's answer: which, when, what about the person, but no address."""
    answer = known.answer
    return {
        "register": known.register,
        "answered_at": known.answered_at.isoformat(),
        "standing": answer.standing.value,
        "emails": len(answer.emails),
        "phones": len(answer.phones),
        "email_confirmed_at": _written(answer.email_confirmed_at),
        "phone_confirmed_at": _written(answer.phone_confirmed_at),
        "is_reserved": answer.is_reserved,
        "language": answer.language,
        "why_not": reach.why_not(scheme),
    }


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _row(hold: Hold, one: Recipient, way: Way, answer: Jsonb | None) -> tuple[Any, ...]:
    place = hold.places + way.place
    head = (hold.shipment_id, place, way.half, one.part, one.row_no, int(way.channel), way.address, way.country)
    return (*head, int(way.status), way.other, way.other_country, answer)


def _store(
    cursor: Cursor, hold: Hold, chunk: Sequence[Recipient], rows: Sequence[tuple[Any, ...]], now: datetime
) -> bool:
    """Write a chunk down if the shipment still stands where it was read; false where it does not."""
    if not chunk:
        return True
    last = chunk[-1]
    moved = {"part": last.part, "row": last.row_no, "places": hold.places, "until": now + LEASE}
    before = {"before_part": hold.part, "before_row": hold.row_no, "registered": ShipmentStatus.REGISTERED}
    cursor.execute(MOVE_ON, {**moved, **before, "shipment": hold.shipment_id})
    if cursor.rowcount == 0:
        return False
    with cursor.copy(COPY) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            copy.write_row(row)
    hold.part, hold.row_no = last.part, last.row_no
    return True


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
