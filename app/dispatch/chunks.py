"""The recipients of a shipment that looks people up are taken chunk by chunk, by as many workers as there are.

The shipment's row says how far they have been taken, `look_up_chunk` which of the chunks are being looked up. Whoever
takes one has it for the time of a lease; whoever stores one deletes its row, so that it is stored once. The last is
empty: it is there to close the look-up, when all others have been stored. All lock the shipment before its chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import starmap

from app.contacts.answer import RegisterDown
from app.contacts.keeping import KEPT_FOR
from app.db import without_sorting
from app.dispatch.addressees import Recipient, Wishes
from app.dispatch.claim import days_open, lanes
from app.dispatch.transaction import Cursor, redoable_transaction, transaction
from app.messaging.scheme import Scheme, moved_countries
from app.messaging.status import ShipmentStatus
from app.messaging.template import NAME

CHUNK = 5_000
"""Recipients between two commits."""

LEASE = timedelta(seconds=120)

PICK = """
select id, order_id, channel, ignores_reservation, uses_stale, moved_to_email, looked_part, looked_row_no,
    looked_to_end, places, waits_since,
    exists (select from shipment_gate as g where g.shipment_id = h.id and g.only_undelivered),
    position(%(name)s in concat_ws(' ', h.sms_text, h.email_subject, h.email_text, h.wordings::text)) > 0
from shipment as h
where status = %(registered)s and looks_up and looked_up_at is null and requested_send_at <= clock_timestamp()
and not exists (select from shipment_gate as g where g.shipment_id = h.id and g.opened_at is null)
and (waits_for = '' or ask_again_at <= %(now)s)
and (not looked_to_end or coalesce((select min(until) from look_up_chunk where shipment_id = h.id), %(now)s) <= %(now)s)
and (channel <> %(sms)s
    or daytime_only = any(%(lanes)s::boolean[]) and (not daytime_only or days = any(%(days)s::smallint[])))
