"""The recipients of a shipment that looks people up are taken chunk by chunk, by as many workers as there are.

The shipment's row says how far they have been taken, `look_up_chunk` which of the chunks are being looked up. Whoever
takes one has it for the time of a lease; whoever stores one deletes its row, so that it is stored once. The look-up is
closed with the last of them; where others are still in hand then, by an empty one that is taken when all are stored.
All lock the shipment before its chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.contacts.answer import RegisterDown
from app.dispatch.addressees import Recipient, Wishes
from app.dispatch.transaction import Cursor, redoable_transaction, transaction
from app.messaging.scheme import moved_countries
from app.messaging.status import ShipmentStatus

IN_HAND = "select exists (select from look_up_chunk where shipment_id = %s)"

LOCK = "select from shipment where id = %s for update"

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
returning (select status = %(registered)s and looked_up_at is null from shipment where id = %(shipment)s)
"""

WAIT = """
update shipment set waits_for = %(register)s, waits_since = coalesce(waits_since, %(now)s), register_due_at = %(again)s
where id = %(shipment)s and status = %(registered)s and looked_up_at is null
"""

LET_GO = "update look_up_chunk set until = %(now)s where id = %(chunk)s"

REMOVE_UNWANTED = """
delete from look_up_chunk where id in (
    select c.id from look_up_chunk as c left join shipment as h on h.id = c.shipment_id
    where c.until < clock_timestamp() and h.status is distinct from 0 limit 1000
    for update of c skip locked
)
"""


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
    """Nobody where all have been stored, and the look-up is only to be closed."""
    places: int
    """The last place before its own, of which it has one for each recipient."""
    is_last: bool
    """All recipients of the shipment have been taken."""


def are_in_hand(cursor: Cursor, hold: Hold) -> bool:
    """Whether some of a shipment's chunks have not been stored, in a transaction that has locked it."""
    return cursor.execute(IN_HAND, (hold.shipment_id,)).fetchone() == (True,)


def more_places(chunk: Chunk, wanted: int) -> int | None:
    """The last place before so many of its own, where those that it has are too few; None if it is not needed now."""
    its = {"shipment": chunk.hold.shipment_id, "registered": ShipmentStatus.REGISTERED, "wanted": wanted}
    with redoable_transaction() as cursor:
        row = cursor.execute(MORE_PLACES, its).fetchone()
    return row[0] if row else None


def stored(cursor: Cursor, chunk: Chunk) -> bool:
    """Note that a chunk has been looked up; false where nothing of it may be stored: it was, or is not wanted any more.

    What is stored in the same transaction stands or falls with it. With the last the shipment is locked.
    """
    if chunk.is_last:
        cursor.execute(LOCK, (chunk.hold.shipment_id,))
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


def remove_unwanted() -> bool:
    """Remove chunks that nobody is at, of shipments that were cancelled meanwhile."""
    with transaction() as cursor:
        cursor.execute(REMOVE_UNWANTED)
        return cursor.rowcount > 0
