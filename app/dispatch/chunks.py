"""The recipients of a shipment that looks people up, chunk by chunk, with their registers asked ahead."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from app.contacts import looking_up
from app.contacts.keeping import Known
from app.contacts.sealing import sealer
from app.db import without_sorting
from app.dispatch.addressees import Recipient, Wishes
from app.dispatch.claim import Clock
from app.dispatch.transaction import transaction
from app.messaging.identity import IdentityKind
from app.messaging.scheme import moved_countries

CHUNK = 5_000
"""Recipients between two commits."""

CHUNK_OF = """
select part, row_no, kind, address, coalesce(email, ''), identity, identity_hash from recipient
where order_id = %s and (part, row_no) > (%s, %s) order by part, row_no limit %s
"""

CHUNK_OF_CHOSEN = """
select r.part, r.row_no, r.kind, r.address, coalesce(r.email, ''), r.identity, r.identity_hash
from chosen_recipient as c join recipient as r on r.order_id = %s and r.part = c.part and r.row_no = c.row_no
where c.shipment_id = %s and (c.part, c.row_no) > (%s, %s) order by c.part, c.row_no limit %s
"""


@dataclass(frozen=True, slots=True)
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
    numbers: Sequence[str | None]
    """The identity number of each; None of who has an address."""
    inquiries: Sequence[looking_up.LookUp]
    asked_at: datetime
    after: tuple[int, int]
    """The part and the row of the last before them."""
    is_last: bool

    @property
    def end(self) -> tuple[int, int]:
        """The part and the row of the last of them."""
        return self.recipients[-1].part, self.recipients[-1].row_no


def begun(hold: Hold, pool: Executor, clock: Clock) -> Iterator[Chunk]:
    """The chunks from where the look-up stands; when one is taken, its registers are being asked for the next too."""
    chunk = _begin(hold, (hold.part, hold.row_no), pool, clock())
    while not chunk.is_last:
        following = _begin(hold, chunk.end, pool, clock())
        yield chunk
        chunk = following
    yield chunk


def _begin(hold: Hold, after: tuple[int, int], pool: Executor, now: datetime) -> Chunk:
    """Read the next recipients, and begin to ask for those who are not known by an address."""
    with transaction() as cursor:
        with without_sorting(cursor):
            rows = cursor.execute(*_chunk_of(hold, after), binary=True).fetchall()
        recipients = list(map(Recipient._make, rows))
        opened = iter(sealer().open_all([one.identity for one in recipients if one.identity]))
        numbers = [next(opened).decode() if one.identity else None for one in recipients]
        inquiries = [
            looking_up.begin(kind, _hashes(kind, recipients, numbers), now, with_names=hold.asks_names)
            for kind in IdentityKind
        ]
    for inquiry in inquiries:
        inquiry.send(pool)
    return Chunk(recipients, numbers, inquiries, now, after, len(recipients) < CHUNK)


def _chunk_of(hold: Hold, after: tuple[int, int]) -> tuple[str, tuple[int, ...]]:
    if hold.is_chosen:
        return CHUNK_OF_CHOSEN, (hold.order_id, hold.shipment_id, *after, CHUNK)
    return CHUNK_OF, (hold.order_id, *after, CHUNK)


def _hashes(kind: IdentityKind, recipients: Sequence[Recipient], numbers: Sequence[str | None]) -> dict[str, bytes]:
    return {
        number: one.identity_hash
        for one, number in zip(recipients, numbers, strict=True)
        if one.kind == kind and number and one.identity_hash
    }


def answers(chunk: Chunk) -> dict[str, Known]:
    """What the registers say of a chunk, by number; raise `RegisterDown`."""
    for inquiry in chunk.inquiries:
        inquiry.take(chunk.asked_at)
    if any(inquiry.has_fault for inquiry in chunk.inquiries):
        # Only what would have to be asked for again: whoever is stored is not looked up twice.
        with transaction():
            for inquiry in chunk.inquiries:
                inquiry.keep(chunk.asked_at)
    found: dict[str, Known] = {}
    for inquiry in chunk.inquiries:
        found |= inquiry.answers()
    return found
