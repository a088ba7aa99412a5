"""Twice a minute: whatever should have moved and has not is moved, ended, or rung for again.

Every deed is one short transaction, harmless when done twice or by two workers at the same time.
"""

import logging
import time
from collections.abc import Callable

from app.db import db
from app.dispatch import queries
from app.dispatch.chunks import remove_unwanted
from app.dispatch.complete import complete
from app.dispatch.dead_reports.service import forget_old
from app.dispatch.lost import recover_one
from app.dispatch.retries import line_up_retries
from app.dispatch.stop import end_next
from app.dispatch.transaction import Cursor, transaction
from app.gateway_desk import minutes
from app.messaging.scheme import OF_CHANNEL
from app.messaging.status import FAILED_TTL, OPEN, Channel, ShipmentStatus
from app.queue import ring_now

log = logging.getLogger(__name__)

AT_MOST_S = 20.0
GRACE_S = 300.0
"""How long after the end of its time to live a notification is ended, so that reports received in time still count."""

_ENDED_AT_ONCE = 5_000
_SHIPMENTS_AT_ONCE = 500

REMOVE_EXPIRED = """
delete from batch where id in (
    select id from batch where lease_until is null and expires_at <= clock_timestamp() limit 1000
    for update skip locked
)
"""

OUTLIVED = """
select id from shipment
where status in (1, 5) and expires_at < clock_timestamp() - make_interval(secs => %s)
and exists (select from notification_state where shipment_id = shipment.id and status = any(%s::smallint[]))
order by expires_at, id limit 1
"""

END = """
update notification_state as s
set status = case when s.status = any(%(sms)s::smallint[]) then %(sms_ttl)s else %(email_ttl)s end,
    due_at = null, status_at = clock_timestamp()
where s.id in (
    select id from notification_state where shipment_id = %(shipment)s and status = any(%(open)s::smallint[])
    limit %(limit)s for update skip locked
)
"""

CLOSED = """
select h.id from shipment as h where h.status = %s and coalesce((
    select sum(c.n) from shipment_count as c where c.shipment_id = h.id and c.status = any(%s::smallint[])
), 0) = 0
order by h.id limit %s
"""

_OPEN = sorted(OPEN)


def sweep() -> None:
    """Do all of it, each part until nothing is left of it or time is up."""
    until = time.monotonic() + AT_MOST_S
    for deed in (
        recover_one,
        end_next,
        line_up_retries,
        remove_expired,
        end_outlived,
        complete_closed,
        forget_minutes,
        forget_dead_reports,
        remove_unwanted,
        ring_for_what_waits,
    ):
        _repeat(deed, until)


def remove_expired() -> bool:
    """Remove batches whose notifications may no longer be handed over; these are ended when the grace is over."""
    with transaction() as cursor:
        cursor.execute(REMOVE_EXPIRED)
        return cursor.rowcount > 0


def end_outlived() -> bool:
    """End, whatever their status, some notifications of a shipment that has outlived its time to live."""
    with transaction() as cursor:
        cursor.execute(OUTLIVED, (GRACE_S, _OPEN))
        row = cursor.fetchone()
        return row is not None and _end(cursor, row[0]) > 0


def _end(cursor: Cursor, shipment_id: int) -> int:
    cursor.execute(
        END,
        {
            "sms": sorted(OF_CHANNEL[Channel.SMS]),
            "sms_ttl": FAILED_TTL[Channel.SMS],
            "email_ttl": FAILED_TTL[Channel.EMAIL],
            "shipment": shipment_id,
            "open": _OPEN,
            "limit": _ENDED_AT_ONCE,
        },
    )
    ended = cursor.rowcount
    complete(cursor, [shipment_id])
    return ended


def complete_closed() -> bool:
    """Complete shipments that have nothing open; those who close the last notification do so themselves."""
    with transaction() as cursor:
        cursor.execute(CLOSED, (ShipmentStatus.PROCESSED, _OPEN, _SHIPMENTS_AT_ONCE))
        return bool(complete(cursor, [row[0] for row in cursor.fetchall()]))


def forget_minutes() -> bool:
    """Forget how gateways fared the day before yesterday."""
    with transaction():
        minutes.forget_old()
    return False


def forget_dead_reports() -> bool:
    """Forget dead reports that nobody asked for."""
    with transaction() as cursor:
        return forget_old(cursor)


def ring_for_what_waits() -> bool:
    """Ring for everything that is due, since a bell may have been lost with Valkey; one too many does no harm."""
    bells = {
        ("dispatch", "app.dispatch.jobs.start"): queries.shipment_is_due() or queries.shipment_is_unmade(),
        ("dispatch", "app.dispatch.jobs.send"): queries.batch_waits(),
        ("reports", "app.dispatch.jobs.apply_reports"): queries.report_is_due(),
    }
    db.session.rollback()
    for (queue_name, job), is_wanted in bells.items():
        if is_wanted:
            ring_now(queue_name, job)
    return False


def _repeat(deed: Callable[[], bool], until: float) -> None:
    """One deed's trouble must not keep the others from being done; its words may quote a row, so they are not told."""
    try:
        while deed() and time.monotonic() < until:
            pass
    except Exception as fault:
        log.error("The sweep could not %s (%s).", deed.__name__.replace("_", " "), type(fault).__name__)
