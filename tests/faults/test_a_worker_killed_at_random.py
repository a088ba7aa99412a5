"""Workers are killed at random moments while orders of all sizes go out; nothing is lost and nothing is sent twice."""

import random
import time
from collections.abc import Callable

import pytest

from app.standin.behaviour import Behaviour
from tests.dispatch.desk import numbers
from tests.faults.house import House

ROLES = ("dispatch", "dispatch", "dispatch", "reports", "scheduler")
WEIGHTS = (4, 4, 4, 2, 1)
ANSWERS_AFTER_S = 0.3
LONGEST_PAUSE_S = 0.4
"""A little more than the gateway takes, so that a kill after its request comes before its answer, or after it."""

LARGEST = 300
MADE = "select coalesce(sum(made), 0) from shipment"
CLAIMED = "select count(*) from notification_state where attempts > 0"


@pytest.mark.parametrize(
    ("kills", "notifications"),
    [(15, 2_000), pytest.param(200, 20_000, marks=pytest.mark.long)],
)
def test_killing_workers_at_random_loses_nothing_and_sends_nothing_twice(
    open_house: Callable[..., House], kills: int, notifications: int, record_property: Callable[[str, object], None]
) -> None:
    house, dice = open_house(*ROLES), random.Random(kills)
    house.standin.desk.rules.tell_all(Behaviour(slow_s=ANSWERS_AFTER_S))
    waiting = numbers(notifications)

    for left in range(kills, 0, -1):
        share = len(waiting) // left
        _place_and_kill(house, waiting[:share], dice)
        waiting = waiting[share:]

    house.await_settled(240.0 + notifications / 100)
    found = house.statuses()
    record_property("killed", {"kills": house.crew.killed, **found})
    assert house.crew.killed == kills
    assert sum(found.values()) == notifications
    assert found["SMS_DELIVERED"] > notifications / 2
    house.assert_ends_well(uncertain=range(notifications // 2))


def _place_and_kill(house: House, addresses: list[str], dice: random.Random) -> None:
    """Half of the kills come while the gateway has something, the others at any step before or after that."""
    begun = dice.choice((_requests, _requests, _made, _claimed))
    before = begun(house)
    while addresses:
        size = dice.randint(1, LARGEST)
        house.place(addresses[:size])
        addresses = addresses[size:]
    until = time.monotonic() + 3.0
    while begun(house) == before and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(dice.uniform(0.0, LONGEST_PAUSE_S))
    house.crew.kill(dice.choices(range(len(ROLES)), WEIGHTS)[0])


def _requests(house: House) -> int:
    return house.standin.desk.tally.requests


def _made(house: House) -> int:
    return int(house.one(MADE))


def _claimed(house: House) -> int:
    return int(house.one(CLAIMED))
