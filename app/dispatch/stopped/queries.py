"""Questions about stopped hand-overs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db import db

MOST_SHOWN = 100

STOPPED = text("""
select b.id, h.order_id, o.short_name, coalesce(array_length(b.ids, 1), b.last_id - b.first_id + 1) as notifications,
    b.failures, b.fault, b.isolated_at, b.expires_at
from batch as b join shipment as h on h.id = b.shipment_id join service_owner as o on o.id = b.service_owner_id
where b.isolated_at is not null and (cast(:batch as bigint) is null or b.id = :batch)
order by b.id limit :most
""")


@dataclass(frozen=True, slots=True)
class Line:
    """A batch that a fault keeps from being handed over."""

    id: int
    order_id: int
    service_owner: str
    notifications: int
    failures: int
    fault: str
    isolated_at: datetime
    expires_at: datetime


def lines(batch_id: int | None = None) -> list[Line]:
    """The stopped hand-overs, the first stopped first, or one of them."""
    rows = db.session.execute(STOPPED, {"batch": batch_id, "most": MOST_SHOWN})
    return [Line(*row) for row in rows]
