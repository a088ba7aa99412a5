"""The bench says how fast persons are looked up beside bare clients, and that memory does not grow with them."""

import json
import subprocess
import sys
from pathlib import Path

import app as product

ROOT = Path(product.__file__).parent.parent


def test_the_bench_of_look_ups_prints_one_json_object_with_all_rates() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "bench", "contacts", "--persons=3000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["persons"] == 3000
    assert figures["workers"] == 2
    assert min(figures[name] for name in ("persons_per_s", "bare_per_s", "flood_per_s")) > 0
    assert min(figures[name] for name in ("of_flood", "of_bare")) >= 0
    assert set(figures["memory_mb"]) == {"of_10000", "of_all"}
