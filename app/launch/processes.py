"""Child processes that cannot outlive us, each in a session of its own so that Ctrl-C reaches only the supervisor."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.launch.accounts import Account

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Running:
    """A started process, its name in words and the file that holds what it printed."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def last_words(self, lines: int = 20) -> str:
        """Read the end of its log, for telling why it ended."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel to send this process `signal_number` when `parent` ends, however it ends (Linux only)."""
    if sys.platform != "linux":
        return
    _libc.prctl(_PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


def _tied_to_us(signal_number: int) -> Callable[[], None]:
    parent = os.getpid()
    return lambda: die_with_parent(parent, signal_number)


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    account: Account | None = None,
    folder: Path = Path("/"),
    when_we_die: int = signal.SIGTERM,
) -> Running:
    """Start `command` with its output appended to `log`; it gets `when_we_die` if we end without stopping it."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=_tied_to_us(when_we_die),
        )
    return Running(name, process, log)


def ask_to_stop(running: Running, signal_number: int = signal.SIGTERM) -> None:
    """Send the signal, unless the process has ended already."""
    if running.alive:
        running.process.send_signal(signal_number)


def await_end(running: Running, grace_s: float) -> None:
    """Wait until the process has ended; after `grace_s` seconds end it and its whole session by force."""
    try:
        running.process.wait(grace_s)
    except subprocess.TimeoutExpired:
        running.process.kill()
        running.process.wait()
    finally:
        _end_session(running.process.pid)


def stop(running: Running, signal_number: int = signal.SIGTERM, grace_s: float = 10) -> None:
    """Ask one process to stop and return when it has."""
    ask_to_stop(running, signal_number)
    await_end(running, grace_s)


def _end_session(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
