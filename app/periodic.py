"""What a room wants rung for at a steady beat; the scheduler reads it and only rings."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Periodic:
    """A bell that the scheduler rings every `every_s` seconds, unless `is_due` answers that there is nothing to do.

    `is_due` is asked inside the application, with a session of its own; it must be cheap, as it is asked at every beat.
    """

    queue: str
    job: str
    """The dotted name of a function that takes no arguments."""

    every_s: float
    is_due: Callable[[], bool] | None = None
