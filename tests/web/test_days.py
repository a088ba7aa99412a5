"""Days in Norway begin and end at midnight there, the last one that can be written too."""

from datetime import UTC, date, datetime, timedelta

from app.web.days import begin_of, end_of, today


def test_the_last_day_that_can_be_written_ends_too() -> None:
    assert end_of(date.max) > begin_of(date.max)


def test_today_is_norways() -> None:
    now = datetime.now(UTC)

    assert begin_of(today()) <= now + timedelta(seconds=1)
    assert now - timedelta(seconds=1) < end_of(today())
