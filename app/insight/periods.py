"""The periods that the figures are shown over: days, weeks from Monday, months; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What one bar of a chart stands for; also what the database cuts days by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


SHOWN = {Step.DAY: 31, Step.WEEK: 26, Step.MONTH: 13}
"""How many of each a page shows."""

FINER = {Step.WEEK: Step.DAY, Step.MONTH: Step.DAY}


@dataclass(frozen=True, slots=True)
class Period:
    """A number of steps in a row, the last of which may not be over yet."""

    step: Step
    starts: Sequence[date]
    """On which day each begins."""
    last_on: date

    @property
    def first_on(self) -> date:
        """The first day of all."""
        return self.starts[0]

    @property
    def before(self) -> date:
        """The last day of the period before it."""
        return self.first_on - timedelta(days=1)

    @property
    def after(self) -> date:
        """The last day of the period after it."""
        return last_day(self.step, _moved(self.step, start_of(self.step, self.last_on), SHOWN[self.step]))


def period(step: Step, last_on: date) -> Period:
    """Give the period that ends with the step in which a day is."""
    last = start_of(step, last_on)
    starts = [_moved(step, last, -number) for number in reversed(range(SHOWN[step]))]
    return Period(step, starts, last_day(step, last))


def start_of(step: Step, day: date) -> date:
    """Tell on which day the step of a day begins."""
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step is Step.MONTH else day


def last_day(step: Step, start: date) -> date:
    """Tell the last day of a step that begins on a day."""
    return _moved(step, start, 1) - timedelta(days=1)


def _moved(step: Step, start: date, steps: int) -> date:
    if step is not Step.MONTH:
        return start + timedelta(days=steps * (7 if step is Step.WEEK else 1))
    months = start.year * 12 + start.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)
