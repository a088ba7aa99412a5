"""A steady rate for a long time: memory, connections, dead rows and queues at the end beside those at the beginning."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import text

from app.bench.machine import probe
from app.bench.orders import place
from app.bench.proc import largest_mb
from app.bench.product import BenchFailed, counters_equal, production
from app.bench.stage import free_port, open_stage
from app.db import db
from app.messaging.status import OPEN, Status
from app.queue import QUEUES, queue, ring_now, valkey

ORDERS_PER_S = 1.0
LEAST_SAMPLES = 30
LONGEST_PAUSE_S = 5.0
PATIENCE_S = 120.0

GROWS_BY = 1.1
"""What is at the end more than a tenth above the beginning has grown, if it is by more than chance makes of it."""

CHANCE = {"memory": 8.0, "connections": 3.0, "dead_share": 0.05, "waiting": 5.0, "bells": 20.0, "valkey_mb": 4.0}
"""Some bells wait while a worker is busy; those of a queue that nobody serves would grow all the time."""


CONNECTIONS = text("select count(*) from pg_stat_activity where datname = current_database()")
DEAD_SHARE = text("select sum(n_dead_tup)::float / greatest(sum(n_live_tup + n_dead_tup), 1) from pg_stat_user_tables")
WAITING = text(
    "select (select count(*) from batch) + (select count(*) from report_inbox)"
    " + (select count(*) from shipment where status in (0, 1))"
)
STANDING = text("select status, sum(n) from shipment_count group by 1 having sum(n) <> 0")


@dataclass(slots=True)
class Series:
    """One thing, looked at again and again."""

    chance: float
    """By how much it may differ without having grown."""
    values: list[float] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """The medians of the first and the last third, and whether the last is more than chance above the first."""
        third = max(1, len(self.values) // 3)
        first, last = median(self.values[:third]), median(self.values[-third:])
        grew = last > first * GROWS_BY and last - first > self.chance
        return {"first_third": round(first, 3), "last_third": round(last, 3), "grew": grew}


def bench_soak(minutes: float, rate: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Send `rate` SMS per second for so long by LINK's protocol to a stand-in; `say` takes a word on how far it is."""
    before, web_port, link_port = probe(), free_port(), free_port()
    with open_stage() as stage, stage.product(**production(link_port)) as product:
        product.start_web(web_port)
        product.start_standin(link_port, f"http://127.0.0.1:{web_port}/gateways/link/reports")
        product.start_workers(2)
        product.start_worker_of("intake")
        # The stand-in remembers what it was sent, and is no part of the product.
        parts = {name: pid for name, pid in product.pids.items() if name != "stand-in"}
        placed, series = _soak(parts, minutes * 60, rate, say)
        delivered = _await_the_end(placed)
        equal = counters_equal()
    told = {name: one.told() for name, one in series.items()}
    return {
        "minutes": minutes,
        "rate_per_s": rate,
        "placed": placed,
        "delivered": delivered,
        "counters_equal": equal,
        **told,
        "grew": sorted(name for name, one in told.items() if one["grew"]),
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _soak(
    parts: Mapping[str, int], seconds: float, rate: int, say: Callable[[str], None]
) -> tuple[int, dict[str, Series]]:
    """Place an order each second and look around in between; tell for how many recipients, and what was seen."""
    pause_s = min(LONGEST_PAUSE_S, seconds / LEAST_SAMPLES)
    began_at = time.monotonic()
    orders, next_look, next_word = 0, pause_s, 60.0
    series: dict[str, Series] = {}
    while (passed_s := time.monotonic() - began_at) < seconds:
        if passed_s * ORDERS_PER_S >= orders:
            place(rate)
            ring_now("dispatch", "app.dispatch.jobs.start")
            orders += 1
        if passed_s >= next_look:
            _look(parts, series)
            next_look += pause_s
        if passed_s >= next_word:
            say(f"{passed_s / 60:.0f} minutes")
            next_word += 60.0
        time.sleep(0.02)
    return orders * rate, series


def _look(parts: Mapping[str, int], series: dict[str, Series]) -> None:
    for name, pid in parts.items():
        _note(series, f"memory_mb of {name}", largest_mb(pid), CHANCE["memory"])
    for name, question in (("connections", CONNECTIONS), ("dead_share", DEAD_SHARE), ("waiting", WAITING)):
        _note(series, name, float(db.session.scalar(question) or 0), CHANCE[name])
    db.session.rollback()
    _note(series, "bells", float(sum(queue(name).count for name in QUEUES)), CHANCE["bells"])
    _note(series, "valkey_mb", int(valkey().info("memory")["used_memory"]) / 2**20, CHANCE["valkey_mb"])


def _note(series: dict[str, Series], name: str, value: float, chance: float) -> None:
    series.setdefault(name, Series(chance)).values.append(value)


def _await_the_end(placed: int) -> int:
    """Wait until nothing is open any more, and tell how many were delivered."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        standing = {Status(status): int(number) for status, number in db.session.execute(STANDING)}
        db.session.rollback()
        if sum(standing.values()) == placed and not standing.keys() & OPEN:
            return standing.get(Status.SMS_DELIVERED, 0)
        time.sleep(0.2)
    raise BenchFailed(f"After {PATIENCE_S:.0f} seconds without new orders some notifications are still open.")
