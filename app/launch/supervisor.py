"""Starts the parts in order, watches them, restarts those that may die, and stops all in order."""

import json
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from app.launch.errors import LaunchError, disk_full
from app.launch.processes import Running, ask_to_stop, await_end

STOP_WITHIN_S = 10.0
RESTARTS_ALLOWED = 5
RESTARTS_COUNTED_FOR_S = 60.0
_LOOK_EVERY_S = 0.2


class Stage(IntEnum):
    """When a part stops: what uses something stops before it."""

    DESK = 1
    GATEWAY = 2
    QUEUE = 3
    DATABASE = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the product: how it starts, when and how it stops, and whether Varsel outlives its death."""

    name: str
    start: Callable[[], Running]
    stage: Stage
    stop_signal: int = signal.SIGTERM
    restarts: bool = False
    await_ready: Callable[[Running], None] | None = None
    """For parts that start together: returns when the started process answers. Others are ready once started."""


@dataclass(slots=True)
class _Watched:
    part: Part
    running: Running
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS_ALLOWED))


class Supervisor:
    """Holds the running parts; leaving its `with` block stops them all."""

    def __init__(self, say: Callable[[str], None], notice: Path) -> None:
        """`say` takes sentences for the operator; `notice` is the file that tells which process is which part."""
        self._say = say
        self._notice = notice
        self._watched: list[_Watched] = []
        self._facts: dict[str, str] = {}

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, *parts: Part) -> None:
        """Start these parts side by side and return when all are ready; raise `LaunchError` if one is not."""
        for part in parts:
            self._watched.append(_Watched(part, part.start()))
        self._write_notice()
        for watched in self._watched[-len(parts) :]:
            if watched.part.await_ready:
                watched.part.await_ready(watched.running)

    def announce(self, **facts: str) -> None:
        """Add addresses to the notice."""
        self._facts |= facts
        self._write_notice()

    def watch(self) -> None:
        """Watch for ever; raise `LaunchError` when a part ends that Varsel cannot run without."""
        while True:
            for watched in self._watched:
                if not watched.running.alive:
                    self._react(watched)
            time.sleep(_LOOK_EVERY_S)

    def stop(self) -> None:
        """Stop all parts, stage by stage, and return when none is left."""
        for stage in Stage:
            parts = [watched for watched in self._watched if watched.part.stage == stage]
            for watched in parts:
                ask_to_stop(watched.running, watched.part.stop_signal)
            deadline = time.monotonic() + STOP_WITHIN_S
            for watched in parts:
                await_end(watched.running, max(0.1, deadline - time.monotonic()))
        self._watched.clear()
        self._notice.unlink(missing_ok=True)

    def _react(self, watched: _Watched) -> None:
        if not watched.part.restarts:
            raise ended(watched.running)
        if _too_often(watched.deaths):
            raise LaunchError(
                f"{watched.part.name} ended {RESTARTS_ALLOWED} times within {RESTARTS_COUNTED_FOR_S:.0f} s, so Varsel "
                f"has stopped; its log is {watched.running.log}."
            )
        self._say(f"{watched.part.name} ended ({how(watched.running)}) and is started again.")
        await_end(watched.running, 0)
        watched.running = watched.part.start()
        self._write_notice()

    def _write_notice(self) -> None:
        processes = {watched.part.name: watched.running.process.pid for watched in self._watched}
        half_done = self._notice.with_suffix(".new")
        with open(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({**self._facts, "processes": processes}, file)
        half_done.rename(self._notice)


def _too_often(deaths: deque[float]) -> bool:
    deaths.append(time.monotonic())
    return len(deaths) == RESTARTS_ALLOWED and deaths[-1] - deaths[0] < RESTARTS_COUNTED_FOR_S


def ended(running: Running) -> LaunchError:
    """Say which part ended, how, and where it may have said why."""
    if "No space left on device" in running.last_words():
        return disk_full(running.log.parent.parent)
    return LaunchError(f"{running.name} ended ({how(running)}), so Varsel has stopped; its log is {running.log}.")


def how(running: Running) -> str:
    """Tell in words how a process ended."""
    code = running.process.returncode
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
