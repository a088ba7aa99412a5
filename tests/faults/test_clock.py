"""The database's clock is moved by an hour, and the nights on which Oslo's is: nothing is sent twice or forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.db import utcnow
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.messaging.schedule import OSLO
from app.standin.behaviour import Answer, Behaviour
from tests.dispatch.desk import Desk, numbers
from tests.faults.crew import wait_for
from tests.faults.house import House

RECIPIENTS = 100
STEP = timedelta(minutes=15)

NEXT_YEAR = utcnow().year + 1


def _last_sunday(month: int) -> datetime:
    """Midnight, in UTC, of the day on which Oslo's clock is moved in a month of 31 days."""
    last = datetime(NEXT_YEAR, month, 31, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


MOVED = {
    "batch": ("lease_until", "expires_at", "waits_until", "waits_since"),
    "shipment": ("requested_send_at", "expires_at"),
    "notification_state": ("due_at",),
    "report_inbox": ("due_at", "received_at"),
    "gateway": ("breaker_until",),
}
"""A clock that goes an hour ahead is, to whoever asks it, the same as moments that lie an hour back."""


def test_a_clock_that_jumps_ahead_ends_every_lease_and_the_answers_still_count(house: House) -> None:
    house.standin.desk.rules.tell_all(Behaviour(slow_s=1.5))
    house.standin.desk.reporter.hold(True)
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.standin.desk.phones.received == RECIPIENTS, otherwise=house.what_is_open)
    _move_clock(house, timedelta(hours=1))
    wait_for(lambda: house.statuses() == {"SMS_ACCEPTED": RECIPIENTS}, otherwise=house.what_is_open)
    house.standin.desk.reporter.hold(False)

    house.assert_ends_well(uncertain=0)


def test_a_lease_from_before_the_clock_was_moved_back_holds_nobody_up(house: House) -> None:
    house.standin.desk.rules.tell_all(Behaviour(Answer.NO_ANSWER))
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.standin.desk.phones.received == RECIPIENTS, otherwise=house.what_is_open)
    house.crew.kill_all("dispatch")
    house.standin.desk.rules.forget()
    _move_clock(house, -timedelta(hours=1))
    house.place(numbers(RECIPIENTS, first=42_000_000))

    house.assert_ends_well(uncertain=RECIPIENTS)

    assert house.standin.desk.phones.received == 2 * RECIPIENTS


@pytest.mark.parametrize(
    ("sunday", "opens_at"),
    [
        (_last_sunday(3), _last_sunday(3) + timedelta(hours=7)),
        (_last_sunday(10), _last_sunday(10) + timedelta(hours=8)),
    ],
    ids=["an hour less", "an hour more"],
)
def test_what_waits_for_the_day_goes_out_at_nine_in_oslo_after_the_nights_on_which_its_clock_is_moved(
    app: Flask, sunday: datetime, opens_at: datetime
) -> None:
    evening = sunday - timedelta(hours=4)
    with app.app_context():
        desk = Desk(app)
        shipment_id = desk.place(numbers(3), daytime_only=True, expires_at=evening + timedelta(hours=48))
        desk.start()

        moments = [evening + STEP * n for n in range(60)]
        taken_at = next(moment for moment in moments if _send(moment))

        assert opens_at <= taken_at <= opens_at + STEP
        assert taken_at.astimezone(OSLO).hour == 9
        assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 3}
        assert not any(_send(moment) for moment in moments)
        desk.assert_counters_are_right()


def _send(moment: datetime) -> bool:
    """Hand over what may go out at that moment."""
    claimed = claim(clock=lambda: moment)
    if claimed is not None:
        hand_over(claimed, clock=lambda: moment)
    return claimed is not None


def _move_clock(house: House, by: timedelta) -> None:
    for table, columns in MOVED.items():
        moved = ", ".join(f"{column} = {column} - %(by)s" for column in columns)
        house.do(f"update {table} set {moved}".replace("%(by)s", f"interval '{by.total_seconds()} seconds'"))
