"""Sending that was stopped: what no gateway has been given ends, slice by slice, and is counted.

Altinn has no status for it: a notification fails with the reason `stopped`, and its shipment completes as any other.
"""

from app.dispatch import start
from app.dispatch.complete import complete
from app.dispatch.transaction import Cursor, transaction
from app.messaging.status import NEW, Channel, ShipmentStatus, Status

STOPPED = "stopped"
"""The reason where somebody stopped the sending before the notification was handed over."""

AT_ONCE = 5_000

END = """
with waiting as (
    select s.id from notification_state as s join shipment as h on h.id = s.shipment_id
    where s.shipment_id = %(shipment)s and s.status = any(%(new)s::smallint[])
    and h.stopped_at is not null and h.status in (1, 5) limit %(limit)s for update of s skip locked
), ended as (
    update notification_state as s
    set status = case when s.status = %(new_sms)s then %(failed_sms)s else %(failed_email)s end, reason = %(reason)s,
        due_at = null, status_at = clock_timestamp()
    from waiting as w where s.id = w.id returning s.id
)
update shipment set stopped = stopped + n from (select count(*) as n from ended) as counted
where id = %(shipment)s and n > 0
"""

REMOVE_BATCHES = """
delete from batch where id in (
    select b.id from batch as b join shipment as h on h.id = b.shipment_id
    where b.shipment_id = %s and b.lease_until is null and h.stopped_at is not null for update of b skip locked
)
"""

UNMADE = "select 1 from shipment where id = %s and status = %s and stopped_at is not null"

UNENDED = """
select id from shipment
where stopped_at is not null and status in (1, 5)
and exists (select from notification_state where shipment_id = shipment.id and status = any(%s::smallint[]))
order by id limit 1
"""

_NEW = sorted(NEW.values())


def end_some(shipment_id: int) -> bool:
    """End some notifications of a stopped shipment, and make some that are to be ended; false where none is left."""
    with transaction() as cursor:
        cursor.execute(UNMADE, (shipment_id, ShipmentStatus.PROCESSING))
        is_unmade = cursor.fetchone() is not None
    made = is_unmade and start.make_slice(shipment_id)
    with transaction() as cursor:
        cursor.execute(REMOVE_BATCHES, (shipment_id,))
        return end(cursor, shipment_id) > 0 or made


def end_next() -> bool:
    """Do so for a stopped shipment whose bell was lost, or of which something came back; false where there is none."""
    with transaction() as cursor:
        cursor.execute(UNENDED, (_NEW,))
        row = cursor.fetchone()
    return row is not None and end_some(row[0])


def end(cursor: Cursor, shipment_id: int) -> int:
    """End what waits of a shipment if it was stopped, at most `AT_ONCE` notifications; 0 where nothing did."""
    cursor.execute(
        END,
        {
            "shipment": shipment_id,
            "new": _NEW,
            "new_sms": NEW[Channel.SMS],
            "failed_sms": Status.SMS_FAILED,
            "failed_email": Status.EMAIL_FAILED,
            "reason": STOPPED,
            "limit": AT_ONCE,
        },
    )
    moved = cursor.rowcount
    if moved:
        complete(cursor, [shipment_id])
    return moved
