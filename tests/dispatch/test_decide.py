"""What is handed over: the text with its values, the sender, the segments, and by which gateway."""

from app.dispatch.claim import claim
from app.dispatch.decide import decide
from app.messaging.status import Channel, Route, ShipmentStatus
from app.orders.message import composer
from tests.dispatch.desk import Desk, numbers

ATTEMPTS = "select * from attempt order by notification_id"


def test_an_attempt_keeps_the_text_as_filled_and_its_own_segments(desk: Desk) -> None:
    desk.place(numbers(2), body="Hello ((First name))!", columns=["FIRST_NAME"], values=[["Kari"], ["Ø" * 160]])

    desk.start()
    desk.send()

    first, second = desk.rows(ATTEMPTS)
    assert first.text == "Hello Kari!"
    assert (first.segments, second.segments) == (1, 2)
    assert (first.sender, first.gateway, first.route) == ("Test", "simulator", Route.SIMULATED)


def test_a_text_that_is_the_same_to_all_is_not_stored_again(desk: Desk) -> None:
    desk.place(numbers(2), body="Hello (all)")

    desk.start()
    desk.send()

    assert [row.text for row in desk.rows(ATTEMPTS)] == [None, None]


def test_a_row_shorter_than_its_header_has_empty_cells_at_its_end(desk: Desk) -> None:
    desk.place(numbers(1), body="A((a))B((b))", columns=["a", "b"], values=[["1"]])

    desk.start()
    desk.send()

    assert desk.rows(ATTEMPTS)[0].text == "A1B"


def test_without_a_column_for_a_placeholder_nothing_is_handed_over(desk: Desk) -> None:
    shipment_id = desk.place(numbers(2), body="Hello ((name))")

    desk.start()
    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_FAILED": 2}
    assert desk.rows("select distinct reason, attempts from notification_state") == [("missing_values", 0)]
    assert desk.rows(ATTEMPTS) == []
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.rows("select count(*) from batch") == [(0,)]


def test_without_a_sender_of_its_own_a_shipment_goes_by_that_of_the_settings(desk: Desk) -> None:
    desk.place(numbers(1))
    desk.do("update shipment set sms_sender = ''")

    desk.start()
    desk.send()

    assert desk.rows(ATTEMPTS)[0].sender == "Altinn-test"


def test_an_email_goes_to_real_mailboxes_whatever_route_an_sms_takes(desk: Desk) -> None:
    desk.place(["kari@example.com"], channel=Channel.EMAIL, body="Hei ((name))", columns=["Name"], values=[["Kari"]])
    desk.start()
    claimed = claim()
    assert claimed is not None

    decision = decide(claimed.content, claimed.rows, claimed.gateway)

    assert claimed.gateway == "smtp"
    message = decision.letters[0].message
    assert (message.subject, message.text, message.sender) == ("About Hei Kari", "Hei Kari", "post@ttd.example")
    assert decision.letters[0].segments == 0


def test_a_value_with_line_breaks_leaves_the_subject_on_the_one_line_that_the_check_showed(desk: Desk) -> None:
    value = "Kari\r\nBcc: ola@example.com"
    desk.place(["kari@example.com"], channel=Channel.EMAIL, body="((name))", columns=["Name"], values=[[value]])
    desk.start()
    claimed = claim()
    assert claimed is not None

    decision = decide(claimed.content, claimed.rows, claimed.gateway)

    shown = composer(claimed.content, ["Name"])([value])
    handed = decision.letters[0].message
    assert "\n" not in handed.subject
    assert (handed.subject, handed.text) == (shown.subject, shown.text)
