"""The bench says what country rules cost per recipient, and how many are kept from blocking."""

import json
import subprocess
import sys
from pathlib import Path

import app as product

ROOT = Path(product.__file__).parent.parent


def test_the_bench_of_the_rules_prints_one_json_object_with_every_figure() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "bench", "rules", "--recipients=100000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert (figures["recipients"], figures["countries"]) == (100_000, 60)
    assert figures["distinct_combinations"] == 60
    assert 0 < figures["each_us"] < figures["evaluation_us"]
    assert (figures["rules"], figures["rules_that_would_block"], figures["rules_kept_from_blocking"]) == (404, 33, 1)
    assert figures["load_s"] > 0
