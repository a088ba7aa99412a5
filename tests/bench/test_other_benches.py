"""Every bench measures what it says against its floor or peer, and tells it in one JSON object."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import app as product

ROOT = Path(product.__file__).parent.parent


def _bench(*words: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "bench", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def test_the_bench_of_intake_tells_its_speed_and_the_memory_of_each_process() -> None:
    figures = _bench("intake", "--rows=500")

    assert min(figures["rows_per_s"], figures["floor_per_s"]) > 0
    assert figures["of_floor"] >= 0
    assert set(figures["memory_mb"]) == {"upload", "worker of intake"}
    assert min(figures["memory_mb"].values()) > 0 or sys.platform != "linux"


def test_the_bench_of_reports_applies_every_one_of_them() -> None:
    figures = _bench("reports", "--reports=500")

    assert min(figures["applied_per_s"], figures["floor_per_s"]) > 0
    assert figures["of_floor"] >= 0


def test_the_bench_of_link_shows_what_many_at_once_are_worth_over_a_slow_line() -> None:
    figures = _bench("link", "--messages=400", "--latency-ms=50")

    assert 0 < figures["one_at_a_time_per_s"] < 20
    assert figures["times"] > 1


def test_the_bench_of_pages_opens_each_in_both_databases() -> None:
    figures = _bench("pages", "--notifications=10100", "--opened=20")

    assert set(figures["pages"]) == {"order", "table", "failed", "notification", "search", "orders"}
    assert all(page["times"] > 0 for page in figures["pages"].values())


def test_the_bench_of_live_pages_lets_everybody_see_the_order_move() -> None:
    figures = _bench("live", "--viewers=4", "--seconds=4")

    assert figures["refreshes"] == 8
    assert figures["cpu_ms"] > 0 or sys.platform != "linux"


def test_the_bench_of_small_orders_tells_how_long_each_waits_beside_a_big_one() -> None:
    figures = _bench("beside", "--big=20000", "--small=20", "--orders=3")

    assert figures["times_alone"] > 0
    assert 0 < figures["beside_s"]["median"] <= figures["beside_s"]["last"]
