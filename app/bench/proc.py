"""What processes take, their children included: memory at most, and time of the processors."""

import ctypes
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_EVERY_S = 0.05
PROC = Path("/proc")
LIBC = ctypes.CDLL(None)


class Peaks:
    """The largest memory of any process under a root, in MB; all zero where the system does not tell (not Linux)."""

    def __init__(self, roots: dict[str, int]) -> None:
        self._roots = roots
        self._mb = dict.fromkeys(roots, 0.0)

    def look(self) -> None:
        """Take the present figures in."""
        for name, root in self._roots.items():
            largest = max((_memory_mb(pid, "VmHWM:") for pid in _family(root)), default=0.0)
            self._mb[name] = max(self._mb[name], largest)

    @property
    def mb(self) -> dict[str, int]:
        """The peaks so far, by name."""
        return {name: round(peak) for name, peak in self._mb.items()}


@contextmanager
def watched(roots: dict[str, int]) -> Iterator[Peaks]:
    """Look at the processes again and again during the block."""
    peaks, done = Peaks(roots), threading.Event()
    looking = threading.Thread(target=_keep_looking, args=(peaks, done), daemon=True)
    looking.start()
    try:
        yield peaks
    finally:
        done.set()
        looking.join()


def largest_mb(root: int) -> float:
    """The memory that the largest of a process and its living children has now, in MB; 0 where nothing tells."""
    return max((_memory_mb(pid, "VmRSS:") for pid in _family(root)), default=0.0)


def cpu_s(root: int) -> float:
    """The processor seconds that a process and its children have taken so far, those that have ended among them.

    Of the living to the microsecond, of the ended to a hundredth; 0 where the system does not tell (not Linux).
    """
    return sum(_own_s(pid) + _ended_s(pid) for pid in _family(root))


def _own_s(pid: int) -> float:
    """By the clock that POSIX keeps for every process, as `/proc` tells no less than a hundredth of a second."""
    clock = ctypes.c_int()
    if not hasattr(LIBC, "clock_getcpuclockid") or LIBC.clock_getcpuclockid(pid, ctypes.byref(clock)):
        return 0.0
    try:
        return time.clock_gettime(clock.value)
    except OSError:
        return 0.0


def _ended_s(pid: int) -> float:
    """Of children that have ended: `cutime` and `cstime` of `/proc/<pid>/stat`."""
    try:
        after_name = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, after_name[13:15])) / os.sysconf("SC_CLK_TCK")


def _keep_looking(peaks: Peaks, done: threading.Event) -> None:
    while not done.wait(LOOK_EVERY_S):
        peaks.look()


def _family(root: int) -> Iterator[int]:
    yield root
    for child in _children(root):
        yield from _family(child)


def _children(pid: int) -> list[int]:
    try:
        tasks = (PROC / str(pid) / "task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _memory_mb(pid: int, which: str) -> float:
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return 0.0
    lines = (line.split() for line in status.splitlines() if line.startswith(which))
    return max((int(kilobytes) / 1024 for _, kilobytes, _ in lines), default=0.0)