order by (select count(*) from look_up_chunk where shipment_id = h.id and until > %(now)s), requested_send_at, id
limit 1 for update of h
"""
# The shipment that fewest are at, so that a small one does not wait for a big one.

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

KEEP = "update shipment set ask_again_at = %(until)s where id = %(shipment)s"
# While a register is waited for, one worker asks it and the others do not; whoever works by the version before, and
# takes a shipment as a whole, leaves it alone at any time.

RECIPIENTS = """
select part, row_no, kind, address, coalesce(email, ''), identity, identity_hash from recipient
where order_id = %s and (part, row_no) > (%s, %s) order by part, row_no limit %s
"""

CHOSEN_RECIPIENTS = """
select r.part, r.row_no, r.kind, r.address, coalesce(r.email, ''), r.identity, r.identity_hash
from chosen_recipient as c join recipient as r on r.order_id = %s and r.part = c.part and r.row_no = c.row_no
where c.shipment_id = %s and (c.part, c.row_no) > (%s, %s) order by c.part, c.row_no limit %s
"""

IN_HAND = "select exists (select from look_up_chunk where shipment_id = %s)"

FORGET = "delete from look_up_chunk where shipment_id = %s"

BEGIN_AGAIN = """
update shipment set looked_part = -1, looked_row_no = 0, looked_to_end = false, places = 0, waits_since = %(now)s
where id = %(shipment)s
"""

MORE_PLACES = """
update shipment set places = places + %(wanted)s
where id = %(shipment)s and status = %(registered)s and looked_up_at is null returning places - %(wanted)s
"""

GOES_ON = """
update shipment set waits_for = '', waits_since = null
where id = %(shipment)s and status = %(registered)s and waits_since is not null
"""

STORED = """
delete from look_up_chunk where id = %(chunk)s
returning (select status from shipment where id = %(shipment)s) = %(registered)s
"""

WAIT = """
update shipment set waits_for = %(register)s, waits_since = coalesce(waits_since, %(now)s), ask_again_at = %(again)s
where id = %(shipment)s and status = %(registered)s and looked_up_at is null
"""

LET_GO = "update look_up_chunk set until = %(now)s where id = %(chunk)s"


@dataclass(frozen=True, slots=True)
class Hold:
    """A shipment that is being looked up, and how far its recipients had been taken."""

    shipment_id: int
    order_id: int
    scheme: int
    ignores_reservation: bool
    uses_stale: bool
    moved_to_email: list[str]
    part: int
    row_no: int
    to_end: bool
    places: int
    waits_since: datetime | None
    is_chosen: bool
    """It goes to some of its order's recipients only."""
    asks_names: bool
    """Whether its texts hold the recipients' names."""

    @property
    def wishes(self) -> Wishes:
        """What decides which addresses may be used, and on which channels."""
        return Wishes(
            self.scheme, self.ignores_reservation, self.uses_stale, moved_countries(self.scheme, self.moved_to_email)
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some recipients of a shipment, which are one worker's to look up until its lease ends."""

    id: int
    hold: Hold
    recipients: Sequence[Recipient]
    """Nobody where the look-up is to be closed."""
    places: int
    """The last place before its own, of which it has one for each recipient."""
    is_last: bool
    """Nobody else may take one of this shipment after it."""


def take(now: datetime) -> Chunk | None:
    """Take a chunk of the shipment that fewest are at; None where there is nothing to look up just now."""
    with redoable_transaction() as cursor:
        hold = _pick(cursor, now)
        if hold is None:
            return None
        if hold.waits_since is not None and hold.waits_since < now - KEPT_FOR:
            hold = _begun_again(cursor, hold, now)
        cursor.execute(KEEP, {"shipment": hold.shipment_id, "until": now + LEASE})
        return _taken_over(cursor, hold, now) or _taken(cursor, hold, now)


def _pick(cursor: Cursor, now: datetime) -> Hold | None:
    wanted = {"registered": ShipmentStatus.REGISTERED, "sms": Scheme.SMS, "name": NAME}
    cursor.execute(PICK, {**wanted, "lanes": lanes(now), "days": days_open(now), "now": now})
    row = cursor.fetchone()
    return None if row is None else Hold(*row)


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
    """The next that nobody has taken; without recipients where all have been, and have been stored.

    None where one is just being stored by a worker whose lease is over.
    """
    if hold.to_end and cursor.execute(IN_HAND, (hold.shipment_id,)).fetchone() == (True,):
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


def more_places(chunk: Chunk, wanted: int) -> int | None:
    """The last place before so many of its own, where those that it has are too few; None if it is not needed now."""
    its = {"shipment": chunk.hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "wanted": wanted}
    with redoable_transaction() as cursor:
        row = cursor.execute(MORE_PLACES, its).fetchone()
    return row[0] if row else None


def stored(cursor: Cursor, chunk: Chunk) -> bool:
    """Note that a chunk has been looked up; false where nothing of it may be stored: it was, or is not wanted any more.

    What is stored in the same transaction stands or falls with it.
    """
    its = {"shipment": chunk.hold.shipment_id, "chunk": chunk.id, "registered": ShipmentStatus.REGISTERED}
    if chunk.hold.waits_since is not None:
        cursor.execute(GOES_ON, its)
    row = cursor.execute(STORED, its).fetchone()
    return row is not None and bool(row[0])


def wait(chunk: Chunk, fault: RegisterDown, now: datetime, again: datetime) -> None:
    """Let a shipment wait for a register, and its chunk be taken by whoever asks it again."""
    its = {"shipment": chunk.hold.shipment_id, "chunk": chunk.id, "registered": ShipmentStatus.REGISTERED, "now": now}
    with transaction() as cursor:
        cursor.execute(WAIT, {**its, "register": fault.register, "again": again})
        cursor.execute(LET_GO, its)
