"""Whose country was moved to e-mail gets no SMS where there is an e-mail address; others are sent to as before."""

import pytest

from app.dispatch.fall_back import fall_back
from app.dispatch.transaction import transaction
from app.messaging.scheme import Scheme
from app.messaging.status import Channel, Status
from tests.dispatch.desk import Desk

SMS, EMAIL = Channel.SMS, Channel.EMAIL
MADE = "select row_no, channel, address from notification where shipment_id = :s order by id"
ROWS = [("+34612345678", "ana@example.es"), ("+34612345679", ""), ("", "per@example.no"), ("+4741000004", "k@ex.no")]


def place(desk: Desk, scheme: Scheme, *, falls_back: bool = False) -> int:
    """An order to two Spanish numbers, a mailbox and a Norwegian number, with Spain moved to e-mail."""
    shipment_id = desk.place_two(ROWS, scheme, falls_back=falls_back)
    desk.do("update recipient set country = 'ES' where address like '+34%'")
    desk.do("update shipment set moved_to_email = '{ES}' where id = :s", s=shipment_id)
    desk.start()
    return shipment_id


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (
            Scheme.SMS_PREFERRED,
            [
                (1, EMAIL, "ana@example.es"),
                (2, SMS, "+34612345679"),
                (3, EMAIL, "per@example.no"),
                (4, SMS, "+4741000004"),
            ],
        ),
        (
            Scheme.EMAIL_AND_SMS,
            [
                (1, EMAIL, "ana@example.es"),
                (2, EMAIL, ""),
                (2, SMS, "+34612345679"),
                (3, EMAIL, "per@example.no"),
                (3, SMS, ""),
                (4, EMAIL, "k@ex.no"),
                (4, SMS, "+4741000004"),
            ],
        ),
        (
            Scheme.EMAIL_PREFERRED,
            [
                (1, EMAIL, "ana@example.es"),
                (2, SMS, "+34612345679"),
                (3, EMAIL, "per@example.no"),
                (4, EMAIL, "k@ex.no"),
            ],
        ),
    ],
)
def test_those_with_both_addresses_get_the_email_only(
    desk: Desk, scheme: Scheme, expected: list[tuple[int, Channel, str]]
) -> None:
    shipment_id = place(desk, scheme)

    assert [tuple(row) for row in desk.rows(MADE, s=shipment_id)] == expected
    desk.assert_counters_are_right()


def test_an_email_that_fails_is_not_followed_by_the_sms_that_it_was_to_spare(desk: Desk) -> None:
    shipment_id = place(desk, Scheme.EMAIL_PREFERRED, falls_back=True)
    desk.do("update notification_state set status = :failed", failed=Status.EMAIL_FAILED_BOUNCED)
    ids = [row.id for row in desk.rows("select id from notification order by id")]

    with transaction() as cursor:
        fall_back(cursor, ids)

    made = [tuple(row) for row in desk.rows(MADE, s=shipment_id)]
    assert made[3:] == [(4, EMAIL, "k@ex.no"), (4, SMS, "+4741000004")]
    assert made[:2] == [(1, EMAIL, "ana@example.es"), (2, SMS, "+34612345679")]
