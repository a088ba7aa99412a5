"""Where one channel has failed the other takes over: a second notification in the transaction that closes the first.

So the shipment does not complete in between. Its id is the one next to the first's, which makes it the only one.
"""

from collections.abc import Collection

from app.dispatch.start import BATCH
from app.dispatch.transaction import Cursor, integers
from app.messaging.scheme import MENDABLE, PREFERRED
from app.messaging.status import NEW, Channel
from app.orders.models import RecipientKind
from app.queue import ring

MAKE = """
with failed as materialized (
    select s.id, s.shipment_id, n.channel, n.part, n.row_no, n.register_answer, h.order_id, h.looks_up,
        h.moved_to_email, (s.id - h.first_id) / 2 + 1 as place
    from unnest(%(ids)s::bigint[]) as d (id), notification_state as s, notification as n, shipment as h
    where s.id = d.id and n.id = d.id and h.id = s.shipment_id
    and s.status + 0 = any(%(statuses)s::smallint[]) and n.instead_of is null
    and h.channel = any(%(schemes)s::smallint[]) and (h.falls_back or %(is_asked_by_rule)s)
    and h.status in (1, 5) and h.expires_at > clock_timestamp() and h.stopped_at is null
), other as materialized (
    select f.id + 1 as id, f.shipment_id, f.part, f.row_no, f.register_answer, f.id as instead_of, r.country, r.address,
        case when f.channel = %(sms)s then %(email)s else %(sms)s end as channel
    from failed as f, lateral (
        select case when f.channel = %(sms)s then email else address end as address,
            case when f.channel = %(sms)s then '' else country end as country
        from recipient
        where order_id = f.order_id and part = f.part and row_no = f.row_no and kind = %(phone)s and email <> ''
        and not f.looks_up and not (f.channel = %(email)s and country = any(f.moved_to_email))
        union all
        select other_address, other_country from addressee
        where f.looks_up and shipment_id = f.shipment_id and place = f.place and half = 0 and other_address <> ''
        offset 0
    ) as r
), wide as (
    insert into notification (id, shipment_id, channel, address, country, part, row_no, register_answer, instead_of)
    select id, shipment_id, channel, address, country, part, row_no, register_answer, instead_of from other
    on conflict do nothing returning id, shipment_id, channel
), narrow as (
    insert into notification_state (id, shipment_id, status, status_at)
    select id, shipment_id, case when channel = %(sms)s then %(new_sms)s else %(new_email)s end, clock_timestamp()
    from wide
), numbered as (
    select id, shipment_id, channel, (row_number() over (partition by shipment_id, channel order by id) - 1)
        / case when channel = %(sms)s then %(sms_size)s else %(email_size)s end as n
    from wide
)
insert into batch (shipment_id, service_owner_id, channel, daytime_only, expires_at, first_id, last_id, ids, turn)
select h.id, h.service_owner_id, d.channel, h.daytime_only and d.channel = %(sms)s, h.expires_at, min(d.id), max(d.id),
    array_agg(d.id order by d.id), coalesce((
        select min(w.turn) from batch as w where w.lease_until is null and w.service_owner_id = h.service_owner_id
    ), 0) + d.n
from numbered as d join shipment as h on h.id = d.shipment_id
group by h.id, d.channel, d.n
"""

_PARAMETERS = {
    "statuses": sorted(MENDABLE),
    "schemes": sorted(PREFERRED),
    "sms": Channel.SMS,
    "email": Channel.EMAIL,
    "phone": RecipientKind.PHONE,
    "new_sms": NEW[Channel.SMS],
    "new_email": NEW[Channel.EMAIL],
    "sms_size": BATCH[Channel.SMS],
    "email_size": BATCH[Channel.EMAIL],
}


def fall_back(cursor: Cursor, ids: Collection[int]) -> None:
    """Make a notification on the other channel for each of these that has failed, where its order says so.

    Only for a preferred scheme, a failure that the other channel can mend, a recipient who has the other address, and
    within the time to live. To be called between the failure and `complete`; a second time it does nothing.
    """
    _make(cursor, ids, is_asked_by_rule=False)


def reroute(cursor: Cursor, ids: Collection[int]) -> None:
    """Do the same because a country's rule asks for it, whether or not the order falls back by itself."""
    _make(cursor, ids, is_asked_by_rule=True)


def _make(cursor: Cursor, ids: Collection[int], *, is_asked_by_rule: bool) -> None:
    if not ids:
        return
    cursor.execute(MAKE, {**_PARAMETERS, "ids": integers(sorted(ids)), "is_asked_by_rule": is_asked_by_rule})
    if cursor.rowcount > 0:
        ring("dispatch", "app.dispatch.jobs.send")
