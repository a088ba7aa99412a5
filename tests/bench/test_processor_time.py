"""What a process took of the processors is told to less than the hundredth of a second in which systems count."""

import subprocess
import sys
from pathlib import Path

import pytest

import app as product
from app.bench.proc import cpu_s

ROOT = Path(product.__file__).parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of other processes")


def taken_s(work: str) -> float:
    """What `work` takes of the processors by `cpu_s`, in a process that had no children before."""
    lines = (
        "import os, subprocess, sys",
        "from app.bench.proc import cpu_s",
        "before = cpu_s(os.getpid())",
        work,
        "print(cpu_s(os.getpid()) - before)",
    )
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(ran.stdout)


def test_work_of_a_millisecond_is_seen() -> None:
    assert 0 < taken_s("sum(range(20_000))") < 10


def test_what_a_child_took_counts_when_it_has_ended() -> None:
    assert taken_s("subprocess.run([sys.executable, '-c', 'sum(range(5_000_000))'], check=True)") > 0.02


def test_a_process_that_is_not_there_has_taken_nothing() -> None:
    assert cpu_s(2**22 + 1) == 0
