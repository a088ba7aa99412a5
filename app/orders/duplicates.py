"""Repeated addresses of an order: the first row stays, the later ones are named as its duplicates."""

from sqlalchemy import select, text

from app.db import db
from app.messaging.scheme import Scheme
from app.orders.models import Order

REASON = "duplicate"

_FORGET = text(
    """
    with freed as (update recipient set repeats = null where order_id = :order_id and repeats is not null)
    delete from refused_row where order_id = :order_id and reason = 'duplicate'
    """
)
_FIND = text(
    """
    with keyed as not materialized (
        select order_id, part, row_no, kind, address, case
            when identity_hash is not null then encode(identity_hash, 'hex')
            when kind = 2 then lower(address)
            when :by_email then lower(coalesce(email, address))
            else address end as key
        from recipient where order_id = :order_id
    ), repeated as (
        select hashtextextended(key, 0) as hash from keyed group by 1 having count(*) > 1
    )
    insert into refused_row (order_id, part, row_no, value, reason, first_part, first_row_no)
    select order_id, part, row_no, case when kind < 3 then address else '' end, 'duplicate', first_part, first_row_no
    from (
        select order_id, part, row_no, kind, address, row_number() over same as nth,
            first_value(part) over same as first_part, first_value(row_no) over same as first_row_no
        from keyed where hashtextextended(key, 0) in (select hash from repeated)
        window same as (partition by key order by part, row_no)
    ) as seen
    where nth > 1
    on conflict (order_id, part, row_no) do update
    set reason = 'duplicate', first_part = excluded.first_part, first_row_no = excluded.first_row_no
    """
)
_FIND_OF_BOTH = text(
    """
    with written as (
        select order_id, part, row_no, case when kind < 3 then address else '' end as address,
            case when kind = 1 then address end as phone,
            case when identity_hash is not null then encode(identity_hash, 'hex')
                else lower(case when kind = 1 then email else address end) end as mail
        from recipient where order_id = :order_id
    ), numbered as (
        select *, phone is null or row_number() over by_phone > 1 as no_new_phone,
            mail is null or row_number() over by_mail > 1 as no_new_mail,
            case when phone is null then first_value(part) over by_mail else first_value(part) over by_phone end
                as first_part,
            case when phone is null then first_value(row_no) over by_mail else first_value(row_no) over by_phone end
                as first_row_no
        from written
        window by_phone as (partition by phone order by part, row_no),
            by_mail as (partition by mail order by part, row_no)
    ), half as (
        update recipient as r set repeats = case when s.no_new_phone then 2 else 1 end
        from numbered as s
        where r.order_id = s.order_id and r.part = s.part and r.row_no = s.row_no
        and s.phone is not null and s.mail is not null and s.no_new_phone <> s.no_new_mail
    )
    insert into refused_row (order_id, part, row_no, value, reason, first_part, first_row_no)
    select order_id, part, row_no, address, 'duplicate', first_part, first_row_no
    from numbered where no_new_phone and no_new_mail
    on conflict (order_id, part, row_no) do update
    set reason = 'duplicate', first_part = excluded.first_part, first_row_no = excluded.first_row_no
    """
)
# Kind 1 is a phone number, 2 an e-mail address, 3 and 4 persons and organisations; 1 and 2 are the channels e-mail and
# SMS. To sort only what may be repeated, found by short hashes, costs a third of sorting all.

_COUNT = text(
    """
    update intake as i set duplicates = coalesce(d.n, 0), valid = i.rows_read - i.invalid - coalesce(d.n, 0)
    from intake as j
    left join (
        select part, count(*) as n from refused_row where order_id = :order_id and reason = 'duplicate' group by part
    ) as d on d.part = j.part
    where i.id = j.id and i.order_id = :order_id and i.status = 2
    """
)


def find(order_id: int) -> None:
    """Name the duplicates of an order anew over all it has been given, and count them per intake.

    The caller holds the order's row. A row is a duplicate where earlier ones have the address that it is sent to first,
    or all of them where it is sent to both; where they have one of both, `repeats` says which. E-mail addresses that
    differ only in case are one, as mail servers treat them.
    """
    scheme = db.session.execute(select(Order.channel).where(Order.id == order_id)).scalar_one()
    facts = {"order_id": order_id, "by_email": scheme == Scheme.EMAIL_PREFERRED}
    db.session.execute(text("set local work_mem = '64MB'"))
    db.session.execute(_FORGET, facts)
    db.session.execute(_FIND_OF_BOTH if scheme == Scheme.EMAIL_AND_SMS else _FIND, facts)
    db.session.execute(_COUNT, facts)
