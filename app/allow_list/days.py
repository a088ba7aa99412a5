"""How long an entry lasts, and its last day in Norway."""

from datetime import date, datetime, timedelta

from app.web.formats import OSLO

USUAL_DAYS = 90
MOST_DAYS = 365
SOON_DAYS = 14
"""How many days before its end an entry is shown as ending soon."""


def last_day_of(until_at: datetime) -> date:
    """Give the last day of an entry that ends at that midnight."""
    return (until_at - timedelta(microseconds=1)).astimezone(OSLO).date()
