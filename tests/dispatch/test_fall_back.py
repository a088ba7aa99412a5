"""Where one channel fails, the other takes over in the same breath, where the order says so."""

from datetime import timedelta

import pytest

from app.db import utcnow
from app.dispatch.fall_back import fall_back, reroute
from app.dispatch.transaction import transaction
from app.gateways.simulator import MAGIC_PREFIX
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, ShipmentStatus
from app.standin import Standin
from tests.dispatch.desk import Desk

INVALID, MAIL = MAGIC_PREFIX + "01", "kari@example.no"
UNDELIVERED = MAGIC_PREFIX + "23"
MADE = "select id, channel, address, instead_of from notification where shipment_id = :s order by id"


def fails(desk: Desk, falls_back: bool = True, scheme: Scheme = Scheme.SMS_PREFERRED, email: str = MAIL) -> int:
    """A shipment whose one SMS the gateway refuses for good."""
    shipment_id = desk.place_two([(INVALID, email)], scheme, falls_back=falls_back)
    desk.start()
    return shipment_id


def test_a_refused_sms_is_followed_by_an_email_and_the_shipment_goes_on(desk: Desk, standin: Standin) -> None:
    shipment_id = fails(desk)
    desk.send()

    status_between = desk.status(shipment_id)
    first, second = desk.rows(MADE, s=shipment_id)
    desk.send()
    desk.apply()

    assert status_between is ShipmentStatus.PROCESSED
    assert (second.channel, second.address, second.instead_of) == (Channel.EMAIL, MAIL, first.id)
    assert desk.statuses(shipment_id) == {"SMS_FAILED_INVALID_RECIPIENT": 1, "EMAIL_DELIVERED": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    desk.assert_counters_are_right()


def test_an_order_that_does_not_say_so_does_not_fall_back(desk: Desk, standin: Standin) -> None:
    shipment_id = fails(desk, falls_back=False)

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_INVALID_RECIPIENT": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_who_has_no_other_address_is_not_reached_otherwise(desk: Desk, standin: Standin) -> None:
    shipment_id = fails(desk, email="")

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_INVALID_RECIPIENT": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_both_at_once_leave_nothing_to_fall_back_to(desk: Desk, standin: Standin) -> None:
    shipment_id = fails(desk, scheme=Scheme.EMAIL_AND_SMS)

    desk.send()
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_INVALID_RECIPIENT": 1, "EMAIL_DELIVERED": 1}


def test_a_failure_that_is_reported_later_falls_back_too(desk: Desk, standin: Standin) -> None:
    desk.app.config["ENVIRONMENT"] = "test"
    shipment_id = desk.place_two([(UNDELIVERED, MAIL)], Scheme.SMS_PREFERRED, falls_back=True)
    desk.start()
    desk.send()

    desk.apply()
    status_between = desk.status(shipment_id)
    desk.work()

    assert status_between is ShipmentStatus.PROCESSED
    assert desk.statuses(shipment_id) == {"SMS_FAILED_UNDELIVERED": 1, "EMAIL_DELIVERED": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_refused_email_is_followed_by_an_sms(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place_two([("+4741000001", "x@unknown.invalid")], Scheme.EMAIL_PREFERRED, falls_back=True)
    desk.start()
    desk.do("update notification_state set status = 60")

    ids = [row.id for row in desk.rows(MADE, s=shipment_id)]
    for _ in range(2):
        with transaction() as cursor:
            fall_back(cursor, ids)
    desk.do("delete from batch where channel = 1")
    desk.send()

    assert desk.statuses(shipment_id) == {"EMAIL_FAILED_BOUNCED": 1, "SMS_ACCEPTED": 1}


def test_what_fell_back_and_fails_again_is_the_end(desk: Desk, standin: Standin) -> None:
    shipment_id = fails(desk)
    desk.send()
    desk.do("update notification_state set status = 60 where status in (50, 52)")
    second = desk.rows(MADE, s=shipment_id)[1]

    with transaction() as cursor:
        fall_back(cursor, [second.id])

    assert desk.statuses(shipment_id) == {"SMS_FAILED_INVALID_RECIPIENT": 1, "EMAIL_FAILED_BOUNCED": 1}


@pytest.mark.parametrize("status", [31, 36, 38, 28, 27])
def test_other_endings_than_a_failure_to_be_mended_do_not_fall_back(desk: Desk, status: int) -> None:
    shipment_id = desk.place_two([("+4741000001", MAIL)], Scheme.SMS_PREFERRED, falls_back=True)
    desk.start()
    desk.do("update notification_state set status = :status", status=status)
    ids = [row.id for row in desk.rows(MADE, s=shipment_id)]

    with transaction() as cursor:
        fall_back(cursor, ids)

    assert len(desk.rows(MADE, s=shipment_id)) == 1


def test_nothing_falls_back_when_the_time_to_live_is_over(desk: Desk) -> None:
    shipment_id = desk.place_two([("+4741000001", MAIL)], Scheme.SMS_PREFERRED, falls_back=True)
    desk.start()
    desk.do("update notification_state set status = 35")
    desk.do("update shipment set expires_at = :past", past=utcnow() - timedelta(seconds=1))
    ids = [row.id for row in desk.rows(MADE, s=shipment_id)]

    with transaction() as cursor:
        fall_back(cursor, ids)

    assert len(desk.rows(MADE, s=shipment_id)) == 1


def test_a_rule_may_ask_for_the_other_channel_where_the_order_does_not(desk: Desk) -> None:
    shipment_id = desk.place_two([("+4741000001", MAIL)], Scheme.SMS_PREFERRED)
    desk.start()
    desk.do("update notification_state set status = 37")
    ids = [row.id for row in desk.rows(MADE, s=shipment_id)]

    with transaction() as cursor:
        reroute(cursor, ids)

    assert [row.channel for row in desk.rows(MADE, s=shipment_id)] == [Channel.SMS, Channel.EMAIL]
