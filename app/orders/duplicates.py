"""Repeated addresses of an order: the first row stays, the later ones are named as its duplicates."""

from sqlalchemy import text

from app.db import db

REASON = "duplicate"

_FORGET = text("delete from refused_row where order_id = :order_id and reason = 'duplicate'")
_FIND = text(
    """
    insert into refused_row (order_id, part, row_no, value, reason, first_part, first_row_no)
    select order_id, part, row_no, address, 'duplicate', first_part, first_row_no
    from (
        select order_id, part, row_no, address, row_number() over same as nth,
            first_value(part) over same as first_part, first_value(row_no) over same as first_row_no
        from recipient
        where order_id = :order_id
        window same as (partition by lower(address) order by part, row_no)
    ) as seen
    where nth > 1
    on conflict (order_id, part, row_no) do update
    set reason = 'duplicate', first_part = excluded.first_part, first_row_no = excluded.first_row_no
    """
)
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

    The caller holds the order's row. E-mail addresses that differ only in case are one, as mail servers treat them.
    """
    db.session.execute(text("set local work_mem = '64MB'"))
    for statement in (_FORGET, _FIND, _COUNT):
        db.session.execute(statement, {"order_id": order_id})
