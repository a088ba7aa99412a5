"""A shipment completes once, in the transaction that closes its last notification."""

import threading
import time

from app.db import db
from app.dispatch.complete import complete
from app.dispatch.transaction import transaction
from app.messaging.status import ShipmentStatus, Status
from tests.dispatch.desk import Desk, numbers

CLOSE = "update notification_state set status = %s where id between %s and %s"
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def test_two_transactions_that_close_the_last_two_halves_complete_it_exactly_once(desk: Desk) -> None:
    shipment_id = desk.place(numbers(100))
    desk.start()
    first_id = desk.shipment(shipment_id).first_id
    assert first_id is not None
    db.session.rollback()
    completed: dict[str, list[int]] = {}

    def close_the_other_half() -> None:
        with desk.app.app_context(), transaction() as cursor:
            cursor.execute(CLOSE, (Status.SMS_DELIVERED, first_id + 50, first_id + 99))
            completed["second"] = complete(cursor, [shipment_id])

    other = threading.Thread(target=close_the_other_half)
    with transaction() as cursor:
        cursor.execute(CLOSE, (Status.SMS_DELIVERED, first_id, first_id + 49))
        completed["first"] = complete(cursor, [shipment_id])
        other.start()
        _wait_for_the_other(desk)
    other.join(60)

    assert completed == {"first": [], "second": [shipment_id]}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def _wait_for_the_other(desk: Desk) -> None:
    deadline = time.monotonic() + 60
    with desk.another_connection() as connection:
        connection.autocommit = True
        while connection.execute(WAITING).fetchone() == (0,):
            assert time.monotonic() < deadline


def test_a_shipment_whose_last_slice_is_not_made_does_not_complete(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.do("update shipment set status = 1")
    desk.do("update notification_state set status = 28")

    with transaction() as cursor:
        completed = complete(cursor, [shipment_id])

    assert completed == []
    assert desk.status(shipment_id) is ShipmentStatus.PROCESSING


def test_the_sweep_completes_what_was_closed_behind_everybodys_back(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.do("update notification_state set status = 28")

    desk.sweep()

    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
