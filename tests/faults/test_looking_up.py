"""Workers die while they look persons up; everybody is looked up and told once, and nobody has to lend a hand."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.faults.crew import wait_for
from tests.faults.gate import AT_THE_GATE, gate
from tests.faults.house import House
from tests.faults.persons import place_persons, stall

PERSONS = 12_000
"""Two full chunks, and a part of a third."""

CREW = ("intake", "intake", "dispatch", "reports", "scheduler")
IN_HAND = "select count(*) from look_up_chunk"
STORED = "select count(*) from addressee"
CLOSED = "select count(*) from shipment where looked_up_at is not null"
STORING = "before insert on addressee for each statement"
CLOSING = "before update on shipment for each row when (new.looked_up_at is distinct from old.looked_up_at)"


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """Two workers that look up."""
    return open_house(*CREW)


def test_workers_killed_while_the_register_has_their_requests_leave_nobody_out(house: House) -> None:
    stall(house, slow_s=2.0)
    place_persons(house, PERSONS)
    wait_for(lambda: house.one(IN_HAND) > 1, otherwise=house.what_is_open)

    house.crew.kill_all("intake")
    stall(house, slow_s=0.0)

    ends_well(house)


def test_workers_killed_while_one_chunk_is_stored_and_another_is_not_look_nobody_up_twice(house: House) -> None:
    with gate(house, STORING, when="exists (select from addressee)"):
        place_persons(house, PERSONS)
        wait_for(lambda: house.one(STORED) > 0 and house.one(AT_THE_GATE) > 0, otherwise=house.what_is_open)

        house.crew.kill_all("intake")

        assert house.one(STORED) < PERSONS
    ends_well(house)


def test_a_worker_killed_while_it_closes_the_look_up_is_followed_by_another(house: House) -> None:
    with gate(house, CLOSING):
        place_persons(house, 100)
        wait_for(lambda: house.one(AT_THE_GATE) > 0, otherwise=house.what_is_open)
        house.crew.kill_all("intake")

    assert house.one(CLOSED) == 0
    ends_well(house, 100)


def test_workers_killed_again_and_again_come_to_an_end(house: House) -> None:
    stall(house, slow_s=0.1)
    place_persons(house, PERSONS)

    for number in range(6):
        with suppress(AssertionError):
            wait_for(lambda: house.one(IN_HAND) > 0, within_s=2.0)
        house.crew.kill(number % 2)
        house.let_time_pass()

    ends_well(house)


def ends_well(house: House, persons: int = PERSONS) -> None:
    """Each got one SMS, and nothing is in anybody's hands any more."""
    house.assert_ends_well(hurry=True)
    phones = house.standin.desk.phones
    assert (phones.received, len(phones.counts(1))) == (persons, persons)
    assert house.one(STORED) == persons
    assert house.one(IN_HAND) == 0
