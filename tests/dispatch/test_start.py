"""Shipments whose time has come start, and their notifications are made once."""

from datetime import timedelta

import pytest

from app.db import utcnow, without_sorting
from app.dispatch import start
from app.dispatch.transaction import transaction
from app.messaging.status import Channel, ShipmentStatus
from tests.dispatch.desk import Desk, numbers

IDS = "select id, part, row_no from notification where shipment_id = :s order by id"


def test_a_shipment_starts_when_its_time_has_come_and_not_before(desk: Desk) -> None:
    due = desk.place(numbers(3))
    later = desk.place(numbers(3), send_at=utcnow() + timedelta(minutes=1))

    desk.start()

    assert desk.status(due) is ShipmentStatus.PROCESSED
    assert desk.status(later) is ShipmentStatus.REGISTERED
    assert desk.statuses(later) == {}


def test_a_cancelled_shipment_never_starts(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3), status=ShipmentStatus.CANCELLED)

    desk.start()

    assert desk.status(shipment_id) is ShipmentStatus.CANCELLED
    assert desk.statuses(shipment_id) == {}


def test_notifications_take_one_block_of_ids_in_the_order_of_the_recipients(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "SLICE", 1_000)
    first, second = desk.place(numbers(2_500)), desk.place(numbers(10))

    desk.start()

    for shipment_id, count in ((first, 2_500), (second, 10)):
        shipment, made = desk.shipment(shipment_id), desk.rows(IDS, s=shipment_id)
        assert shipment.first_id is not None
        assert [row.id for row in made] == list(range(shipment.first_id, shipment.first_id + count))
        assert [row.row_no for row in made] == list(range(1, count + 1))
        assert shipment.last_id == made[-1].id


def test_a_small_shipment_is_made_before_a_big_one_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "SLICE", 1_000)
    big = desk.place(numbers(3_000))
    start.claim_due()
    start.make_next_slice()
    small = desk.place(numbers(5))

    start.claim_due()
    start.make_next_slice()

    assert desk.shipment(small).made == 5
    assert desk.shipment(big).made == 1_000


def test_batches_cover_every_notification_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "SLICE", 1_000)
    shipment_id = desk.place(numbers(2_345))

    desk.start()

    covered = desk.rows(
        "select b.turn, s.id from batch b join notification_state s on s.id between b.first_id and b.last_id"
        " where b.shipment_id = :s",
        s=shipment_id,
    )
    assert sorted(row.id for row in covered) == [row.id for row in desk.rows(IDS, s=shipment_id)]
    assert sorted({row.turn for row in covered}) == [0, 1, 2, 3, 4]


def test_a_shipment_without_recipients_completes_at_once(desk: Desk) -> None:
    shipment_id = desk.place([])

    desk.start()

    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_recipient_that_the_channel_cannot_reach_fails_at_birth(desk: Desk) -> None:
    shipment_id = desk.place(numbers(2))
    desk.do("update recipient set kind = 3 where row_no = 1")

    desk.start()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_RECIPIENT_NOT_IDENTIFIED": 1, "SMS_NEW": 1}
    assert desk.rows("select address from notification order by id")[0][0] == ""


def test_while_one_worker_makes_a_slice_another_leaves_the_shipment_alone(desk: Desk) -> None:
    shipment_id = desk.place(numbers(5))
    start.claim_due()
    with desk.another_connection() as connection:
        connection.execute(start.TAKE_TURN, (start._LOCK_CLASS, shipment_id))

        made = start.make_next_slice()

    assert not made
    assert start.make_next_slice()
    assert desk.statuses(shipment_id) == {"SMS_NEW": 5}


def test_a_shipment_whose_bell_was_lost_goes_on_from_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "SLICE", 1_000)
    shipment_id = desk.place(numbers(2_500), channel=Channel.SMS)
    start.claim_due()
    start.make_next_slice()

    desk.sweep()
    desk.work()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 2_500}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def test_a_slice_reads_its_own_recipients_only_though_nothing_is_known_of_a_new_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "SLICE", 1_000)
    desk.place(numbers(20_000))
    start.claim_due()
    desk.rows("select pg_stat_force_next_flush()")
    before = _recipients_read(desk)

    start.make_next_slice()
    desk.rows("select pg_stat_force_next_flush()")

    assert _recipients_read(desk) - before <= 1_100


def _recipients_read(desk: Desk) -> int:
    [(read,)] = desk.rows(
        "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'recipient'"
    )
    return int(read)


def test_only_what_reads_by_key_is_planned_without_a_sort_and_nothing_is_compiled_for_it(desk: Desk) -> None:
    asked = "select current_setting('enable_sort'), current_setting('jit')"

    with transaction() as cursor:
        cursor.execute("set local jit = on")
        with without_sorting(cursor):
            within = cursor.execute(asked).fetchone()
        after = cursor.execute(asked).fetchone()

    assert within == ("off", "off")
    assert after == ("on", "off")
    assert desk.rows("show enable_sort") == [("on",)]
