"""A reminder comes at the same time of day, also where summer time begins or ends in between."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.schedule import OSLO, days_later


@pytest.mark.parametrize(
    ("at", "days", "later"),
    [
        ("2026-10-20 12:00", 7, "2026-10-27 12:00"),
        ("2026-03-25 12:00", 7, "2026-04-01 12:00"),
        ("2026-03-28 02:30", 1, "2026-03-29 03:30"),
        ("2026-10-24 02:30", 1, "2026-10-25 02:30"),
        ("2026-12-31 23:59", 1, "2027-01-01 23:59"),
    ],
)
def test_the_clock_says_the_same_some_days_later(at: str, days: int, later: str) -> None:
    moment = days_later(datetime.fromisoformat(at).replace(tzinfo=OSLO), days)

    assert moment.astimezone(OSLO).strftime("%Y-%m-%d %H:%M") == later
    assert moment.tzinfo is UTC


@given(st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), st.integers(1, 365))
def test_a_day_is_a_day_give_or_take_the_hour_of_summer_time(at: datetime, days: int) -> None:
    off = days_later(at, days) - at - timedelta(days=days)

    assert abs(off) <= timedelta(hours=1)
