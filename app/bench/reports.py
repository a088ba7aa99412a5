"""How fast a burst of delivery reports is applied, beside bare set-based updates of the same rows."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import text

from app.bench.filled import ACCEPTED, fill
from app.bench.floor import AT_ONCE, REPORT, deliver
from app.bench.machine import probe
from app.bench.product import BenchFailed, counters_equal
from app.bench.stage import Stage, open_stage, plain
from app.db import db
from app.messaging.status import ReportEffect, Status
from app.queue import ring_now

REPORTS_PER_POST = 200
LOOK_EVERY_S = 0.01
PATIENCE_S = 600.0

POSTS = text("""
insert into report_inbox (gateway, body, reports)
select 'link', convert_to('<MSGLST>' || string_agg(
    '<MSG><ID>' || a.notification_id || '</ID><REF>' || a.reference || '</REF><RCV>4741000000</RCV>'
    '<STATE>DELIVRD</STATE><DELIVERYTIME>2026.11.23 12:00:00</DELIVERYTIME></MSG>', '')
    || '</MSGLST>', 'UTF8'), count(*)
from attempt as a group by a.notification_id / :per_post order by min(a.notification_id)
""")
LEFT = text("select exists (select from report_inbox)")
DELIVERED = text("select coalesce(sum(n), 0) from shipment_count where status = :delivered")


def bench_reports(reports: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure both in turns; `say` takes a word on how far it is."""
    before, applied, floor = probe(), [], []
    with open_stage() as stage:
        for number in range(1, rounds + 1):
            say(f"Round {number} of {rounds}")
            applied.append(_applied_per_s(stage, reports))
            floor.append(_floor_per_s(stage, reports))
    return {
        "reports": reports,
        "rounds": rounds,
        "applied_per_s": round(median(applied)),
        "floor_per_s": round(median(floor)),
        "of_floor": round(median(applied) / median(floor), 3),
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _applied_per_s(stage: Stage, reports: int) -> float:
    with stage.product(ENVIRONMENT="test") as product:
        fill([reports], ACCEPTED)
        db.session.execute(POSTS, {"per_post": REPORTS_PER_POST})
        db.session.commit()
        product.start_worker_of("reports")
        began_at = time.monotonic()
        ring_now("reports", "app.dispatch.jobs.apply_reports")
        _await_empty(began_at + PATIENCE_S)
        passed_s = time.monotonic() - began_at
        _require_applied(reports)
        return reports / passed_s


def _await_empty(until: float) -> None:
    while time.monotonic() < until:
        left = db.session.scalar(LEFT)
        db.session.rollback()
        if not left:
            return
        time.sleep(LOOK_EVERY_S)
    raise BenchFailed(f"The reports were not applied after {PATIENCE_S:.0f} seconds.")


def _require_applied(reports: int) -> None:
    delivered = db.session.scalar(DELIVERED, {"delivered": Status.SMS_DELIVERED})
    if delivered != reports or not counters_equal():
        raise BenchFailed(f"{delivered} of {reports} were delivered, or the counters differ.")


def _floor_per_s(stage: Stage, reports: int) -> float:
    with stage.product(ENVIRONMENT="test") as product:
        first_id = fill([reports], ACCEPTED)[0].first_id
        slices = [
            _rows(begin, min(begin + AT_ONCE, first_id + reports))
            for begin in range(first_id, first_id + reports, AT_ONCE)
        ]
        with psycopg.connect(plain(str(product.settings["DATABASE_URL"]))) as connection:
            began_at = time.monotonic()
            for rows in slices:
                deliver(connection, {REPORT: rows})
            return reports / (time.monotonic() - began_at)


def _rows(begin: int, end: int) -> list[tuple[Any, ...]]:
    now, effect = datetime.now(UTC), ReportEffect.APPLIED
    return [(key, "link", f"ref-{key}", "DELIVRD", Status.SMS_DELIVERED, effect, now, now) for key in range(begin, end)]
