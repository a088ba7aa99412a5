"""What is due starts: a shipment is claimed, and its notifications are made slice by slice, each in one transaction."""

from dataclasses import dataclass

from app.dispatch.complete import complete
from app.dispatch.transaction import Cursor, transaction
from app.messaging.status import NEW, Channel, ShipmentStatus, Status
from app.orders.models import RecipientKind
from app.queue import ring

SLICE = 20_000
"""Recipients whose notifications are made in one transaction: under a second, and a small order waits no longer."""

BATCH = {Channel.SMS: 800, Channel.EMAIL: 240}
"""Notifications of a batch: eight full requests of LINK's, three rounds of SMTP's."""

_CLAIMED_AT_ONCE = 50
_CANDIDATES = 20
_LOCK_CLASS = 0x5641_0001
"""The first half of the advisory lock that one slice of a shipment holds; the second half is the shipment."""

_KIND = {Channel.SMS: RecipientKind.PHONE, Channel.EMAIL: RecipientKind.EMAIL}
_NOT_IDENTIFIED = {
    Channel.SMS: Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED,
    Channel.EMAIL: Status.EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED,
}

DUE = """
select id, recipients from shipment where status = %s and requested_send_at <= clock_timestamp()
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
select id, order_id, channel, recipients, first_id, made, made_part, made_row_no
from shipment where id = %s and status = %s
"""

MAKE = """
with slice as materialized (
    select %(first)s::bigint + row_number() over (order by part, row_no) - 1 as id, part, row_no, country,
        case when kind = %(kind)s then address else '' end as address
    from recipient where order_id = %(order)s and (part, row_no) > (%(part)s, %(row)s)
    order by part, row_no limit %(limit)s
), wide as (
    insert into notification (id, shipment_id, channel, address, country, part, row_no)
    select id, %(shipment)s, %(channel)s, address, country, part, row_no from slice
), narrow as (
    insert into notification_state (id, shipment_id, status, status_at)
    select id, %(shipment)s, case when address = '' then %(not_identified)s else %(new)s end, clock_timestamp()
    from slice
)
select id, part, row_no from slice order by id desc limit 1
"""

LINE_UP = """
insert into batch (shipment_id, service_owner_id, channel, daytime_only, expires_at, first_id, last_id, turn)
select h.id, h.service_owner_id, h.channel, h.daytime_only, h.expires_at, g.first_id,
    least(g.first_id + %(size)s - 1, %(last)s), base.turn + g.n - 1
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
    generate_series(%(first)s::bigint, %(last)s::bigint, %(size)s::bigint) with ordinality as g (first_id, n)
where h.id = %(shipment)s and h.expires_at > clock_timestamp()
"""
# Start-time fair queueing: a shipment begins where its service owner's queue stands now, however long that queue is.

MADE = """
update shipment set made = %(made)s, made_part = %(part)s, made_row_no = %(row)s, status = %(status)s,
    status_at = case when status = %(status)s then status_at else clock_timestamp() end
where id = %(shipment)s
"""


@dataclass(frozen=True, slots=True)
class Unmade:
    """A shipment in the making, and the last recipient whose notification has been made."""

    shipment_id: int
    order_id: int
    channel: Channel
    recipients: int
    first_id: int
    made: int
    part: int
    row_no: int

    @classmethod
    def of(cls, shipment_id: int, order_id: int, channel: int, *others: int) -> "Unmade":
        """From a row of `CURSOR`."""
        return cls(shipment_id, order_id, Channel(channel), *others)


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice has made: the last id and the last recipient."""

    last_id: int
    part: int
    row_no: int


def claim_due() -> int:
    """Take the shipments whose time has come, each with a block of ids for all its recipients; tell how many."""
    with transaction() as cursor:
        cursor.execute(DUE, (ShipmentStatus.REGISTERED, _CLAIMED_AT_ONCE))
        due = cursor.fetchall()
        if due:
            _claim(cursor, due)
    return len(due)


def _claim(cursor: Cursor, due: list[tuple[int, int]]) -> None:
    needed = sum(recipients for _, recipients in due)
    cursor.execute(TAKE_IDS, (needed,))
    (after,) = cursor.fetchall()[0]
    firsts, lasts, next_id = [], [], after - needed
    for _, recipients in due:
        firsts.append(next_id)
        next_id += recipients
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
    return None if row is None else Unmade.of(*row)


def _make(cursor: Cursor, unmade: Unmade) -> Slice | None:
    channel = unmade.channel
    cursor.execute(
        MAKE,
        {
            "first": unmade.first_id + unmade.made,
            "order": unmade.order_id,
            "shipment": unmade.shipment_id,
            "channel": channel,
            "kind": _KIND[channel],
            "part": unmade.part,
            "row": unmade.row_no,
            "limit": min(SLICE, unmade.recipients - unmade.made),
            "new": NEW[channel],
            "not_identified": _NOT_IDENTIFIED[channel],
        },
    )
    row = cursor.fetchone()
    return None if row is None else Slice(*row)


def _line_up(cursor: Cursor, unmade: Unmade, made: Slice) -> None:
    cursor.execute(
        LINE_UP,
        {
            "shipment": unmade.shipment_id,
            "first": unmade.first_id + unmade.made,
            "last": made.last_id,
            "size": BATCH[unmade.channel],
        },
    )
    ring("dispatch", "app.dispatch.jobs.send")


def _move_on(cursor: Cursor, unmade: Unmade, made: Slice | None) -> None:
    number = unmade.made if made is None else made.last_id - unmade.first_id + 1
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
    if is_whole:
        complete(cursor, [unmade.shipment_id])
