"""Sending that is stopped: what no gateway has been given ends and is counted, the rest keeps its course."""

import pytest

from app.dispatch import jobs, start
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.messaging.scheme import Scheme
from app.messaging.status import ShipmentStatus
from tests.dispatch.desk import Desk, numbers


def stop(desk: Desk, shipment_id: int) -> None:
    """Say that it is to be stopped, without its bell."""
    desk.do("update shipment set stopped_at = clock_timestamp() where id = :s", s=shipment_id)


def test_what_waits_ends_with_its_reason_and_is_counted(desk: Desk) -> None:
    shipment_id = desk.place(numbers(1_000))
    desk.start()
    stop(desk, shipment_id)

    jobs.stop(shipment_id)

    assert desk.statuses(shipment_id) == {"SMS_FAILED": 1_000}
    assert {row.reason for row in desk.rows("select distinct reason from notification_state")} == {"stopped"}
    assert desk.shipment(shipment_id).stopped == 1_000
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.rows("select count(*) from batch")[0][0] == 0
    desk.assert_counters_are_right()


def test_what_was_handed_over_keeps_its_course(desk: Desk) -> None:
    shipment_id = desk.place(numbers(900))
    desk.start()
    first = claim()
    assert first is not None
    hand_over(first)
    stop(desk, shipment_id)

    jobs.stop(shipment_id)
    status_between = desk.status(shipment_id)
    desk.apply()

    assert status_between is ShipmentStatus.PROCESSED
    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 800, "SMS_FAILED": 100}
    assert desk.shipment(shipment_id).stopped == 100
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_batch_that_a_worker_holds_is_not_handed_over_any_more(desk: Desk) -> None:
    shipment_id = desk.place(numbers(50))
    desk.start()
    held = claim()
    assert held is not None
    stop(desk, shipment_id)
    jobs.stop(shipment_id)

    hand_over(held)

    assert desk.statuses(shipment_id) == {"SMS_FAILED": 50}
    assert desk.shipment(shipment_id).stopped == 50
    assert desk.rows("select count(*) from attempt")[0][0] == 0
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_who_had_no_notification_yet_gets_one_that_tells_why(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "SLICE", 10)
    shipment_id = desk.place(numbers(35))
    start.claim_due()
    start.make_next_slice()
    stop(desk, shipment_id)

    jobs.stop(shipment_id)

    assert desk.statuses(shipment_id) == {"SMS_FAILED": 35}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_both_channels_stop(desk: Desk) -> None:
    shipment_id = desk.place_two([("+4741000001", "a@example.no")], Scheme.EMAIL_AND_SMS)
    desk.start()
    stop(desk, shipment_id)

    jobs.stop(shipment_id)

    assert desk.statuses(shipment_id) == {"EMAIL_FAILED": 1, "SMS_FAILED": 1}


def test_a_lost_bell_is_made_good_by_the_sweep(desk: Desk) -> None:
    shipment_id = desk.place(numbers(5))
    desk.start()
    desk.do("update notification_state set due_at = clock_timestamp() - interval '1 second'")
    desk.do("delete from batch")
    stop(desk, shipment_id)

    desk.sweep()

    assert desk.statuses(shipment_id) == {"SMS_FAILED": 5}


def test_another_shipment_is_left_alone(desk: Desk) -> None:
    stopped, other = desk.place(numbers(5)), desk.place(numbers(5))
    desk.start()
    stop(desk, stopped)

    jobs.stop(stopped)
    jobs.stop(other)
    desk.work()

    assert desk.statuses(other) == {"SMS_DELIVERED": 5}


def test_what_was_stopped_is_no_failure_for_the_desk_to_mend(desk: Desk) -> None:
    shipment_id = desk.place(numbers(5))
    desk.start()
    stop(desk, shipment_id)

    jobs.stop(shipment_id)

    assert desk.rows("select count(*) from failure")[0][0] == 0
