"""Days on which SMS do not leave: weekends and Norwegian public holidays, where the order says so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.days import Days, is_open, open_on
from app.messaging.schedule import OSLO, expires_at, next_opening, window_is_open

BOTH = Days.WEEKDAYS_ONLY | Days.NO_HOLIDAYS
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


def oslo(day: str, clock: str = "12:00") -> datetime:
    """A moment by the clock in Norway."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2026-11-23", [0, 1, 2, 3]),  # a Monday
        ("2026-11-21", [0, 2]),  # a Saturday
        ("2026-11-22", [0, 2]),  # a Sunday
        ("2027-05-17", [0, 1]),  # Constitution Day, a Monday
        ("2027-03-26", [0, 1]),  # Good Friday
        ("2026-12-26", [0]),  # the day after Christmas, a Saturday
        ("2026-12-24", [0, 1, 2, 3]),  # Christmas Eve is no public holiday
    ],
)
def test_each_rule_leaves_out_its_days(day: str, rules: list[int]) -> None:
    assert open_on(date.fromisoformat(day)) == rules


def test_the_window_opens_on_the_next_day_that_is_not_left_out() -> None:
    friday_evening = oslo("2026-11-20", "17:00")

    assert next_opening(friday_evening) == oslo("2026-11-21", "09:00:00.000001")
    assert next_opening(friday_evening, Days.WEEKDAYS_ONLY) == oslo("2026-11-23", "09:00:00.000001")
    # Before Easter 2027: Maundy Thursday, Good Friday, the weekend and Easter Monday are left out.
    assert next_opening(oslo("2027-03-24", "18:00"), BOTH) == oslo("2027-03-30", "09:00:00.000001")


def test_it_opens_at_nine_by_the_clock_also_after_the_night_when_summer_time_begins() -> None:
    opening = next_opening(oslo("2027-03-26", "17:30"), Days.WEEKDAYS_ONLY)

    assert opening.astimezone(OSLO).isoformat() == "2027-03-29T09:00:00.000001+02:00"


def test_days_that_are_left_out_do_not_count_in_the_time_to_live() -> None:
    friday_noon = oslo("2026-11-20")

    assert expires_at(friday_noon, True, True) == oslo("2026-11-22")
    assert expires_at(friday_noon, True, True, Days.WEEKDAYS_ONLY) == oslo("2026-11-24")
    assert expires_at(oslo("2026-11-20", "18:00"), True, True, Days.WEEKDAYS_ONLY) == oslo("2026-11-25", "09:00")
    assert expires_at(friday_noon, False, True, Days.WEEKDAYS_ONLY) == oslo("2026-11-22")


@given(MOMENTS, st.sampled_from([Days.EVERY, Days.WEEKDAYS_ONLY, Days.NO_HOLIDAYS, BOTH]))
def test_the_next_opening_is_open_and_comes_before_the_time_to_live_ends(at: datetime, days: Days) -> None:
    opening = next_opening(at, days)

    assert at <= opening < at + timedelta(days=8)
    assert window_is_open(opening, days)
    assert is_open(opening.astimezone(OSLO).date(), days)
    assert opening + timedelta(hours=24) < expires_at(at, True, True, days)
