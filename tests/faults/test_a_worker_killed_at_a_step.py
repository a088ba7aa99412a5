"""A worker is killed at each step of the way; nothing is lost, nothing is sent twice, and nobody has to lend a hand."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db import utcnow
from app.messaging.status import Channel
from app.standin.behaviour import Answer, Behaviour
from tests.dispatch.desk import numbers
from tests.faults.crew import wait_for
from tests.faults.gate import AT_THE_GATE, OURS, gate, own_connection
from tests.faults.house import House

GATES = {
    "making a slice": "before insert on notification for each statement",
    "claiming": "before update on batch for each row when (new.worker is distinct from old.worker)",
    "marking": "before update on batch for each row when (new.handed_to is distinct from old.handed_to)",
    "settling": "before insert on attempt for each statement",
    "closing the batch": "before delete on batch for each row",
    "applying reports": "before insert on delivery_report for each statement",
}

AT_THE_TABLE = f"select count(*) from pg_locks where locktype = 'relation' and relation = 'intake'::regclass and {OURS}"

RECIPIENTS = 1_000
BATCH = {Channel.SMS: 800, Channel.EMAIL: 240}
"""How many of them are in the first batch, which of e-mail goes out in groups of 80."""


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """One worker of each kind, so that the one at the gate is the one that is killed."""
    return open_house("dispatch", "reports", "scheduler")


@pytest.mark.parametrize(
    ("step", "uncertain"),
    [
        ("making a slice", 0),
        ("claiming", 0),
        ("marking", 0),
        ("settling", 800),
        ("closing the batch", 800),
        ("applying reports", 0),
    ],
)
def test_a_worker_killed_at_a_step_leaves_nothing_lost_and_nothing_sent_twice(
    house: House, step: str, uncertain: int
) -> None:
    with gate(house, GATES[step]):
        house.place(numbers(RECIPIENTS))
        wait_for(lambda: house.one(AT_THE_GATE) > 0, otherwise=house.what_is_open)
        house.crew.kill_all("reports" if step == "applying reports" else "dispatch")

    house.assert_ends_well(uncertain=uncertain)

    assert house.standin.desk.phones.received == RECIPIENTS


def test_a_worker_killed_while_it_decides_has_handed_nothing_over(house: House) -> None:
    with own_connection(house) as connection:
        later = utcnow() + timedelta(hours=1)
        people = [[f"Kari {number}"] for number in range(RECIPIENTS)]
        house.place(numbers(RECIPIENTS), body="Hello ((name))", columns=["name"], values=people, send_at=later)
        connection.execute("lock table intake in access exclusive mode")
        house.do("update shipment set requested_send_at = clock_timestamp()")
        house.ring()
        wait_for(lambda: house.one(AT_THE_TABLE) > 0, otherwise=house.what_is_open)
        received = house.standin.desk.phones.received
        house.crew.kill_all("dispatch")

    house.assert_ends_well(uncertain=0)

    assert received == 0
    assert house.standin.desk.phones.received == RECIPIENTS


def test_a_worker_killed_while_the_gateway_has_the_request_leaves_that_group_alone_in_doubt(house: House) -> None:
    house.standin.desk.rules.tell_all(Behaviour(Answer.NO_ANSWER))
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.standin.desk.phones.received == 800, otherwise=house.what_is_open)
    house.standin.desk.rules.forget()

    house.crew.kill_all("dispatch")

    house.assert_ends_well(uncertain=800)
    assert house.standin.desk.phones.received == RECIPIENTS


@pytest.mark.parametrize(("step", "uncertain"), [("marking", 0), ("settling", 80)])
def test_a_worker_killed_among_emails_leaves_one_group_in_doubt_at_most(
    house: House, step: str, uncertain: int
) -> None:
    addresses = [f"kari.{number}@ttd.example" for number in range(RECIPIENTS // 2)]
    with gate(house, GATES[step]):
        house.place(addresses, channel=Channel.EMAIL)
        wait_for(lambda: house.one(AT_THE_GATE) > 0, otherwise=house.what_is_open)
        house.crew.kill_all("dispatch")

    house.assert_ends_well(uncertain=uncertain)

    assert house.standin.desk.mailboxes.received == len(addresses)
