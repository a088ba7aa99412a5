"""Daytime SMS of an order that leaves out weekends or holidays wait for the next day that it does not leave out."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import count

import pytest

from app.db import utcnow
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.messaging.days import Days
from app.messaging.schedule import OSLO
from app.messaging.status import Channel
from tests.dispatch.desk import Desk, numbers

YEAR = next(year for year in count(utcnow().year + 1) if date(year, 5, 17).isoweekday() <= 5)
"""A year to come whose Constitution Day is a weekday."""

CONSTITUTION_DAY = datetime(YEAR, 5, 17, 12, tzinfo=OSLO)
FRIDAY, SATURDAY, MONDAY = (
    datetime.fromisocalendar(YEAR, week, day).replace(hour=12, tzinfo=OSLO) for week, day in ((41, 5), (41, 6), (42, 1))
)
"""In October, which has no holidays."""

FAR = datetime(YEAR, 12, 1, tzinfo=OSLO)


def at(moment: datetime) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: moment


def place(desk: Desk, days: Days) -> int:
    """Three daytime SMS that leave out these days, waiting."""
    shipment_id = desk.place(numbers(3), daytime_only=True, expires_at=FAR)
    desk.do("update shipment set days = :days where id = :s", days=days, s=shipment_id)
    desk.start()
    return shipment_id


@pytest.mark.parametrize(
    ("days", "moment", "goes"),
    [
        (Days.EVERY, SATURDAY, True),
        (Days.WEEKDAYS_ONLY, FRIDAY, True),
        (Days.WEEKDAYS_ONLY, SATURDAY, False),
        (Days.WEEKDAYS_ONLY, CONSTITUTION_DAY, True),
        (Days.NO_HOLIDAYS, CONSTITUTION_DAY, False),
        (Days.NO_HOLIDAYS, SATURDAY, True),
        (Days.WEEKDAYS_ONLY | Days.NO_HOLIDAYS, MONDAY, True),
    ],
)
def test_a_batch_is_claimed_on_the_days_of_its_order_only(desk: Desk, days: Days, moment: datetime, goes: bool) -> None:
    place(desk, days)

    claimed = claim(clock=at(moment))

    assert (claimed is not None) is goes


def test_an_order_that_waits_for_monday_does_not_hold_up_another(desk: Desk) -> None:
    waiting, other = place(desk, Days.WEEKDAYS_ONLY), place(desk, Days.EVERY)

    first, second = claim(clock=at(SATURDAY)), claim(clock=at(SATURDAY))

    assert first is not None
    assert (first.content.shipment_id, second) == (other, None)
    assert desk.statuses(waiting) == {"SMS_NEW": 3}


def test_what_is_held_at_midnight_before_a_day_left_out_waits_again(desk: Desk) -> None:
    shipment_id = place(desk, Days.WEEKDAYS_ONLY)
    claimed = claim(clock=at(FRIDAY))
    assert claimed is not None

    hand_over(claimed, clock=at(SATURDAY))

    assert desk.statuses(shipment_id) == {"SMS_NEW": 3}


def test_emails_leave_on_every_day(desk: Desk) -> None:
    shipment_id = desk.place(["a@example.no"], channel=Channel.EMAIL, expires_at=FAR)
    desk.do("update shipment set days = 3 where id = :s", s=shipment_id)
    desk.start()

    assert claim(clock=at(SATURDAY)) is not None
