"""Batches that a fault of our own keeps from being handed over: tried again a few times, then left to administrators.

Nothing of them was handed over. Without a hand they end with their time to live, like everything.
"""

import logging

from app.dispatch.claim import Claim, holds, put_back
from app.dispatch.complete import complete
from app.dispatch.fall_back import fall_back
from app.dispatch.transaction import Cursor, transaction
from app.faults import kinds, places
from app.messaging.status import NEW, Channel, Status

AFTER_FAILURES = 5
HANDOVER_STOPPED = "handover_stopped"
"""The reason of notifications that wait for an administrator."""
GIVEN_UP = "given_up"
"""The reason where an administrator has ended them."""

_FAILED = {Channel.SMS: Status.SMS_FAILED, Channel.EMAIL: Status.EMAIL_FAILED}

log = logging.getLogger(__name__)

NOTE = """
update batch set failures = failures + 1, fault = %(fault)s, waits_since = clock_timestamp(),
    waits_for = case when failures + 1 < %(most)s then %(gateway)s end, waits_revision = null,
    waits_until = clock_timestamp() + make_interval(secs => power(2, least(failures, 8))),
    isolated_at = case when failures + 1 >= %(most)s then clock_timestamp() end
where id = %(batch)s returning isolated_at is not null
"""

EXPLAIN = """
update notification_state as s set reason = %(reason)s, status_at = clock_timestamp() from batch as b
where b.id = %(batch)s and s.id between b.first_id and b.last_id and (b.ids is null or s.id = any(b.ids))
and s.status + 0 = %(new)s
"""

AGAIN = """
update batch set isolated_at = null, failures = 0, waits_for = null, waits_since = null
where id = %s and isolated_at is not null returning id, channel
"""

TAKE_AWAY = "select id, channel, shipment_id from batch where id = %s and isolated_at is not null for update"

END = """
update notification_state as s set status = %(failed)s, reason = %(reason)s, status_at = clock_timestamp()
from batch as b
where b.id = %(batch)s and s.id between b.first_id and b.last_id and (b.ids is null or s.id = any(b.ids))
and s.status + 0 = %(new)s returning s.id
"""


def note_fault(claim: Claim, fault: Exception) -> None:
    """Let the batch wait again after a fault of ours, and isolate it when it has had enough of them."""
    log.error(
        "A batch of shipment %d could not be made ready: %s.\n%s",
        claim.content.shipment_id,
        kinds(fault),
        places(fault),
    )
    with transaction() as cursor:
        if holds(cursor, claim):
            _note(cursor, claim, _told(fault))


def _note(cursor: Cursor, claim: Claim, told: str) -> None:
    channel = claim.content.channel
    put_back(cursor, claim.batch_id, channel, after=0)
    wanted = {"batch": claim.batch_id, "fault": told, "gateway": claim.gateway, "most": AFTER_FAILURES}
    cursor.execute(NOTE, wanted)
    row = cursor.fetchone()
    if row is not None and row[0]:
        cursor.execute(EXPLAIN, {"batch": claim.batch_id, "reason": HANDOVER_STOPPED, "new": NEW[channel]})


def _told(fault: Exception) -> str:
    """The kinds of a fault and the last place of ours that it went through."""
    ours = [line.rpartition("/app/")[2].replace('"', "") for line in places(fault).splitlines() if "/app/" in line]
    return "\n".join([kinds(fault), *ours[-1:]])


def try_again(cursor: Cursor, batch_id: int) -> bool:
    """Let an isolated batch go once more; false where it is not isolated any longer."""
    cursor.execute(AGAIN, (batch_id,))
    row = cursor.fetchone()
    if row is not None:
        cursor.execute(EXPLAIN, {"batch": batch_id, "reason": None, "new": NEW[Channel(row[1])]})
    return row is not None


def give_up(cursor: Cursor, batch_id: int) -> bool:
    """End the notifications of an isolated batch as failed; false where it is not isolated any longer."""
    cursor.execute(TAKE_AWAY, (batch_id,))
    row = cursor.fetchone()
    if row is None:
        return False
    _, channel, shipment_id = row
    failed = _FAILED[Channel(channel)]
    cursor.execute(END, {"batch": batch_id, "failed": failed, "reason": GIVEN_UP, "new": NEW[Channel(channel)]})
    fall_back(cursor, [row[0] for row in cursor.fetchall()])
    cursor.execute("delete from batch where id = %s", (batch_id,))
    complete(cursor, [shipment_id])
    return True
