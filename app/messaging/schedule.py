"""When an SMS may go out and until when a notification lives, by the clock in Norway."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.messaging.days import Days, is_open

OSLO = ZoneInfo("Europe/Oslo")
OPENS_AT = time(9)
CLOSES_AT = time(17)
TIME_TO_LIVE = timedelta(hours=48)
_WAIT_UNTIL_TOMORROW = timedelta(hours=24)
_FIRST_MOMENT = timedelta(microseconds=1)


class NonexistentTime(ValueError):
    """A time that the clocks in Norway never show: skipped when summer time begins, or too far away to be told."""

    words = "The clocks in Norway skip this time when summer time begins: choose another."


def window_is_open(at: datetime, days: int = Days.EVERY) -> bool:
    """Whether Daytime SMS may go out: strictly after 09:00:00 and before 17:00:00 in Norway.

    Altinn's rule is every day; ours may leave out weekends and holidays.
    """
    return OPENS_AT < _clock(at) < CLOSES_AT and is_open(at.astimezone(OSLO).date(), days)


def next_opening(at: datetime, days: int = Days.EVERY) -> datetime:
    """Return the first moment, not before `at`, at which the window is open; to the microsecond, in UTC."""
    if window_is_open(at, days):
        return at.astimezone(UTC)
    day = at.astimezone(OSLO).date() + timedelta(days=_clock(at) >= CLOSES_AT or not is_open(_day(at), days))
    while not is_open(day, days):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS_AT, OSLO).astimezone(UTC) + _FIRST_MOMENT


def expires_at(requested_send_at: datetime, channel_is_sms: bool, daytime: bool, days: int = Days.EVERY) -> datetime:
    """Return when a notification's time to live ends, in UTC, as Altinn computes it (NotificationScheduleService).

    48 hours from the requested time; for Daytime SMS outside the window two days from when it opens next, at 09:00 by
    the clock in Norway. 09:00:00 sharp counts as outside, and as too late for that day. Days on which nothing may leave
    do not count.
    """
    ends = _expires_at(requested_send_at, channel_is_sms and daytime)
    if not (channel_is_sms and daytime):
        return ends
    day, last = _day(requested_send_at), ends.astimezone(OSLO)
    while day <= last.date():
        last += timedelta(days=not is_open(day, days))
        day += timedelta(days=1)
    return last.astimezone(UTC)


def _expires_at(requested_send_at: datetime, waits_for_window: bool) -> datetime:
    if not waits_for_window or window_is_open(requested_send_at):
        return (requested_send_at + TIME_TO_LIVE).astimezone(UTC)
    before_opening = _clock(requested_send_at) < OPENS_AT
    lives = TIME_TO_LIVE if before_opening else TIME_TO_LIVE + _WAIT_UNTIL_TOMORROW
    opening = datetime.combine(requested_send_at.astimezone(OSLO).date(), OPENS_AT, OSLO)
    return (opening + lives).astimezone(UTC)


def from_oslo(local: datetime) -> datetime:
    """Return the UTC moment of a time as typed in Norway; raise NonexistentTime for one that the clocks skip.

    An hour that the clocks show twice in autumn means its first passing, in summer time.
    """
    try:
        moment = local.replace(tzinfo=OSLO, fold=0).astimezone(UTC)
        shown = moment.astimezone(OSLO).replace(tzinfo=None)
    except OverflowError:
        raise NonexistentTime(NonexistentTime.words) from None
    if shown != local.replace(tzinfo=None, fold=0):
        raise NonexistentTime(NonexistentTime.words)
    return moment


def days_later(at: datetime, days: int) -> datetime:
    """Return the moment so many days after `at` at the same time by the clock in Norway, in UTC.

    Altinn adds 24 hours for each day, which is an hour off when summer time begins or ends in between. A time that the
    clocks skip then is an hour later.
    """
    local = at.astimezone(OSLO) + timedelta(days=days)
    return local.astimezone(UTC)


def _day(at: datetime) -> date:
    return at.astimezone(OSLO).date()


def _clock(at: datetime) -> time:
    return at.astimezone(OSLO).time()
