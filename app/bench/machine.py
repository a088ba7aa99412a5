"""What kind of machine the figures come from."""

import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass

LOOPS = 2_000_000
SYNCS = 50


@dataclass(frozen=True, slots=True)
class Machine:
    """A probe of the processor and the disk, taken beside the measurements."""

    cores: int
    python: str
    load_1min: float
    loop_ms: float
    """How long a fixed loop of Python takes."""
    fdatasync_ms: float
    """The median time to make a written page durable."""


def probe() -> Machine:
    """Measure the machine as it is now."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        load_1min=round(os.getloadavg()[0], 2),
        loop_ms=round(_loop_ms(), 1),
        fdatasync_ms=round(_fdatasync_ms(), 3),
    )


def _loop_ms() -> float:
    began_at = time.perf_counter()
    total = 0
    for n in range(LOOPS):
        total += n
    return (time.perf_counter() - began_at) * 1000


def _fdatasync_ms() -> float:
    with tempfile.NamedTemporaryFile() as file:
        return statistics.median(_one_sync_ms(file.fileno()) for _ in range(SYNCS))


def _one_sync_ms(file: int) -> float:
    os.write(file, b"x" * 8192)
    began_at = time.perf_counter()
    os.fdatasync(file)
    return (time.perf_counter() - began_at) * 1000
