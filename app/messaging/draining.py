"""When the last of many messages leaves, by how long they take and by when SMS may leave."""

from datetime import UTC, datetime, timedelta

from app.messaging.days import Days
from app.messaging.schedule import CLOSES_AT, OSLO, next_opening

LONGEST = timedelta(days=365)
"""Working time past which nothing is foretold."""


def last_leaves_at(first_at: datetime, lasts: timedelta, *, daytime: bool, days: int = Days.EVERY) -> datetime | None:
    """Return when the last leaves if the first does at `first_at` and all take so long, in UTC; None for over a year.

    In the daytime only, what is left at 17:00 in Norway goes on when the window opens next.
    """
    if lasts > LONGEST:
        return None
    if not daytime:
        return (first_at + lasts).astimezone(UTC)
    at = next_opening(first_at, days)
    while (room := _closes_at(at) - at) < lasts:
        lasts -= room
        at = next_opening(at + room, days)
    return at + lasts


def _closes_at(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(OSLO).date(), CLOSES_AT, OSLO).astimezone(UTC)
