"""The bench measures the whole way, and leaves nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import app as product

ROOT = Path(product.__file__).parent.parent


def test_the_bench_prints_one_json_object_with_every_figure(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "bench", "dispatch", "--recipients=60", "--rounds=1"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures["recipients"] == 60
    assert figures["counters_equal"] is True
    for way in ("simulator", "link"):
        assert figures[way]["accepted_per_s"] >= figures[way]["final_per_s"] > 0
        assert {"database", "queue", "workers", "scheduler"} <= figures[way]["cpu_us"].keys()
        assert figures[way]["cpu_us"]["workers"] > 0
        assert figures[way]["wal_bytes"] > 0
    assert figures["floor_per_s"] > 0
    assert figures["job_per_message_per_s"] > 0
    assert figures["of_floor"] >= 0
    assert figures["times_job_per_message"] >= 0
    assert list(tmp_path.iterdir()) == []
