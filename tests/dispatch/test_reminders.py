"""A reminder starts after the shipments before it, and goes to everybody or to those not yet delivered."""

from datetime import timedelta

import pytest

from app.db import db, utcnow
from app.dispatch import gates, start
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, ShipmentStatus, Status
from tests.dispatch.desk import Desk, numbers
from tests.dispatch.gates import gate, gate_of, remind

ADDRESSES = "select address from notification where shipment_id = :s order by id"
UNDELIVER = """
update notification_state set status = :status where id = (
    select id from notification where shipment_id = :s and address = :address
)
"""
DELIVER_LAST_OF_ROW_3 = """
update notification_state set status = case when status < 50 then 28 else 53 end where id = (
    select id from notification where shipment_id = :s and row_no = 3 order by id desc limit 1
)
"""


def _fail(desk: Desk, shipment_id: int, address: str, status: Status = Status.SMS_FAILED) -> None:
    desk.do(UNDELIVER, s=shipment_id, address=address, status=status)


def _reminded(desk: Desk, shipment_id: int) -> list[str]:
    return [row[0] for row in desk.rows(ADDRESSES, s=shipment_id)]


def test_only_those_to_whom_nothing_was_delivered_are_reminded(desk: Desk) -> None:
    first, second, third = numbers(3)
    main = desk.place([first, second, third])
    desk.work()
    _fail(desk, main, second)
    _fail(desk, main, third, Status.SMS_ACCEPTED)
    reminder = remind(desk, main)

    desk.work()

    assert _reminded(desk, reminder) == [second, third]
    assert desk.shipment(reminder).recipients == 2
    assert desk.status(reminder) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def test_everybody_is_reminded_where_the_order_says_so(desk: Desk) -> None:
    main = desk.place(numbers(3))
    reminder = remind(desk, main, only_undelivered=False)

    desk.work()

    assert _reminded(desk, reminder) == numbers(3)


def test_a_second_reminder_leaves_out_whom_the_first_one_reached(desk: Desk) -> None:
    first, second = numbers(2)
    main = desk.place([first, second])
    desk.work()
    _fail(desk, main, first)
    _fail(desk, main, second)
    one = remind(desk, main)
    desk.work()
    _fail(desk, one, second)

    two = remind(desk, main, no=2)
    desk.work()

    assert _reminded(desk, one) == [first, second]
    assert _reminded(desk, two) == [second]


def test_with_everybody_delivered_a_reminder_completes_with_nothing_made(desk: Desk) -> None:
    main = desk.place(numbers(2))
    desk.work()
    reminder = remind(desk, main)

    desk.work()

    assert desk.status(reminder) is ShipmentStatus.COMPLETED
    assert (_reminded(desk, reminder), desk.shipment(reminder).recipients) == ([], 0)


def test_where_the_main_shipment_was_cancelled_everybody_is_reminded(desk: Desk) -> None:
    main = desk.place(numbers(2), status=ShipmentStatus.CANCELLED)
    reminder = remind(desk, main)

    desk.work()

    assert _reminded(desk, reminder) == numbers(2)


def test_a_reminder_waits_until_the_shipment_before_it_has_been_made(desk: Desk) -> None:
    main = desk.place(numbers(2), send_at=utcnow() + timedelta(hours=1))
    reminder = remind(desk, main)

    desk.work()
    waited = desk.status(reminder)
    desk.do("update shipment set requested_send_at = now() where id = :s", s=main)
    desk.work()

    assert waited is ShipmentStatus.REGISTERED
    assert desk.status(reminder) is ShipmentStatus.COMPLETED


@pytest.mark.parametrize("scheme", [Scheme.EMAIL_PREFERRED, Scheme.SMS_PREFERRED, Scheme.EMAIL_AND_SMS])
def test_on_two_channels_one_of_them_delivered_is_enough(desk: Desk, scheme: Scheme) -> None:
    both = [(number, f"a{n}@example.no") for n, number in enumerate(numbers(4))]
    main = desk.place_two(both, scheme)
    desk.start()
    desk.do(DELIVER_LAST_OF_ROW_3, s=main)
    reminder = remind(desk, main)

    desk.start()
    assert gates.open_next()
    desk.start()

    rows = desk.rows("select distinct row_no from notification where shipment_id = :s order by 1", s=reminder)
    assert [row[0] for row in rows] == [1, 2, 4]


def test_a_reminder_is_made_slice_by_slice_of_those_who_were_chosen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "SLICE", 3)
    everybody = numbers(20)
    main = desk.place(everybody)
    desk.work()
    late = everybody[1::2]
    for number in late:
        _fail(desk, main, number)
    reminder = remind(desk, main)

    desk.work()

    assert _reminded(desk, reminder) == late
    assert desk.rows("select count(*) from chosen_recipient") == [(0,)]
    assert desk.statuses(reminder) == {"SMS_DELIVERED": 10}


def test_a_gate_that_two_workers_open_is_opened_once(desk: Desk) -> None:
    main = desk.place(numbers(2))
    desk.work()
    _fail(desk, main, numbers(2)[0])
    reminder = remind(desk, main)

    opened = gates.open_next(), gates.open_next()

    assert opened == (True, False)
    assert gate_of(reminder).opened_at is not None
    assert desk.shipment(reminder).recipients == 1


def test_a_reminder_by_email_is_for_the_undelivered_too(desk: Desk) -> None:
    main = desk.place(["a@example.no", "b@example.no"], channel=Channel.EMAIL)
    desk.start()
    _fail(desk, main, "a@example.no", Status.EMAIL_FAILED_BOUNCED)
    _fail(desk, main, "b@example.no", Status.EMAIL_DELIVERED)
    reminder = remind(desk, main)

    gates.open_next()
    desk.start()

    assert _reminded(desk, reminder) == ["a@example.no"]
    db.session.rollback()


def test_a_gate_without_a_condition_opens_by_itself(desk: Desk) -> None:
    shipment_id = gate(desk.place(numbers(2)))

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
