"""How fast an order goes out, beside what the database needs at least and what a job per message would make of it."""

from collections.abc import Callable
from dataclasses import asdict
from statistics import median
from typing import Any

from app.bench.floor import floor_per_s
from app.bench.machine import probe
from app.bench.one_by_one import job_per_message_per_s
from app.bench.product import Speed, through_link, through_simulator
from app.bench.stage import Stage, open_stage

JOBS = 1_000
"""So many messages are enough to know what a job per message costs: it is the same for each."""

ROUNDS_OF_SMALL = 3
SMALL = 20_000
"""Up to so many recipients everything is measured in turns, three times unless told, and the median counts."""


def bench_dispatch(recipients: int, workers: int, rounds: int | None, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure everything in one run; `say` takes a word on how far it is."""
    rounds = rounds or (ROUNDS_OF_SMALL if recipients <= SMALL else 1)
    simulator: list[Speed] = []
    link: list[Speed] = []
    floor: list[float] = []
    jobs: list[float] = []
    before = probe()
    with open_stage() as stage:
        for number in range(1, rounds + 1):
            say(f"Round {number} of {rounds}")
            _round(stage, recipients, workers, simulator, link, floor, jobs)
    figures = _figures(simulator, link, median(floor), median(jobs))
    measured = {"recipients": recipients, "workers": workers, "rounds": rounds}
    return {**measured, **figures, "machine": {"before": asdict(before), "after": asdict(probe())}}


def _round(
    stage: Stage,
    recipients: int,
    workers: int,
    simulator: list[Speed],
    link: list[Speed],
    floor: list[float],
    jobs: list[float],
) -> None:
    simulator.append(through_simulator(stage, recipients, workers))
    floor.append(floor_per_s(stage, recipients))
    link.append(through_link(stage, recipients, workers))
    jobs.append(job_per_message_per_s(stage, min(recipients, JOBS)))


def _figures(simulator: list[Speed], link: list[Speed], floor: float, jobs: float) -> dict[str, Any]:
    final = median(speed.final_per_s for speed in simulator)
    return {
        "simulator": _speeds(simulator),
        "link": _speeds(link),
        "floor_per_s": round(floor),
        "job_per_message_per_s": round(jobs, 1),
        "of_floor": round(final / floor, 3),
        "times_job_per_message": round(final / jobs, 1),
        "counters_equal": all(speed.counters_equal for speed in simulator + link),
    }


def _speeds(speeds: list[Speed]) -> dict[str, Any]:
    parts = speeds[0].cpu_us
    return {
        "accepted_per_s": round(median(speed.accepted_per_s for speed in speeds)),
        "final_per_s": round(median(speed.final_per_s for speed in speeds)),
        "cpu_us": {part: round(median(speed.cpu_us[part] for speed in speeds), 1) for part in parts},
        "wal_bytes": round(median(speed.wal_bytes for speed in speeds)),
    }
