"""A worker takes a chunk of a shipment that looks people up: the next, or one of a worker that is gone."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import starmap

from app.contacts.keeping import KEPT_FOR
from app.db import without_sorting
from app.dispatch.addressees import Recipient
from app.dispatch.chunks import Chunk, Hold, are_in_hand
from app.dispatch.claim import days_open, lanes
from app.dispatch.transaction import Cursor, redoable_transaction
from app.messaging.template import NAME

CHUNK = 5_000
"""Recipients between two commits."""

LEASE = timedelta(seconds=120)

_CANDIDATES = 20
"""Shipments among which the one that fewest are at is chosen."""

TO_LOOK_UP = """
h.status = 0 and h.looks_up and h.looked_up_at is null and h.requested_send_at <= clock_timestamp()
and not exists (select from shipment_gate as g where g.shipment_id = h.id and g.opened_at is null)
and (h.waits_for = '' or coalesce(h.register_due_at, h.ask_again_at) <= %(now)s)
and (h.channel <> 2
    or h.daytime_only = any(%(lanes)s::boolean[]) and (not h.daytime_only or h.days = any(%(days)s::smallint[])))
"""

PICK = """
select id from (
    select h.id, h.requested_send_at from shipment as h
    where to_look_up and h.id <> all(%(passed)s::bigint[]) and (
        not h.looked_to_end
        or coalesce((select min(c.until) from look_up_chunk as c where c.shipment_id = h.id), %(now)s) <= %(now)s
    )
    order by h.requested_send_at, h.id limit %(candidates)s
) as h
order by (
    select count(*) from look_up_chunk as c where c.shipment_id = h.id and c.until > %(now)s
), requested_send_at, id
limit 1
""".replace("to_look_up", TO_LOOK_UP)
# The one that fewest are at, so that a small one does not wait for a big one.

HOLD = """
select id, order_id, channel, ignores_reservation, uses_stale, moved_to_email, looked_part, looked_row_no,
    looked_to_end, places, waits_since,
    exists (select from shipment_gate as g where g.shipment_id = h.id and g.only_undelivered),
    position(%(name)s in concat_ws(' ', h.sms_text, h.email_subject, h.email_text, h.wordings::text)) > 0
from shipment as h
where id = %(shipment)s and status = 0 and looked_up_at is null
and (waits_for = '' or coalesce(register_due_at, ask_again_at) <= %(now)s)
for update
"""
# Whoever is just taking from it is waited for, as a worker that passed it over would find nothing and go. What they
# have taken, only the next statement sees.

TAKE_OVER = """
update look_up_chunk set until = %(until)s where id = (
    select id from look_up_chunk where shipment_id = %(shipment)s and until <= %(now)s
    order by id limit 1 for update skip locked
) returning id, part, row_no, recipients, places
"""

TAKE = """
insert into look_up_chunk (shipment_id, part, row_no, recipients, places, until)
values (%(shipment)s, %(part)s, %(row)s, %(recipients)s, %(places)s, %(until)s) returning id
"""

MOVE_ON = """
update shipment set looked_part = %(part)s, looked_row_no = %(row)s, looked_to_end = %(to_end)s,
    places = places + %(recipients)s
