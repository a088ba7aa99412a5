"""A batch that a fault of our own keeps from being handed over is tried again, set apart, and holds nothing up."""

import pytest

from app.dispatch import isolated
from app.dispatch.claim import claim
from app.dispatch.isolated import AFTER_FAILURES, give_up, try_again
from app.dispatch.transaction import transaction
from app.dispatch.waiting import let_go
from app.messaging.status import ShipmentStatus
from tests.dispatch.desk import Desk, numbers

BATCH = "select id, failures, fault, isolated_at, waits_for, lease_until from batch"


@pytest.fixture
def poisoned(desk: Desk) -> int:
    """A shipment whose texts cannot be made: its columns say less than its text asks for, in a way nobody foresaw."""
    shipment_id = desk.place(numbers(3), body="Hei ((name))", columns=["Name"], values=[["Kari"]] * 3)
    desk.place(numbers(2, first=42_000_000), owner="skd")
    desk.start()
    desk.do("alter table intake rename column columns to colums")
    return shipment_id


def until_isolated(desk: Desk) -> None:
    for _ in range(AFTER_FAILURES):
        desk.send()
        desk.do("update batch set waits_until = clock_timestamp()")
        let_go()


def test_it_waits_longer_after_each_fault_and_is_then_set_apart(desk: Desk, poisoned: int) -> None:
    desk.send()
    first = desk.rows(BATCH)[0]
    until_isolated(desk)
    last = desk.rows(BATCH)[0]

    assert (first.failures, first.isolated_at, first.lease_until) == (1, None, None)
    assert first.waits_for == "simulator"
    assert (last.failures, last.waits_for) == (AFTER_FAILURES, None)
    assert last.isolated_at is not None
    assert last.fault.startswith("UndefinedColumn")
    assert "decide.py" in last.fault
    assert "Kari" not in last.fault
    assert desk.statuses(poisoned) == {"SMS_NEW": 3}
    stopped = desk.rows("select distinct attempts, reason from notification_state where shipment_id = :s", s=poisoned)
    assert stopped == [(0, "handover_stopped")]
    desk.assert_counters_are_right()


def test_it_holds_nothing_else_up(desk: Desk, poisoned: int) -> None:
    desk.send()
    desk.apply()

    assert desk.statuses(poisoned + 1) == {"SMS_DELIVERED": 2}


def test_when_the_fault_is_mended_an_administrator_lets_it_go_again(desk: Desk, poisoned: int) -> None:
    until_isolated(desk)
    desk.do("alter table intake rename column colums to columns")

    (batch,) = desk.rows(BATCH)

    with transaction() as cursor:
        went = try_again(cursor, batch.id)
    desk.send()
    desk.apply()

    assert went
    assert desk.statuses(poisoned) == {"SMS_DELIVERED": 3}
    assert desk.status(poisoned) is ShipmentStatus.COMPLETED


def test_an_administrator_may_end_it_and_its_shipment_completes(desk: Desk, poisoned: int) -> None:
    until_isolated(desk)

    (batch,) = desk.rows(BATCH)

    with transaction() as cursor:
        ended = give_up(cursor, batch.id)

    assert ended
    assert desk.statuses(poisoned) == {"SMS_FAILED": 3}
    assert desk.rows("select distinct reason from notification_state where status = 29") == [(isolated.GIVEN_UP,)]
    assert desk.status(poisoned) is ShipmentStatus.COMPLETED
    assert desk.rows("select * from batch") == []
    desk.assert_counters_are_right()


def test_nobodys_hand_is_needed_for_it_to_end(desk: Desk, poisoned: int) -> None:
    until_isolated(desk)
    desk.do("update shipment set expires_at = clock_timestamp() - interval '301 seconds'")
    desk.do("update batch set expires_at = clock_timestamp() - interval '301 seconds'")

    desk.sweep()

    assert desk.statuses(poisoned) == {"SMS_FAILED_TTL": 3}
    assert desk.status(poisoned) is ShipmentStatus.COMPLETED
    assert desk.rows("select * from batch") == []


def test_a_batch_that_is_not_set_apart_is_left_as_it_is(desk: Desk) -> None:
    desk.place(numbers(2))
    desk.start()
    (batch,) = desk.rows(BATCH)

    with transaction() as cursor:
        touched = (try_again(cursor, batch.id), give_up(cursor, batch.id))

    assert touched == (False, False)


def test_a_lost_batch_that_cannot_be_decided_is_still_declared_uncertain(desk: Desk, poisoned: int) -> None:
    desk.app.config["ENVIRONMENT"] = "production"
    claimed = claim()
    assert claimed is not None
    assert claimed.content.shipment_id == poisoned
    desk.do("update batch set handed_to = last_id, gateway = 'link', route = 1,"
            " lease_until = clock_timestamp() - interval '1 second' where lease_until is not null")  # fmt: skip

    desk.sweep()

    assert desk.rows("select distinct uncertain from notification_state where shipment_id = :s", s=poisoned) == [
        (True,)
    ]
    assert desk.rows("select count(*), min(sender) from attempt") == [(3, "")]
