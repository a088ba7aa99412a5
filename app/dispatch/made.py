"""The statements that make a slice of notifications: of one channel, of the preferred of two, or of both.

Where a scheme has two channels every recipient has two ids, `id` and the next one: the second is for the notification
on the other channel, be it made at once or when the first has failed.
"""

from typing import Any

from app.messaging.reasons import CONTACT
from app.messaging.scheme import Scheme, channels_of
from app.messaging.status import NEW, Channel, Status
from app.orders.models import RecipientKind

NOT_IDENTIFIED = {
    Channel.SMS: Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED,
    Channel.EMAIL: Status.EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED,
}

_KIND = {Channel.SMS: RecipientKind.PHONE, Channel.EMAIL: RecipientKind.EMAIL}

_OF_ONE_CHANNEL = """
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
select id, part, row_no, %(channels)s::smallint[] from slice order by id desc limit 1
"""

_SLICE_OF_TWO = """
with slice as materialized (
    select %(first)s::bigint + 2 * (row_number() over (order by part, row_no) - 1) as id, part, row_no, country,
        repeats, case when kind = %(phone)s then address else '' end as phone,
        case when kind = %(by_email)s then address when kind = %(phone)s then coalesce(email, '') else '' end as email
    from recipient where order_id = %(order)s and (part, row_no) > (%(part)s, %(row)s)
    order by part, row_no limit %(limit)s
), way as materialized (
    select s.id, s.part, s.row_no, c.place, c.channel,
        case when c.channel = %(sms)s then s.phone else s.email end as address,
        case when c.channel = %(sms)s then s.country else '' end as country, s.repeats,
        c.channel = %(sms)s and s.email <> '' and s.country = any(%(moved)s::text[]) as is_moved
    from slice as s cross join unnest(%(channels)s::smallint[]) with ordinality as c (channel, place)
), chosen as materialized (
"""

_PREFERRED = """
    select distinct on (id) id, part, row_no, channel, address, country from way
    order by id, is_moved, address = '', place
"""
# Of neither address, the preferred channel fails, as Altinn has it.

_BOTH = """
    select id + place - 1 as id, part, row_no, channel, address, country from way
    where repeats is distinct from channel and not is_moved
"""

_INSERT_OF_TWO = """
), wide as (
    insert into notification (id, shipment_id, channel, address, country, part, row_no)
    select id, %(shipment)s, channel, address, country, part, row_no from chosen
), narrow as (
    insert into notification_state (id, shipment_id, status, status_at)
    select id, %(shipment)s, case
        when address <> '' then case when channel = %(sms)s then %(new_sms)s else %(new_email)s end
        when channel = %(sms)s then %(no_phone)s else %(no_email)s end, clock_timestamp()
    from chosen
)
select id + 1, part, row_no, array(select distinct channel from chosen where address <> '' order by channel)
from slice order by id desc limit 1
"""

_EVERYBODY = "from recipient where"

_CHOSEN = """from (
        select c.part, c.row_no, r.order_id, r.kind, r.address, r.country, r.email, r.repeats
        from chosen_recipient as c
        join recipient as r on r.order_id = %(order)s and r.part = c.part and r.row_no = c.row_no
        where c.shipment_id = %(shipment)s
    ) as recipient where"""

_OF_ADDRESSEES = """
with slice as materialized (
    select %(first)s::bigint + (place - %(made)s - 1) * %(per)s + half as id, part, row_no, channel, address, country,
        status, register_answer
    from addressee where shipment_id = %(shipment)s and place > %(made)s and place <= %(made)s::int + %(limit)s
), wide as (
    insert into notification (id, shipment_id, channel, address, country, part, row_no, register_answer)
    select id, %(shipment)s, channel, address, country, part, row_no, register_answer from slice
), narrow as (
    insert into notification_state (id, shipment_id, status, reason, status_at)
    select id, %(shipment)s, status,
        case when address = '' then %(contact)s || (register_answer ->> 'why_not') end, clock_timestamp()
    from slice
)
select %(first)s::bigint + %(limit)s::bigint * %(per)s - 1, %(part)s::int, %(row)s::int,
    array(select distinct channel from slice where address <> '' order by channel)
"""
# A place whose address an earlier one has is empty, so the last id is that of the last place, taken or not.


def ids_per_recipient(scheme: int) -> int:
    """How many ids each recipient of such a shipment has, used or not."""
    return len(channels_of(scheme))


def statement(scheme: int, *, is_chosen: bool = False) -> tuple[str, dict[str, Any]]:
    """Give the statement that makes a slice, and what it must be told of the scheme.

    It answers with the last id, part and row number, and with the channels on which something is to be sent. Of a
    shipment whose recipients were chosen it makes those only.
    """
    make, of_scheme = _statement(scheme)
    return (make.replace(_EVERYBODY, _CHOSEN) if is_chosen else make), of_scheme


def _statement(scheme: int) -> tuple[str, dict[str, Any]]:
    channels = channels_of(scheme)
    if len(channels) == 1:
        return _OF_ONE_CHANNEL, _of_one(channels[0])
    chosen = _BOTH if scheme == Scheme.EMAIL_AND_SMS else _PREFERRED
    return _SLICE_OF_TWO + chosen + _INSERT_OF_TWO, _of_two([*channels])


def of_addressees(scheme: int) -> tuple[str, dict[str, Any]]:
    """Give the same for a shipment whose persons and organisations have been looked up."""
    return _OF_ADDRESSEES, {"per": ids_per_recipient(scheme), "contact": CONTACT}


def _of_one(channel: Channel) -> dict[str, Any]:
    return {
        "channel": channel,
        "channels": [channel],
        "kind": _KIND[channel],
        "new": NEW[channel],
        "not_identified": NOT_IDENTIFIED[channel],
    }


def _of_two(channels: list[Channel]) -> dict[str, Any]:
    return {
        "channels": channels,
        "sms": Channel.SMS,
        "phone": RecipientKind.PHONE,
        "by_email": RecipientKind.EMAIL,
        "new_sms": NEW[Channel.SMS],
        "new_email": NEW[Channel.EMAIL],
        "no_phone": NOT_IDENTIFIED[Channel.SMS],
        "no_email": NOT_IDENTIFIED[Channel.EMAIL],
    }