where id = %(shipment)s
"""

KEEP = """
update shipment set register_due_at = %(until)s, ask_again_at = timestamptz '2999-01-01Z' where id = %(shipment)s
"""
# While a register is waited for, one worker asks it and the others do not. Workers of the version before, who take a
# shipment as a whole from where `looked_row_no` stands, go by `ask_again_at`: they must never take this one.

RECIPIENTS = """
select part, row_no, kind, address, coalesce(email, ''), identity, identity_hash from recipient
where order_id = %s and (part, row_no) > (%s, %s) order by part, row_no limit %s
"""

CHOSEN_RECIPIENTS = """
select r.part, r.row_no, r.kind, r.address, coalesce(r.email, ''), r.identity, r.identity_hash
from chosen_recipient as c join recipient as r on r.order_id = %s and r.part = c.part and r.row_no = c.row_no
where c.shipment_id = %s and (c.part, c.row_no) > (%s, %s) order by c.part, c.row_no limit %s
"""

FORGET = "delete from look_up_chunk where shipment_id = %s"

BEGIN_AGAIN = """
update shipment set looked_part = -1, looked_row_no = 0, looked_to_end = false, places = 0, waits_since = %(now)s
where id = %(shipment)s
"""


def take(now: datetime) -> Chunk | None:
    """Take a chunk of the shipment that fewest are at; None where there is nothing to look up just now."""
    passed: list[int] = []
    while True:
        with redoable_transaction() as cursor:
            shipment_id = _pick(cursor, now, passed)
            chunk = None if shipment_id is None else _of(cursor, shipment_id, now)
        if chunk is not None or shipment_id is None:
            return chunk
        passed.append(shipment_id)


def _pick(cursor: Cursor, now: datetime, passed: list[int]) -> int | None:
    which = {"lanes": lanes(now), "days": days_open(now), "now": now, "passed": passed}
    cursor.execute(PICK, {**which, "candidates": _CANDIDATES})
    row = cursor.fetchone()
    return row[0] if row else None


def _of(cursor: Cursor, shipment_id: int, now: datetime) -> Chunk | None:
    """A chunk of one shipment; None where others have taken meanwhile what there was."""
    row = cursor.execute(HOLD, {"shipment": shipment_id, "now": now, "name": NAME}).fetchone()
    if row is None:
        return None
    hold = Hold(*row)
    if hold.waits_since is not None and hold.waits_since < now - KEPT_FOR:
        hold = _begun_again(cursor, hold, now)
    cursor.execute(KEEP, {"shipment": shipment_id, "until": now + LEASE})
    return _taken_over(cursor, hold, now) or _taken(cursor, hold, now)


def _begun_again(cursor: Cursor, hold: Hold, now: datetime) -> Hold:
    """Forget what was looked up before a wait so long that it may have changed."""
    cursor.execute(FORGET, (hold.shipment_id,))
    cursor.execute("delete from addressee where shipment_id = %s", (hold.shipment_id,))
    cursor.execute(BEGIN_AGAIN, {"shipment": hold.shipment_id, "now": now})
    return replace(hold, part=-1, row_no=0, to_end=False, places=0)


def _taken_over(cursor: Cursor, hold: Hold, now: datetime) -> Chunk | None:
    """The chunk of somebody who is gone, or who waited for a register."""
    cursor.execute(TAKE_OVER, {"shipment": hold.shipment_id, "now": now, "until": now + LEASE})
    row = cursor.fetchone()
    if row is None:
        return None
    chunk_id, part, row_no, recipients, places = row
    found = _recipients(cursor, hold, (part, row_no), recipients) if recipients else []
    return Chunk(chunk_id, hold, found, places, is_last=hold.to_end)


def _taken(cursor: Cursor, hold: Hold, now: datetime) -> Chunk | None:
    """The next that nobody has taken; without recipients where all have been, and have been stored."""
    if hold.to_end and are_in_hand(cursor, hold):
        return None
    read = [] if hold.to_end else _recipients(cursor, hold, (hold.part, hold.row_no), CHUNK + 1)
    found, is_last = read[:CHUNK], len(read) <= CHUNK
    its = {"shipment": hold.shipment_id, "recipients": len(found), "until": now + LEASE}
    cursor.execute(TAKE, {**its, "part": hold.part, "row": hold.row_no, "places": hold.places})
    (chunk_id,) = cursor.fetchall()[0]
    part, row_no = (found[-1].part, found[-1].row_no) if found else (hold.part, hold.row_no)
    cursor.execute(MOVE_ON, {**its, "part": part, "row": row_no, "to_end": is_last})
    return Chunk(chunk_id, hold, found, hold.places, is_last)


def _recipients(cursor: Cursor, hold: Hold, after: tuple[int, int], at_most: int) -> list[Recipient]:
    its = (hold.order_id, hold.shipment_id) if hold.is_chosen else (hold.order_id,)
    statement = CHOSEN_RECIPIENTS if hold.is_chosen else RECIPIENTS
    with without_sorting(cursor):
        rows = cursor.execute(statement, (*its, *after, at_most), binary=True).fetchall()
    return list(starmap(Recipient, rows))
