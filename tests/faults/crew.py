"""Worker processes of the product that may die at any moment, and a supervisor that starts each again.

They are forked from one process that has imported the product before, which spares each the two seconds of an import:
otherwise they are what `varsel worker` and `varsel scheduler` run, with connections and memory of their own.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app.launch.processes import die_with_parent

_LOOK_EVERY_S = 0.02
_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload(["tests.faults.crew", "tests.faults.preloaded"])


class Crew:
    """So many workers of each queue, and the scheduler, unless told otherwise."""

    def __init__(self, environment: Mapping[str, str], log: Path, roles: Sequence[str]) -> None:
        self.roles = list(roles)
        self.log = log
        self.killed = 0
        self.crashes: list[str] = []
        """Which ones ended without being killed or told to, and how."""
        self.environment = dict(environment)
        self._members: list[ForkServerProcess] = []
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Crew":
        self._members = [self._start(role) for role in self.roles]
        self._watching.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._done.set()
        self._watching.join()
        for member in self._members:
            _kill(member)

    def await_ready(self, listening: Callable[[], int]) -> None:
        """Return when all its workers listen."""
        workers = sum(role != "scheduler" for role in self.roles)
        wait_for(lambda: listening() >= workers, otherwise=self.log.read_text)

    def kill(self, number: int) -> None:
        """Kill one of them with everything in it; another takes its place."""
        with self._lock:
            _kill(self._members[number])
            self.killed += 1
            self._members[number] = self._start(self.roles[number])

    def kill_all(self, role: str) -> None:
        """Kill all that have a role."""
        for number, its_role in enumerate(self.roles):
            if its_role == role:
                self.kill(number)

    @property
    def pids(self) -> list[int]:
        """The process numbers, in the order of the roles."""
        return [int(member.pid or 0) for member in self._members]

    def _watch(self) -> None:
        while not self._done.wait(_LOOK_EVERY_S):
            with self._lock:
                for number, member in enumerate(self._members):
                    if member.exitcode is not None:
                        self.crashes.append(f"{self.roles[number]}: {member.exitcode}")
                        self._members[number] = self._start(self.roles[number])

    def _start(self, role: str) -> ForkServerProcess:
        process = _FORK.Process(target=_run, args=(role, self.environment, str(self.log)), daemon=False)
        process.start()
        return process


def _kill(member: ForkServerProcess) -> None:
    with suppress(ProcessLookupError):
        os.kill(int(member.pid or 0), signal.SIGKILL)
    member.join(10)


def _run(role: str, environment: Mapping[str, str], log: str) -> None:
    """What a member of the crew does; a worker's role is its queue."""
    die_with_parent(os.getppid(), signal.SIGKILL)
    for name in [name for name in os.environ if name.startswith("VARSEL_")]:
        del os.environ[name]
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(output, stream.fileno())
    _deed(role)()


def _deed(role: str) -> Callable[[], None]:
    from app import scheduler, worker

    return scheduler.run if role == "scheduler" else lambda: worker.work(role)


def wait_for(holds: Callable[[], bool], within_s: float = 240.0, otherwise: Callable[[], object] = str) -> None:
    """Return as soon as it holds; when the time is up, fail with what `otherwise` tells."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.03)
