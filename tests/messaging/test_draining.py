"""The last of many messages leaves when all working time has been used up, windows and days observed."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.days import Days
from app.messaging.draining import LONGEST, last_leaves_at
from app.messaging.schedule import OSLO, window_is_open

SECOND = timedelta(seconds=1)


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("first", "minutes", "days", "last"),
    [
        ("2026-11-23T09:00:01", 12, Days.EVERY, "2026-11-23T09:12:01"),
        ("2026-11-23T16:50:00", 30, Days.EVERY, "2026-11-24T09:20:00"),
        ("2026-11-23T16:50:00", 10 + 8 * 60 + 5, Days.EVERY, "2026-11-25T09:05:00"),
        ("2026-11-27T16:50:00", 30, Days.WEEKDAYS_ONLY, "2026-11-30T09:20:00"),
        ("2026-12-23T16:50:00", 30, Days.NO_HOLIDAYS, "2026-12-24T09:20:00"),
        ("2026-12-24T16:50:00", 30, Days.NO_HOLIDAYS, "2026-12-27T09:20:00"),
        ("2026-12-24T16:50:00", 30, Days.NO_HOLIDAYS | Days.WEEKDAYS_ONLY, "2026-12-28T09:20:00"),
        ("2026-11-23T20:00:00", 5, Days.EVERY, "2026-11-24T09:05:00"),
    ],
)
def test_what_is_left_at_five_goes_on_when_the_window_opens_next(
    first: str, minutes: int, days: Days, last: str
) -> None:
    found = last_leaves_at(oslo(first), timedelta(minutes=minutes), daytime=True, days=days)

    assert found is not None
    assert abs(found - oslo(last)) < SECOND


def test_anytime_knows_no_window() -> None:
    found = last_leaves_at(oslo("2026-11-23T16:50:00"), timedelta(hours=20), daytime=False)

    assert found == oslo("2026-11-24T12:50:00")


def test_the_night_on_which_the_clocks_are_moved_takes_nothing_from_the_window() -> None:
    found = last_leaves_at(oslo("2026-10-24T16:00:00"), timedelta(hours=2), daytime=True)

    assert found is not None
    assert abs(found - oslo("2026-10-25T10:00:00")) < SECOND


def test_more_than_a_year_is_not_foretold() -> None:
    assert last_leaves_at(oslo("2026-11-23T10:00:00"), LONGEST + SECOND, daytime=True) is None


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(OSLO)),
    st.timedeltas(SECOND, timedelta(days=20)),
    st.sampled_from(range(4)),
)
def test_the_last_leaves_within_the_window_and_not_before_its_time(
    first: datetime, lasts: timedelta, days: int
) -> None:
    found = last_leaves_at(first, lasts, daytime=True, days=days)

    assert found is not None
    assert found - first >= lasts - SECOND
    assert window_is_open(found, days)
