"""What should have moved and has not is found twice a minute, and what outlived its time is ended."""

from datetime import timedelta

import pytest

from app.db import utcnow
from app.dispatch.claim import claim
from app.dispatch.lost import recover_one
from app.messaging.status import Channel, ShipmentStatus
from app.queue import QUEUES, queue, valkey
from app.standin import Standin
from tests.dispatch.desk import Desk, numbers

LONG_GONE = "update shipment set expires_at = clock_timestamp() - interval '301 seconds' where id = :s"


def test_the_time_to_live_ends_every_open_status(desk: Desk) -> None:
    shipment_id = desk.place(numbers(6))
    desk.start()
    for row_no, change in enumerate(
        (
            "status = 25",
            "status = 25, due_at = clock_timestamp() + interval '1 hour'",
            "status = 26",
            "status = 26, uncertain = true, reason = 'handover_uncertain'",
            "status = 27",
            "status = 28",
        ),
        1,
    ):
        desk.do(
            f"update notification_state s set {change} from notification n where n.id = s.id and n.row_no = {row_no}"
        )
    desk.do(LONG_GONE, s=shipment_id)
    desk.do("update batch set expires_at = clock_timestamp()")

    desk.sweep()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_TTL": 5, "SMS_DELIVERED": 1}
    assert desk.rows("select count(*) from notification_state where uncertain") == [(1,)]
    assert desk.rows("select count(*) from notification_state where due_at is not null") == [(0,)]
    assert desk.rows("select count(*) from batch") == [(0,)]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def test_an_email_outlives_its_time_under_its_own_status(desk: Desk) -> None:
    shipment_id = desk.place(["kari@example.com"], channel=Channel.EMAIL)
    desk.start()
    desk.do(LONG_GONE, s=shipment_id)

    desk.sweep()

    assert desk.statuses(shipment_id) == {"EMAIL_FAILED_TTL": 1}


def test_reports_on_their_way_are_given_five_minutes(desk: Desk) -> None:
    shipment_id = desk.place(numbers(1))
    desk.start()
    desk.do("update shipment set expires_at = clock_timestamp() - interval '200 seconds'")

    desk.sweep()

    assert desk.statuses(shipment_id) == {"SMS_NEW": 1}


def test_a_shipment_that_could_not_start_in_time_ends_by_itself(desk: Desk) -> None:
    past = utcnow() - timedelta(days=3)
    shipment_id = desk.place(numbers(3), send_at=past, expires_at=past + timedelta(days=2))

    desk.work()
    desk.start()
    desk.send()
    desk.sweep()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_TTL": 3}
    assert desk.rows("select count(*) from attempt") == [(0,)]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_without_valkeys_memory_an_order_goes_on_after_the_next_sweep(desk: Desk) -> None:
    shipment_ids = [desk.place(numbers(1_000)) for _ in range(3)]
    desk.start()
    claimed = claim()
    assert claimed is not None
    desk.do("update batch set lease_until = clock_timestamp() where lease_until is not null")
    valkey().flushdb()
    assert not any(queue(name).count for name in QUEUES)

    desk.sweep()
    desk.work()

    for shipment_id in shipment_ids:
        assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 1_000}
        assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def test_a_whole_order_takes_few_jobs(desk: Desk) -> None:
    shipment_id = desk.place(numbers(5_000))

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert 0 < desk.jobs <= 5_000 / 500 + 10


def test_what_surely_was_not_handed_over_waits_again(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place(numbers(1_000))
    desk.start()
    claimed = claim()
    assert claimed is not None
    middle = claimed.rows[399].id
    desk.do(
        "update batch set handed_to = :m, gateway = 'link', route = 1,"
        " lease_until = clock_timestamp() - interval '1 second' where id = :b",
        m=middle,
        b=claimed.batch_id,
    )

    desk.sweep()
    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_SENDING": 400, "SMS_ACCEPTED": 600}
    uncertain = desk.rows("select id from notification_state where uncertain order by id")
    assert [row.id for row in uncertain] == [row.id for row in claimed.rows[:400]]
    assert desk.rows("select count(*) from attempt where outcome = 4 and answered_at is null") == [(400,)]
    assert standin.desk.phones.received == 600
    assert standin.desk.phones.counts(2) == {}
    desk.assert_counters_are_right()


def test_sweeping_again_changes_nothing(desk: Desk, standin: Standin) -> None:
    desk.place(numbers(10))
    desk.start()
    claimed = claim()
    assert claimed is not None
    desk.do("update batch set handed_to = last_id, gateway = 'link', route = 1, lease_until = clock_timestamp()")
    desk.sweep()
    before = desk.rows("select * from notification_state order by id"), desk.rows("select * from attempt")

    desk.sweep()

    assert (desk.rows("select * from notification_state order by id"), desk.rows("select * from attempt")) == before


def test_two_sweeps_at_once_take_different_batches(desk: Desk) -> None:
    desk.place(numbers(10))
    desk.start()
    claim()
    desk.do("update batch set lease_until = clock_timestamp()")
    with desk.another_connection() as connection:
        connection.execute("select id from batch for update")

        found = recover_one()

    assert not found
    assert recover_one()


def test_trouble_with_one_deed_of_the_sweep_does_not_keep_the_others_undone(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    stuck = desk.place(numbers(1))
    gone = desk.place(numbers(1))
    desk.start()
    claim()
    desk.do("update batch set lease_until = clock_timestamp() where lease_until is not null")
    desk.do(
        "create function refuse() returns trigger language plpgsql as $$ begin raise 'no: +4741000000'; end $$"
    )  # fmt: skip
    desk.do(
        "create trigger refuse before update on batch for each row when (new.lease_until is null)"
        " execute function refuse()"
    )
    desk.do(LONG_GONE, s=gone)

    desk.sweep()

    assert desk.statuses(gone) == {"SMS_FAILED_TTL": 1}
    assert desk.statuses(stuck) == {"SMS_SENDING": 1}
    assert "The sweep could not recover one" in caplog.text
    assert "+47" not in caplog.text
