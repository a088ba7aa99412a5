"""What is due starts: a shipment is claimed, and its notifications are made slice by slice, each in one transaction."""

from dataclasses import dataclass

from app.db import without_sorting
from app.dispatch.complete import complete
from app.dispatch.made import ids_per_recipient, of_addressees, statement
from app.dispatch.transaction import Cursor, transaction
from app.messaging.status import Channel, ShipmentStatus
from app.queue import ring

SLICE = 6_400
"""Recipients whose notifications are made in one transaction: while one worker makes the next slice of an order, the
others hand over the one before."""

BATCH = {Channel.SMS: 800, Channel.EMAIL: 240}
"""Notifications of a batch: eight full requests of LINK's, three rounds of SMTP's."""

_CLAIMED_AT_ONCE = 50
_CANDIDATES = 20
_LOCK_CLASS = 0x5641_0001
"""The first half of the advisory lock that one slice of a shipment holds; the second half is the shipment."""

DUE = """
select id, case when looks_up then places else recipients end, channel from shipment
where status = %s and requested_send_at <= clock_timestamp() and (not looks_up or looked_up_at is not null)
and not exists (select from shipment_gate as g where g.shipment_id = shipment.id and g.opened_at is null)
order by requested_send_at, id limit %s for update skip locked
"""

TAKE_IDS = "update id_block set next_id = next_id + %s where name = 'notification' returning next_id"

CLAIM = """
update shipment as h set status = %s, status_at = clock_timestamp(), first_id = d.first_id, last_id = d.last_id
from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as d (id, first_id, last_id) where h.id = d.id
"""

UNMADE = "select id from shipment where status = %s order by made, id limit %s"

TAKE_TURN = "select pg_try_advisory_xact_lock(%s, (%s %% 2147483647)::int)"

CURSOR = """
select id, order_id, channel, case when looks_up then places else recipients end, first_id, made, made_part,
    made_row_no, looks_up, moved_to_email,
    exists (select from shipment_gate as g where g.shipment_id = shipment.id and g.only_undelivered)
from shipment where id = %s and status = %s
"""

LINE_UP = """
insert into batch (shipment_id, service_owner_id, channel, daytime_only, expires_at, first_id, last_id, turn)
select h.id, h.service_owner_id, c.channel, h.daytime_only and c.channel = %(sms)s, h.expires_at, g.first_id,
    least(g.first_id + c.size - 1, %(last)s), base.turn + g.n - 1
from shipment as h,
    lateral (select greatest(
        (select min(turn) from batch where lease_until is null and daytime_only
            and service_owner_id = h.service_owner_id),
        (select min(turn) from batch where lease_until is null and not daytime_only
            and service_owner_id = h.service_owner_id),
        0
    ) as now_served) as owner,
    lateral (select greatest(
        owner.now_served, (select max(turn) + 1 from batch where shipment_id = h.id)
    ) as turn) as base,
    unnest(%(channels)s::smallint[], %(sizes)s::bigint[]) as c (channel, size),
    lateral generate_series(%(first)s::bigint, %(last)s::bigint, c.size) with ordinality as g (first_id, n)
where h.id = %(shipment)s and h.expires_at > clock_timestamp() and h.stopped_at is null
"""
# Start-time fair queueing: a shipment begins where its service owner's queue stands now, however long that queue is.
# Batches of two channels may stand over the same ids: by its status each notification belongs to one of them.

MADE = """
update shipment set made = %(made)s, made_part = %(part)s, made_row_no = %(row)s, status = %(status)s,
    status_at = case when status = %(status)s then status_at else clock_timestamp() end
where id = %(shipment)s
"""

FORGET_CHOSEN = "delete from chosen_recipient where shipment_id = %s"


