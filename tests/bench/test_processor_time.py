"""What a process took of the processors is told to less than the hundredth of a second in which systems count."""

import os
import subprocess
import sys

import pytest

from app.bench.proc import cpu_s

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of other processes")


def test_work_of_a_millisecond_is_seen() -> None:
    before = cpu_s(os.getpid())
    worked = sum(range(20_000))

    assert worked
    assert 0 < cpu_s(os.getpid()) - before < 10


def test_what_a_child_took_counts_when_it_has_ended() -> None:
    before = cpu_s(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(5_000_000))"], check=True)

    assert cpu_s(os.getpid()) - before > 0.02


def test_a_process_that_is_not_there_has_taken_nothing() -> None:
    assert cpu_s(2**22 + 1) == 0
