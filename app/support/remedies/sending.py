"""Sending failures again: as another attempt where nothing changed, else as a new notification that is linked to it.

All of it by the slice, in the caller's transaction: a failure that somebody else has just resolved is locked or gone,
so that nothing is sent twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.dispatch.transaction import Cursor, integers
from app.messaging.schedule import TIME_TO_LIVE
from app.messaging.status import NEW, Channel, ShipmentStatus

FIRST_NO = 1000
"""Shipments that a remedy makes are numbered from here, far above reminders."""

AGAIN = """
update notification_state as s
set status = case when s.status < 50 then %(new_sms)s else %(new_email)s end, reason = null, uncertain = false,
    route = 0, route_reason = null, route_reason_at = null, verdict_id = null,
    due_at = coalesce(%(send_at)s, clock_timestamp()), status_at = clock_timestamp()
where s.id = any(%(ids)s::bigint[]) and is_failure(s.status)
returning s.id, s.shipment_id
"""
# The one place where a final status is left: a person has asked for it, and the row is a failure still.

REOPEN = """
update shipment set status = %(processed)s, completed_at = null, status_at = clock_timestamp()
where id = any(%(shipments)s::bigint[]) and status = %(completed)s
"""

LOCK_ORDERS = """
select 1 from orders where id in (select order_id from shipment where id in (
    select shipment_id from notification where id = any(%(ids)s::bigint[])
)) order by id for no key update
"""
# Two remedies on one order must not take the same number for their shipments.

TAKE_IDS = "update id_block set next_id = next_id + %s where name = 'notification' returning next_id - %s"

ANEW = """
with wanted as materialized (
    select w.id as old_id, w.shipment_id, w.part, w.row_no, w.register_answer, d.address, d.country,
        %(first)s::bigint + row_number() over (order by w.shipment_id, w.id) - 1 as new_id
    from unnest(%(ids)s::bigint[], %(addresses)s::text[], %(countries)s::text[]) as d (id, address, country)
    join notification as w on w.id = d.id
), source as materialized (
    select shipment_id, min(new_id) as first_id, max(new_id) as last_id, count(*) as n
    from wanted group by shipment_id
), numbered as (
    select c.*, h.order_id, row_number() over (partition by h.order_id order by h.id) + greatest(%(first_no)s - 1, (
        select max(no) from shipment as o where o.order_id = h.order_id
    )) as no
    from source as c join shipment as h on h.id = c.shipment_id
), made as (
    insert into shipment (order_id, no, service_owner_id, channel, status, requested_send_at, daytime_only, expires_at,
        sms_sender, sms_text, email_from, email_subject, email_text, email_is_markdown, language, language_column,
        wordings, recipients, first_id, last_id, made, ignores_reservation, uses_stale, days)
    select h.order_id, c.no, h.service_owner_id, %(channel)s, %(processed)s, %(at)s, h.daytime_only and %(channel)s = 2,
        %(expires_at)s, coalesce(nullif(%(sms_sender)s, ''), nullif(h.sms_sender, ''), o.sms_sender),
        case when h.sms_text = '' then h.email_text else h.sms_text end,
        coalesce(nullif(%(email_from)s, ''), nullif(h.email_from, ''), o.email_from),
        coalesce(nullif(h.email_subject, ''), %(subject)s),
        case when h.email_text = '' then h.sms_text else h.email_text end, h.email_is_markdown and h.email_text <> '',
        h.language, h.language_column, h.wordings,
        c.n, c.first_id, c.last_id, c.n, h.ignores_reservation, h.uses_stale, h.days
    from numbered as c join shipment as h on h.id = c.shipment_id join service_owner as o on o.id = h.service_owner_id
    returning id, first_id, last_id
), wide as (
    insert into notification (id, shipment_id, channel, address, country, part, row_no, register_answer, instead_of)
    select w.new_id, m.id, %(channel)s, w.address, w.country, w.part, w.row_no, w.register_answer, w.old_id
    from wanted as w join made as m on w.new_id between m.first_id and m.last_id
), narrow as (
    insert into notification_state (id, shipment_id, status, due_at, status_at)
    select w.new_id, m.id, %(new)s, %(at)s, clock_timestamp()
    from wanted as w join made as m on w.new_id between m.first_id and m.last_id
), resolved as (
    delete from failure where notification_id in (select old_id from wanted)
)
select old_id, new_id from wanted order by old_id
"""


@dataclass(frozen=True, slots=True)
class Target:
    """One notification, and where its successor goes."""

    id: int
    address: str
    country: str


@dataclass(frozen=True, slots=True)
class Way:
    """How new notifications are sent."""

    channel: Channel
    at: datetime
    sender: str = ""
    """Another sender than the shipment's; empty for the same."""
    subject: str = ""


def again(cursor: Cursor, ids: Sequence[int], send_at: datetime | None) -> list[int]:
    """Make another attempt due for each of these that is a failure still, and tell which they were."""
    parameters = {"new_sms": NEW[Channel.SMS], "new_email": NEW[Channel.EMAIL], "send_at": send_at}
    cursor.execute(AGAIN, {**parameters, "ids": integers(ids)})
    moved = cursor.fetchall()
    shipments = sorted({row[1] for row in moved})
    statuses = {"processed": ShipmentStatus.PROCESSED, "completed": ShipmentStatus.COMPLETED}
    cursor.execute(REOPEN, {**statuses, "shipments": integers(shipments)})
    return sorted(row[0] for row in moved)


def anew(cursor: Cursor, targets: Sequence[Target], way: Way) -> dict[int, int]:
    """Make a new notification for each, in new shipments of the same orders; give their ids by the old ones.

    The caller holds the failures locked.
    """
    if not targets:
        return {}
    ids = integers(target.id for target in targets)
    cursor.execute(LOCK_ORDERS, {"ids": ids})
    cursor.execute(TAKE_IDS, (len(targets), len(targets)))
    (first,) = cursor.fetchall()[0]
    is_sms = way.channel is Channel.SMS
    cursor.execute(
        ANEW,
        {
            "ids": ids,
            "addresses": [target.address for target in targets],
            "countries": [target.country for target in targets],
            "first": first,
            "first_no": FIRST_NO,
            "channel": way.channel,
            "processed": ShipmentStatus.PROCESSED,
            "new": NEW[way.channel],
            "at": way.at,
            "expires_at": way.at + TIME_TO_LIVE,
            "sms_sender": way.sender if is_sms else "",
            "email_from": "" if is_sms else way.sender,
            "subject": way.subject,
        },
    )
    return dict(cursor.fetchall())
