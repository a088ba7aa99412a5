"""The send window and the time to live follow the clock in Norway, on the nights it is moved too."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.messaging.schedule import (
    OSLO,
    NonexistentTime,
    expires_at,
    from_oslo,
    next_opening,
    window_is_open,
)

SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 1, tzinfo=UTC)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)) | st.builds(
    lambda turn, minutes: turn + timedelta(minutes=minutes), st.sampled_from([SPRING, AUTUMN]), st.integers(-4000, 4000)
)


def oslo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("requested", "ends"),
    [
        ("2025-08-25T10:00:00+00:00", "2025-08-27T10:00:00+00:00"),
        ("2025-08-25T20:00:00+00:00", "2025-08-28T07:00:00+00:00"),
        ("2025-08-25T05:00:00+00:00", "2025-08-27T07:00:00+00:00"),
        ("2025-08-25T09:00:00+02:00", "2025-08-28T07:00:00+00:00"),
        ("2025-08-25T09:00:00.000001+02:00", "2025-08-27T07:00:00.000001+00:00"),
        ("2025-08-25T16:59:59+02:00", "2025-08-27T14:59:59+00:00"),
        ("2025-08-25T17:00:00+02:00", "2025-08-28T07:00:00+00:00"),
        ("2025-08-25T00:00:00+02:00", "2025-08-27T07:00:00+00:00"),
        ("2025-08-24T23:59:59+02:00", "2025-08-27T07:00:00+00:00"),
        ("2026-01-15T08:30:00+01:00", "2026-01-17T08:00:00+00:00"),
        ("2026-03-28T08:00:00+01:00", "2026-03-30T07:00:00+00:00"),
        ("2026-03-28T20:00:00+01:00", "2026-03-31T07:00:00+00:00"),
        ("2026-10-24T08:00:00+02:00", "2026-10-26T08:00:00+00:00"),
        ("2026-10-24T20:00:00+02:00", "2026-10-27T08:00:00+00:00"),
    ],
)
def test_daytime_sms_outside_the_window_lives_from_the_next_opening(requested: str, ends: str) -> None:
    ended = expires_at(datetime.fromisoformat(requested), channel_is_sms=True, daytime=True)

    assert ended == datetime.fromisoformat(ends)
    assert ended.utcoffset() == timedelta(0)


@given(moments, st.sampled_from([(True, False), (False, False), (False, True)]))
def test_all_else_lives_for_48_hours(at: datetime, kind: tuple[bool, bool]) -> None:
    sms, daytime = kind

    assert expires_at(at, channel_is_sms=sms, daytime=daytime) == at + timedelta(hours=48)


@given(moments)
def test_daytime_sms_lives_for_two_days_from_an_open_window(at: datetime) -> None:
    ended = expires_at(at, channel_is_sms=True, daytime=True)

    assert timedelta(hours=47) <= ended - at <= timedelta(hours=73)
    assert window_is_open(at) or ended.astimezone(OSLO).time() == time(9)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-21T08:59:59", False),
        ("2026-11-21T09:00:00", False),
        ("2026-11-21T09:00:00.000001", True),
        ("2026-11-22T12:00:00", True),
        ("2026-12-25T12:00:00", True),
        ("2026-07-01T16:59:59.999999", True),
        ("2026-07-01T17:00:00", False),
        ("2026-07-01T00:00:00", False),
    ],
)
def test_the_window_is_open_between_nine_and_five_every_day(at: str, is_open: bool) -> None:
    assert window_is_open(oslo(at)) is is_open


@given(moments)
@example(SPRING)
@example(AUTUMN)
@example(datetime(2026, 7, 1, 7, tzinfo=UTC))
def test_the_next_opening_is_open_and_nothing_before_it_is(at: datetime) -> None:
    opening = next_opening(at)

    assert window_is_open(opening)
    assert opening >= at
    assert opening == at or not window_is_open(opening - timedelta(microseconds=1))
    assert opening - at <= timedelta(hours=17, microseconds=1)


def test_the_window_opens_at_nine_the_morning_after_the_clocks_move() -> None:
    before_spring, before_autumn = oslo("2026-03-28T22:00"), oslo("2026-10-24T22:00")

    assert next_opening(before_spring) == datetime(2026, 3, 29, 7, 0, 0, 1, tzinfo=UTC)
    assert next_opening(before_autumn) == datetime(2026, 10, 25, 8, 0, 0, 1, tzinfo=UTC)


@given(moments)
def test_a_time_as_norway_shows_it_is_read_back(at: datetime) -> None:
    shown = at.astimezone(OSLO)

    read = from_oslo(shown.replace(tzinfo=None))

    assert read == at - timedelta(hours=shown.fold)
    assert read.utcoffset() == timedelta(0)


@given(st.times(time(2), time(2, 59, 59, 999999)))
def test_the_hour_that_spring_skips_does_not_exist(clock: time) -> None:
    with pytest.raises(NonexistentTime):
        from_oslo(datetime.combine(date(2026, 3, 29), clock))


@given(st.times(time(2), time(2, 59, 59, 999999)), st.sampled_from([0, 1]))
def test_the_hour_that_autumn_repeats_means_its_first_passing(clock: time, fold: int) -> None:
    typed = datetime.combine(date(2026, 10, 25), clock).replace(fold=fold)

    assert from_oslo(typed) == typed.replace(tzinfo=UTC, fold=0) - timedelta(hours=2)


@pytest.mark.parametrize("typed", [datetime.min, datetime.min + timedelta(minutes=5)])
def test_a_time_too_far_away_is_refused(typed: datetime) -> None:
    with pytest.raises(NonexistentTime):
        from_oslo(typed)
