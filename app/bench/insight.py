"""What the daily figures cost: rolling up one large day, and the page over thirteen months of them."""

import re
import time
from dataclasses import asdict
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import text

from app.bench.machine import probe
from app.bench.stage import open_stage
from app.db import db, utcnow
from app.insight import queries, service
from app.insight.periods import Step, period
from app.insight.queries import Wanted
from app.web.formats import OSLO

ORDER_SIZE = 10_000
DAYS = 400
ASKED = 20

FILL = (
    "set local session_replication_role = replica",
    """
    insert into service_owner (short_name, name, sms_sender, email_from)
    select 'owner' || g, 'Owner ' || g, 'Test' || g, 'post@owner.example' from generate_series(1, 20) as g
    """,
    """
    insert into orders (service_owner_id, channel, daytime_only, placed_at, sms_text)
    select 1 + g % 20, 2, false, :noon, 'Hello' from generate_series(1, :orders) as g
    """,
    """
    insert into shipment (order_id, service_owner_id, channel, status, requested_send_at, daytime_only, expires_at,
        sms_sender, sms_text, recipients, first_id, last_id, made, completed_at)
    select id, service_owner_id, 2, 2, :noon, false, now(), 'Test', 'Hello', :size, (id - 1) * :size + 1, id * :size,
        :size, now()
    from orders order by id
    """,
    """
    insert into notification (id, shipment_id, channel, address, country, part, row_no)
    select g, (g - 1) / :size + 1, 2, '+47' || 40000000 + g % 10000000,
        (array['NO','NO','NO','NO','NO','NO','NO','SE','ES','TH'])[1 + g % 10], 0, g % :size
    from generate_series(cast(1 as bigint), :total) as g
    """,
    """
    insert into notification_state (id, shipment_id, status, route, attempts, reason, status_at)
    select id, shipment_id, case when id % 20 = 0 then 34 else 28 end, 1, 1,
        case when id % 20 = 0 then 'expired_at_operator' end, :noon + make_interval(secs => 2 + id % 300)
    from notification
    """,
    """
    insert into attempt (notification_id, no, gateway, route, outcome, sender, segments, reference, handed_over_at)
    select id, 1, 'gateway' || id % 3, 1, 1, 'Test', 1, 'ref-' || id, :noon from notification
    """,
    """
    insert into insight_count (day, service_owner_id, channel, country, gateway, sender, route, status, reason, n)
    select cast(:noon as date) - d, o, 2, 'C' || c, 'gateway' || c % 3, 'Test' || o, 1, 28 + c % 11, 'r' || c, 100
    from generate_series(1, :days) as d, generate_series(1, 20) as o, generate_series(1, 100) as c
    """,
    """
    insert into insight_time (day, service_owner_id, channel, route, bucket, n)
    select cast(:noon as date) - d, o, 2, 1, b, 10
    from generate_series(1, :days) as d, generate_series(1, 20) as o, generate_series(100, 180) as b
    """,
)


def bench_insight(notifications: int) -> dict[str, Any]:
    """Fill a database of its own, roll up the day, ask for the page; seconds and milliseconds."""
    before = probe()
    with open_stage() as stage, stage.product():
        noon = (utcnow() - timedelta(days=1)).replace(hour=11, minute=0)
        orders = max(notifications // ORDER_SIZE, 1)
        size = notifications // orders
        sizes = {"noon": noon, "orders": orders, "size": size, "total": orders * size, "days": DAYS}
        for statement in FILL:
            db.session.execute(text(statement), {name: sizes[name] for name in re.findall(r"(?<!:):(\w+)", statement)})
        db.session.commit()
        db.session.execute(text("analyze"))
        db.session.commit()
        service.notice()
        took = [_rolled_s(noon.astimezone(OSLO).date()) for _ in range(3)]
        page = {step.value: _page_ms(step) for step in Step}
    rolled = {"first_s": round(took[0], 2), "again_s": round(median(took[1:]), 2)}
    return {"notifications": orders * size, "roll_up": rolled, "page_ms": page, "machine": asdict(before)}


def _rolled_s(day: Any) -> float:
    began_at = time.perf_counter()
    service.roll_up(day, 1)
    db.session.commit()
    return time.perf_counter() - began_at


def _page_ms(step: Step) -> float:
    """The median of all that the page asks for, for everybody's figures."""
    wanted = Wanted(period(step, utcnow().date()))
    took = []
    for _ in range(ASKED):
        began_at = time.perf_counter()
        queries.series(wanted)
        queries.parts(wanted)
        took.append((time.perf_counter() - began_at) * 1000)
    db.session.rollback()
    return round(median(took), 1)
