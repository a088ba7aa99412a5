"""One shipment carries notifications of both channels, as its scheme says."""

import pytest

from app.dispatch import start
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, ShipmentStatus
from app.standin import Standin
from tests.dispatch.desk import Desk, numbers

MADE = "select id, row_no, channel, address, country from notification where shipment_id = :s order by id"
BOTH, PHONE_ONLY, EMAIL_ONLY = ("+4741000001", "one@example.no"), ("+4741000002", ""), ("", "three@example.no")
SMS, EMAIL = Channel.SMS, Channel.EMAIL


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (
            Scheme.EMAIL_PREFERRED,
            [(1, EMAIL, "one@example.no"), (2, SMS, "+4741000002"), (3, EMAIL, "three@example.no")],
        ),
        (Scheme.SMS_PREFERRED, [(1, SMS, "+4741000001"), (2, SMS, "+4741000002"), (3, EMAIL, "three@example.no")]),
        (
            Scheme.EMAIL_AND_SMS,
            [
                (1, EMAIL, "one@example.no"),
                (1, SMS, "+4741000001"),
                (2, EMAIL, ""),
                (2, SMS, "+4741000002"),
                (3, EMAIL, "three@example.no"),
                (3, SMS, ""),
            ],
        ),
    ],
)
def test_each_recipient_is_reached_as_the_scheme_says(
    desk: Desk, scheme: Scheme, expected: list[tuple[int, Channel, str]]
) -> None:
    shipment_id = desk.place_two([BOTH, PHONE_ONLY, EMAIL_ONLY], scheme)

    desk.start()

    made = desk.rows(MADE, s=shipment_id)
    assert [(row.row_no, row.channel, row.address) for row in made] == expected
    assert all(bool(row.country) == (row.channel == SMS and row.row_no != 3) for row in made)


def test_an_order_on_both_channels_reaches_phones_and_mailboxes_and_completes(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place_two([BOTH, PHONE_ONLY, EMAIL_ONLY], Scheme.EMAIL_AND_SMS, body="Both")

    desk.start()
    desk.send()
    desk.apply()

    assert desk.statuses(shipment_id) == {
        "EMAIL_DELIVERED": 2,
        "EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED": 1,
        "SMS_ACCEPTED": 2,
        "SMS_FAILED_RECIPIENT_NOT_IDENTIFIED": 1,
    }
    assert standin.desk.phones.counts(1) == {"4741000001": 1, "4741000002": 1}
    assert standin.desk.mailboxes.counts(1) == {"one@example.no": 1, "three@example.no": 1}
    assert desk.status(shipment_id) is ShipmentStatus.PROCESSED
    desk.assert_counters_are_right()


def test_who_has_neither_address_fails_on_the_preferred_channel(desk: Desk) -> None:
    shipment_id = desk.place_two([BOTH, BOTH], Scheme.EMAIL_PREFERRED)
    desk.do("update recipient set kind = 3, email = null where row_no = 2")

    desk.start()

    assert desk.statuses(shipment_id) == {"EMAIL_NEW": 1, "EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED": 1}


def test_an_address_that_an_earlier_row_has_gets_one_notification_only(desk: Desk) -> None:
    twice = [BOTH, (BOTH[0], "other@example.no")]
    shipment_id = desk.place_two(twice, Scheme.EMAIL_AND_SMS, repeats=[None, Channel.SMS])

    desk.start()

    assert desk.statuses(shipment_id) == {"EMAIL_NEW": 2, "SMS_NEW": 1}


def test_slices_and_batches_of_two_channels_cover_every_notification_once(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.app.config["ENVIRONMENT"] = "test"
    monkeypatch.setattr(start, "SLICE", 700)
    rows = [(phone, f"{n}@example.no" if n % 3 else "") for n, phone in enumerate(numbers(1_500))]
    shipment_id = desk.place_two(rows, Scheme.EMAIL_PREFERRED)

    desk.start()
    waiting = desk.rows(
        "select channel, last_id - first_id + 1 as ids from batch where shipment_id = :s", s=shipment_id
    )
    desk.work()

    assert desk.statuses(shipment_id) == {"EMAIL_DELIVERED": 1_000, "SMS_DELIVERED": 500}
    assert {(row.channel, row.ids <= 2 * start.BATCH[Channel(row.channel)]) for row in waiting} == {
        (1, True),
        (2, True),
    }
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.rows("select count(*) from batch")[0][0] == 0
    desk.assert_counters_are_right()


def test_emails_do_not_wait_for_the_send_window_of_the_sms_beside_them(desk: Desk) -> None:
    shipment_id = desk.place_two([BOTH], Scheme.EMAIL_AND_SMS, daytime_only=True)

    desk.start()

    lanes = desk.rows("select channel, daytime_only from batch where shipment_id = :s order by 1", s=shipment_id)
    assert [tuple(row) for row in lanes] == [(Channel.EMAIL, False), (Channel.SMS, True)]


def test_what_outlives_its_time_ends_with_the_status_of_its_own_channel(desk: Desk) -> None:
    shipment_id = desk.place_two([BOTH], Scheme.EMAIL_AND_SMS)
    desk.start()
    desk.do("update shipment set expires_at = clock_timestamp() - interval '10 minutes'")
    desk.do("update batch set expires_at = clock_timestamp() - interval '10 minutes'")

    desk.sweep()

    assert desk.statuses(shipment_id) == {"EMAIL_FAILED_TTL": 1, "SMS_FAILED_TTL": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
