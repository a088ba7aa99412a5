"""Days in Norway as the moments that an entry begins and ends at."""

from datetime import date, datetime, time, timedelta

from app.db import utcnow
from app.web.formats import OSLO

USUAL_DAYS = 90
MOST_DAYS = 365
SOON_DAYS = 14
"""How many days before its end an entry is shown as ending soon."""


def today() -> date:
    """Tell which day it is in Norway."""
    return utcnow().astimezone(OSLO).date()


def begin_of(day: date) -> datetime:
    """Give the midnight in Oslo at which a day begins, also where the clock is changed on that day."""
    return datetime.combine(day, time(), OSLO)


def end_of(day: date) -> datetime:
    """Give the midnight in Oslo at which a day ends."""
    return begin_of(day + timedelta(days=1))


def last_day_of(until_at: datetime) -> date:
    """Give the last day of an entry that ends at that midnight."""
    return (until_at - timedelta(microseconds=1)).astimezone(OSLO).date()
