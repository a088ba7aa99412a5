"""Workers die while they look persons up; everybody is looked up and told once, and nobody has to lend a hand."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from app.contacts.sealing import sealer
from app.db import db, utcnow
from app.orders.models import Recipient, RecipientKind
from app.shipments.models import Shipment
from app.standin.registers import Mood
from tests.faults.crew import wait_for
from tests.faults.gate import AT_THE_GATE, gate
from tests.faults.house import House
from tests.fixtures.identities import tenor_persons

PERSONS = 12_000
"""Two full chunks, and a part of a third."""

CREW = ("intake", "intake", "dispatch", "reports", "scheduler")
IN_HAND = "select count(*) from look_up_chunk"
STORED = "select count(*) from addressee"
CLOSED = "select count(*) from shipment where looked_up_at is not null"
CLOSING = "before update on shipment for each row when (new.looked_up_at is distinct from old.looked_up_at)"


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """Two workers that look up."""
    return open_house(*CREW)


def place(house: House, persons: int = PERSONS) -> None:
    """Place an order to persons, each of whom KRR knows by a mobile number of their own."""
    numbers = tenor_persons(persons)
    people = {one: {"phone": f"+47{41_000_000 + n}", "confirmed_at": "2026-10-01T08:00:00Z"}
              for n, one in enumerate(numbers)}  # fmt: skip
    house.standin.desk.registers.people.update(people)
    with house.app.app_context():
        shipment = db.session.get_one(Shipment, house.desk.place([], send_at=utcnow() + timedelta(days=1)))
        seals, its = sealer(), {"order_id": shipment.order_id, "part": 0, "kind": RecipientKind.PERSON, "address": ""}
        rows = [
            {**its, "row_no": n, "identity": seals.seal(one.encode()), "identity_hash": seals.hash(one)}
            for n, one in enumerate(numbers, 1)
        ]
        db.session.execute(Recipient.__table__.insert(), rows)
        shipment.recipients, shipment.looks_up, shipment.requested_send_at = persons, True, utcnow()
        db.session.commit()
    house.ring("app.dispatch.jobs.look_up", of="intake")


def stall(house: House, slow_s: float) -> None:
    """Lets KRR take so long over each answer."""
    house.standin.desk.registers.moods["krr"] = Mood(slow_s=slow_s)


def test_workers_killed_while_the_register_has_their_requests_leave_nobody_out(house: House) -> None:
    stall(house, slow_s=2.0)
    place(house)
    wait_for(lambda: house.one(IN_HAND) > 1, otherwise=house.what_is_open)

    house.crew.kill_all("intake")
    stall(house, slow_s=0.0)

    ends_well(house)


def test_workers_killed_while_one_chunk_is_stored_and_another_is_not_look_nobody_up_twice(house: House) -> None:
    stall(house, slow_s=0.2)
    place(house)
    wait_for(lambda: house.one(STORED) > 0, otherwise=house.what_is_open)

    house.crew.kill_all("intake")

    assert house.one(STORED) < PERSONS
    ends_well(house)


def test_a_worker_killed_while_it_closes_the_look_up_is_followed_by_another(house: House) -> None:
    with gate(house, CLOSING):
        place(house, 100)
        wait_for(lambda: house.one(AT_THE_GATE) > 0, otherwise=house.what_is_open)
        house.crew.kill_all("intake")

    assert house.one(CLOSED) == 0
    ends_well(house, 100)


def test_workers_killed_again_and_again_come_to_an_end(house: House) -> None:
    stall(house, slow_s=0.1)
    place(house)

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
