"""A shipment completes in the transaction that closes its last notification."""

from collections.abc import Collection

from app.dispatch.transaction import Cursor
from app.messaging.status import OPEN, ShipmentStatus

_OPEN = sorted(OPEN)

LOCK = "select 1 from shipment where id = any(%s::bigint[]) order by id for no key update"
# Not `for update`: a new batch's foreign key must not wait for it.

COMPLETE = """
update shipment as h set status = %(completed)s, status_at = clock_timestamp(), completed_at = clock_timestamp()
where h.id = any(%(ids)s::bigint[]) and h.status = %(processed)s
and coalesce((
    select sum(c.n) from shipment_count as c where c.shipment_id = h.id and c.status = any(%(open)s::smallint[])
), 0) = 0
returning h.id
"""


def complete(cursor: Cursor, shipment_ids: Collection[int]) -> list[int]:
    """Complete those of the shipments that have nothing open left, and tell which; the last deed of a transaction.

    Two transactions that each close one half wait for each other at the lock, so that the second sees both halves. The
    lock is a statement of its own, without a look at the status: what it waits for, only the next statement sees.
    """
    if not shipment_ids:
        return []
    ids = sorted(set(shipment_ids))
    cursor.execute(LOCK, (ids,))
    cursor.execute(
        COMPLETE,
        {
            "ids": ids,
            "open": _OPEN,
            "completed": ShipmentStatus.COMPLETED,
            "processed": ShipmentStatus.PROCESSED,
        },
    )
    return [row[0] for row in cursor.fetchall()]
