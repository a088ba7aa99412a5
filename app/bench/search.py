"""What the desk's search costs: every reading of a text, at so many notifications, with the indexes that answer."""

import re
import time
from dataclasses import asdict
from statistics import median
from typing import Any

from sqlalchemy import event, text

from app.accounts.queries import service_owners
from app.bench.machine import probe
from app.bench.stage import open_stage
from app.db import db
from app.support.search import queries
from app.support.search.queries import Filter
from app.support.search.readings import FINDS_ORDERS, Kind, Reading
from app.web.paging import Window

ORDER_SIZE = 1000
ASKED = 40
"""How many different texts are asked for by each reading."""

_READ = re.compile(r"(?:using|on) ((?:ix|pk|uq)_\w+)|(Seq Scan on \w+)")

FILL = (
    "set local session_replication_role = replica",
    """
    insert into service_owner (short_name, name, sms_sender, email_from)
    select 'owner' || g, 'Owner ' || g, 'Test', 'post@owner.example' from generate_series(1, 20) as g
    """,
    """
    insert into orders (service_owner_id, channel, daytime_only, senders_reference, placed_at, sms_text)
    select 1 + g % 20, 2, false, 'case-' || g, now() - interval '1 minute' * (:orders - g), 'Hello'
    from generate_series(1, :orders) as g
    """,
    """
    insert into shipment (order_id, service_owner_id, channel, status, requested_send_at, daytime_only, expires_at,
        sms_text, recipients, first_id, last_id, made)
    select id, service_owner_id, 2, 2, placed_at, false, placed_at + interval '2 days', 'Hello', :size,
        (id - 1) * :size + 1, id * :size, :size
    from orders order by id
    """,
    """
    insert into notification (id, shipment_id, channel, address, country, part, row_no)
    select g, (g - 1) / :size + 1, 1 + g % 2,
        case when g % 2 = 1 then '+47' || 90000000 + (g * 7919) % (:total / 3)
             else 'Person' || (g * 7919) % (:total / 3) || '@example.com' end,
        case when g % 2 = 1 then 'NO' else '' end, 0, g % :size
    from generate_series(cast(1 as bigint), :total) as g
    """,
    """
    insert into notification_state (id, shipment_id, status, route, attempts, status_at)
    select id, shipment_id, case when channel = 2 then 28 else 53 end, 1, 1, now() from notification
    """,
    """
    insert into attempt (notification_id, no, gateway, route, outcome, sender, segments, reference, handed_over_at)
    select id, 1, 'gateway' || id % 3, 1, 1, 'Test', 1, 'ref-' || id, now() from notification
    """,
)


def bench_search(notifications: int) -> dict[str, Any]:
    """Fill a database of its own, ask, and tell the median and the worst of each reading in milliseconds."""
    before = probe()
    with open_stage() as stage, stage.product():
        orders = notifications // ORDER_SIZE
        sizes = {"orders": orders, "size": ORDER_SIZE, "total": orders * ORDER_SIZE}
        began_at = time.perf_counter()
        for statement in FILL:
            db.session.execute(text(statement), {name: sizes[name] for name in re.findall(r"(?<!:):(\w+)", statement)})
        db.session.commit()
        db.session.execute(text("analyze"))
        db.session.commit()
        filled_s = time.perf_counter() - began_at
        asked = {kind.value: _asked(kind, orders * ORDER_SIZE) for kind in Kind}
    return {"notifications": orders * ORDER_SIZE, "filled_s": round(filled_s, 1), **asked, "machine": asdict(before)}


def _asked(kind: Kind, total: int) -> dict[str, Any]:
    step = max(total // ASKED, 1)
    readings = [Reading(kind, _text(kind, 1 + number * step)) for number in range(ASKED)]
    owners = [owner.id for owner in service_owners()]
    statements: list[tuple[str, Any]] = []
    took: list[float] = []
    listener = _listener(statements)
    event.listen(db.engine, "before_cursor_execute", listener)
    found = 0
    for reading in readings:
        began_at = time.perf_counter()
        found += _ask(reading, owners)
        took.append((time.perf_counter() - began_at) * 1000)
        db.session.rollback()
    event.remove(db.engine, "before_cursor_execute", listener)
    ms = {"median_ms": round(median(took), 2), "worst_ms": round(max(took), 2)}
    return {**ms, "rows": found, "indexes": _indexes(*statements[-1])}


def _ask(reading: Reading, owners: list[int]) -> int:
    if reading.kind in FINDS_ORDERS:
        return len(queries.orders(reading, owners, Window()).rows)
    return len(queries.notifications(reading, Filter(), Window()).rows)


def _text(kind: Kind, number: int) -> str:
    third, order = number * 7919, number // ORDER_SIZE + 1
    known = {
        Kind.PHONE: lambda: _value("select address from notification where id = :n", number | 1),
        Kind.EMAIL: lambda: _value("select lower(address) from notification where id = :n", max(number & ~1, 2)),
        Kind.ID: lambda: _value("select public_id::text from orders where id = :n", order),
        Kind.PERSON: lambda: f"{third % 10**11:011}",
        Kind.ORGANISATION: lambda: f"{third % 10**9:09}",
        Kind.REFERENCE: lambda: f"case-{order}",
        Kind.GATEWAY_REFERENCE: lambda: f"ref-{number}",
        Kind.ORDER: lambda: str(order),
        Kind.NOTIFICATION: lambda: str(number),
    }
    return known[kind]()


def _value(statement: str, number: int) -> str:
    return str(db.session.execute(text(statement), {"n": number}).scalar_one())


def _listener(statements: list[tuple[str, Any]]) -> Any:
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_others: Any) -> None:
        if statement.lstrip().lower().startswith(("select", "with")):
            statements.append((statement, parameters))

    return note


def _indexes(statement: str, parameters: Any) -> list[str]:
    """Name the indexes, or whole tables, that the server reads for a statement."""
    cursor = db.session.connection().connection.cursor()
    cursor.execute(f"explain {statement}", parameters)
    plan = "\n".join(row[0] for row in cursor.fetchall())
    db.session.rollback()
    return sorted({index or table for index, table in _READ.findall(plan)})