@dataclass(frozen=True, slots=True)
class Unmade:
    """A shipment in the making, and the last recipient whose notification has been made."""

    shipment_id: int
    order_id: int
    scheme: int
    recipients: int
    block_begins: int
    made: int
    part: int
    row_no: int
    looks_up: bool
    """Its recipients' addresses stand in `addressee`, as the registers have answered."""
    moved_to_email: list[str]
    is_chosen: bool
    """It goes to some of its order's recipients only."""

    @property
    def first_id(self) -> int:
        """The first id of the next slice."""
        return self.block_begins + self.made * ids_per_recipient(self.scheme)


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice has made: the last id and the last recipient, and on which channels there is something to send."""

    last_id: int
    part: int
    row_no: int
    channels: list[int]


def claim_due() -> int:
    """Take the shipments whose time has come, each with a block of ids for all its recipients; tell how many."""
    with transaction() as cursor:
        cursor.execute(DUE, (ShipmentStatus.REGISTERED, _CLAIMED_AT_ONCE))
        due = cursor.fetchall()
        if due:
            _claim(cursor, due)
    return len(due)


def _claim(cursor: Cursor, due: list[tuple[int, int, int]]) -> None:
    sizes = [recipients * ids_per_recipient(scheme) for _, recipients, scheme in due]
    cursor.execute(TAKE_IDS, (sum(sizes),))
    (after,) = cursor.fetchall()[0]
    firsts, lasts, next_id = [], [], after - sum(sizes)
    for size in sizes:
        firsts.append(next_id)
        next_id += size
        lasts.append(next_id - 1)
    cursor.execute(CLAIM, (ShipmentStatus.PROCESSING, [row[0] for row in due], firsts, lasts))


def make_next_slice() -> bool:
    """Make a slice of the shipment that has come least far, so that small ones pass big ones; false: nothing is left.

    A shipment of which somebody else makes a slice right now is left to them.
    """
    with transaction() as cursor:
        cursor.execute(UNMADE, (ShipmentStatus.PROCESSING, _CANDIDATES))
        candidates = [row[0] for row in cursor.fetchall()]
    return any(make_slice(shipment_id) for shipment_id in candidates)


def make_slice(shipment_id: int) -> bool:
    """Make the next slice of one shipment in one transaction; false where another worker is at it, or it is made."""
    with transaction() as cursor:
        unmade = _unmade(cursor, shipment_id)
        if unmade is None:
            return False
        made = _make(cursor, unmade)
        if made is not None:
            _line_up(cursor, unmade, made)
        _move_on(cursor, unmade, made)
    return True


def _unmade(cursor: Cursor, shipment_id: int) -> Unmade | None:
    """The shipment's state read after its lock is ours: read before, it might be that of a slice ago."""
    cursor.execute(TAKE_TURN, (_LOCK_CLASS, shipment_id))
    if not cursor.fetchall()[0][0]:
        return None
    cursor.execute(CURSOR, (shipment_id, ShipmentStatus.PROCESSING))
    row = cursor.fetchone()
    return None if row is None else Unmade(*row)


def _make(cursor: Cursor, unmade: Unmade) -> Slice | None:
    make, of_scheme = (
        of_addressees(unmade.scheme) if unmade.looks_up else statement(unmade.scheme, is_chosen=unmade.is_chosen)
    )
    meant = {
        "first": unmade.first_id,
        "order": unmade.order_id,
        "shipment": unmade.shipment_id,
        "part": unmade.part,
        "row": unmade.row_no,
        "made": unmade.made,
        "moved": unmade.moved_to_email,
        "limit": min(SLICE, unmade.recipients - unmade.made),
    }
    with without_sorting(cursor):
        row = cursor.execute(make, {**of_scheme, **meant}).fetchone()
    return None if row is None else Slice(*row)


def _line_up(cursor: Cursor, unmade: Unmade, made: Slice) -> None:
    cursor.execute(
        LINE_UP,
        {
            "shipment": unmade.shipment_id,
            "first": unmade.first_id,
            "last": made.last_id,
            "channels": made.channels,
            "sizes": [BATCH[Channel(channel)] * ids_per_recipient(unmade.scheme) for channel in made.channels],
            "sms": Channel.SMS,
        },
    )
    ring("dispatch", "app.dispatch.jobs.send")


def _move_on(cursor: Cursor, unmade: Unmade, made: Slice | None) -> None:
    number = unmade.made if made is None else _recipients_up_to(made.last_id, unmade)
    is_whole = made is None or number >= unmade.recipients
    cursor.execute(
        MADE,
        {
            "shipment": unmade.shipment_id,
            "made": number,
            "part": made.part if made else unmade.part,
            "row": made.row_no if made else unmade.row_no,
            "status": ShipmentStatus.PROCESSED if is_whole else ShipmentStatus.PROCESSING,
        },
    )
    if is_whole and unmade.is_chosen:
        cursor.execute(FORGET_CHOSEN, (unmade.shipment_id,))
    if is_whole:
        complete(cursor, [unmade.shipment_id])


def _recipients_up_to(last_id: int, unmade: Unmade) -> int:
    return (last_id - unmade.block_begins + 1) // ids_per_recipient(unmade.scheme)
