"""Notifications that a gateway refused for now stand in line again when their time has come."""

from app.dispatch.start import BATCH
from app.dispatch.transaction import transaction
from app.messaging.status import NEW, Channel
from app.queue import ring

AT_ONCE = 10_000

LINE_UP = """
with due as (
    select id from notification_state where due_at <= clock_timestamp() order by due_at limit %(limit)s
    for update skip locked
), freed as (
    update notification_state as s set due_at = null from due where s.id = due.id returning s.id, s.shipment_id,
        case when s.status = %(new_sms)s then %(sms)s else %(email)s end as channel
), numbered as (
    select id, shipment_id, channel,
        (row_number() over (partition by shipment_id, channel order by id) - 1)
            / case when channel = %(sms)s then %(sms_size)s else %(email_size)s end as n
    from freed
)
insert into batch (shipment_id, service_owner_id, channel, daytime_only, expires_at, first_id, last_id, ids, turn)
select h.id, h.service_owner_id, d.channel, h.daytime_only and d.channel = %(sms)s, h.expires_at, min(d.id), max(d.id),
    array_agg(d.id order by d.id), coalesce((
        select min(w.turn) from batch as w where w.lease_until is null and w.service_owner_id = h.service_owner_id
    ), 0) + d.n
from numbered as d join shipment as h on h.id = d.shipment_id
group by h.id, d.channel, d.n
"""


def line_up_retries() -> bool:
    """Make batches of what is due again; false where nothing is."""
    with transaction() as cursor:
        cursor.execute(
            LINE_UP,
            {
                "limit": AT_ONCE,
                "sms": Channel.SMS,
                "email": Channel.EMAIL,
                "new_sms": NEW[Channel.SMS],
                "sms_size": BATCH[Channel.SMS],
                "email_size": BATCH[Channel.EMAIL],
            },
        )
        made = cursor.rowcount > 0
        if made:
            ring("dispatch", "app.dispatch.jobs.send")
    return made
