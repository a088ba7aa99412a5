"""Days in Norway, as the moments at which they begin and end."""

from datetime import date, datetime, time, timedelta

from app.db import utcnow
from app.web.formats import OSLO


def today() -> date:
    """Tell which day it is in Norway."""
    return utcnow().astimezone(OSLO).date()


def begin_of(day: date) -> datetime:
    """Give the midnight in Oslo at which a day begins, also where the clock is changed on that day."""
    return datetime.combine(day, time(), OSLO)


def end_of(day: date) -> datetime:
    """Give the midnight in Oslo at which a day ends; the last day that can be written ends a moment sooner."""
    return begin_of(day + timedelta(days=1)) if day < date.max else datetime.combine(day, time.max, OSLO)
