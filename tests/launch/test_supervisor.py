"""The supervisor on small real processes: order, restarts, and nobody left behind."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from app.launch.errors import LaunchError
from app.launch.processes import Running, spawn
from app.launch.supervisor import RESTARTS_ALLOWED, Part, Stage, Supervisor
from tests.fixtures.product import command_lines, wait_until


class Household:
    """Parts that are shell scripts, and what was said about them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []

    def part(self, name: str, script: str, stage: Stage = Stage.DESK, *, restarts: bool = False) -> Part:
        """A part that runs `script`, in which `$D` is the test's folder."""
        return Part(name, lambda: self._spawn(name, script), stage, restarts=restarts)

    def supervisor(self) -> Supervisor:
        """A supervisor whose words are kept."""
        return Supervisor(self.said.append, self.folder / "parts.json")

    def _spawn(self, name: str, script: str) -> Running:
        environment = {"PATH": os.environ["PATH"], "D": str(self.folder)}
        return spawn(name, ["/bin/sh", "-c", script], log=self.folder / f"{name}.log", environment=environment)


@pytest.fixture
def household(tmp_path: Path) -> Household:
    return Household(tmp_path)


def says_when_it_stops(name: str) -> str:
    return f'trap "echo {name} >> $D/order; exit" TERM; touch $D/{name}.ready; while :; do sleep 0.02; done'


def test_what_uses_something_stops_before_it(household: Household, tmp_path: Path) -> None:
    names = {"database": Stage.DATABASE, "queue": Stage.QUEUE, "gateway": Stage.GATEWAY, "desk": Stage.DESK}

    with household.supervisor() as supervisor:
        for name, stage in names.items():
            supervisor.start(household.part(name, says_when_it_stops(name), stage))
        wait_until(lambda: all((tmp_path / f"{name}.ready").exists() for name in names), 60)

    assert (tmp_path / "order").read_text().split() == ["desk", "gateway", "queue", "database"]
    assert not (tmp_path / "parts.json").exists()


def test_a_part_that_ends_by_itself_ends_the_watch_in_a_sentence(household: Household, tmp_path: Path) -> None:
    with household.supervisor() as supervisor:
        supervisor.start(household.part("scheduler", "sleep 0.1; exit 3"), household.part("web", "sleep 60"))

        with pytest.raises(LaunchError) as stopped:
            supervisor.watch()

    assert str(stopped.value) == (
        f"scheduler ended (exit code 3), so Varsel has stopped; its log is {tmp_path / 'scheduler.log'}."
    )


def test_a_part_that_died_of_a_full_disk_says_so(household: Household) -> None:
    with household.supervisor() as supervisor:
        supervisor.start(household.part("database", "echo 'could not write: No space left on device'; exit 1"))

        with pytest.raises(LaunchError, match="is full: make room there"):
            supervisor.watch()


def test_a_worker_that_keeps_dying_is_started_a_few_times_and_then_stops_all(household: Household) -> None:
    with household.supervisor() as supervisor:
        supervisor.start(household.part("worker", "exit 1", restarts=True))

        with pytest.raises(LaunchError, match=f"worker ended {RESTARTS_ALLOWED} times within 60 s"):
            supervisor.watch()

    assert household.said == ["worker ended (exit code 1) and is started again."] * (RESTARTS_ALLOWED - 1)


def test_children_that_a_part_leaves_behind_go_with_it(household: Household, tmp_path: Path) -> None:
    mark = f"sleep 611.{os.getpid()}"
    with household.supervisor() as supervisor:
        supervisor.start(household.part("web", f"{mark} & touch $D/ready; exec sleep 600"))
        wait_until(lambda: (tmp_path / "ready").exists() and mark in command_lines(), 60)

    wait_until(lambda: mark not in command_lines(), 60)


def test_a_part_that_ignores_the_request_to_stop_is_ended_by_force(
    household: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.launch.supervisor.STOP_WITHIN_S", 0.3)
    with household.supervisor() as supervisor:
        supervisor.start(household.part("deaf", 'trap "" TERM; echo $$ > $D/ready; while :; do sleep 0.02; done'))
        wait_until(lambda: (tmp_path / "ready").exists() and (tmp_path / "ready").read_text() != "", 60)
        began = time.monotonic()

    assert time.monotonic() - began < 60
    assert not Path("/proc", (tmp_path / "ready").read_text().strip()).exists()


def test_a_process_dies_with_the_one_that_started_it(tmp_path: Path) -> None:
    mark = f"612.{os.getpid()}"
    program = (
        "import time; from pathlib import Path; from app.launch.processes import spawn;"
        f"spawn('child', ['/bin/sleep', '{mark}'], log=Path('{tmp_path}/log'), environment={{}}); time.sleep(600)"
    )
    parent = spawn("parent", [sys.executable, "-c", program], log=tmp_path / "parent.log", environment=os.environ)
    wait_until(lambda: f"/bin/sleep {mark}" in command_lines(), 60)

    parent.process.send_signal(signal.SIGKILL)
    parent.process.wait()

    wait_until(lambda: f"/bin/sleep {mark}" not in command_lines(), 60)
