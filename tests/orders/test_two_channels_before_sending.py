"""An order on two channels is read, checked and placed as its scheme says."""

from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.messaging.scheme import Scheme
from app.messaging.status import Channel
from app.orders import cost, intake, queries, service
from app.orders.models import Intake, Recipient
from app.orders.problems import problems_of
from app.prices.models import Price
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, check_now, draft_of

FILE = """name;phone;e-mail
Kari;40000001;kari@example.no
Ola;40000002;
Per;;per@example.no
Eva;123;eva@example.no
Tor;40000005;nonsense
Liv;;
Bo;123;nonsense
"""


def both(scheme: Scheme = Scheme.EMAIL_PREFERRED, sms_text: str = "Hello", **changes: object) -> service.Content:
    """The content of an order on two channels."""
    start = {
        "channel": scheme,
        "sms_sender": "TTD",
        "sms_text": sms_text,
        "email_from": "noreply@ttd.example",
        "email_subject": "News",
        "email_text": "Dear ((name))",
    }
    return service.Content(**{**start, **changes})


def recipients(order_id: int) -> list[tuple[int, str, str | None]]:
    """Row, address and e-mail beside it."""
    rows = db.session.scalars(select(Recipient).where(Recipient.order_id == order_id).order_by(Recipient.row_no))
    return [(row.row_no, row.address, row.email) for row in rows]


def price_list() -> None:
    """An SMS to Norway costs 0.42, an e-mail 0.10."""
    db.session.add_all(
        [
            Price(channel=Channel.SMS, country="NO", amount=Decimal("0.42")),
            Price(channel=Channel.EMAIL, country="", amount=Decimal("0.10")),
        ]
    )
    db.session.commit()


def test_a_row_may_have_a_phone_number_an_email_address_or_both(app: Flask, desk: Desk) -> None:
    with app.app_context():
        draft = draft_of(desk, both(), "", FILE)

        [read] = db.session.scalars(select(Intake).where(Intake.order_id == draft.id))
        assert recipients(draft.id) == [
            (2, "+4740000001", "kari@example.no"),
            (3, "+4740000002", None),
            (4, "per@example.no", None),
            (5, "eva@example.no", None),
            (6, "+4740000005", None),
        ]
        assert (read.valid, read.invalid, read.half_invalid) == (5, 2, 2)
        assert (read.recipient_column, read.email_column) == (1, 2)


def test_pasted_addresses_are_recognised_by_kind(app: Flask, desk: Desk) -> None:
    with app.app_context():
        draft = draft_of(desk, both(), "40000001\nkari@example.no\n123")

        assert recipients(draft.id) == [(1, "+4740000001", None), (2, "kari@example.no", None)]


def test_one_column_may_hold_both_kinds(app: Flask, desk: Desk) -> None:
    with app.app_context():
        draft = draft_of(desk, both(), "", "recipient\n40000001\nkari@example.no\n")

        assert recipients(draft.id) == [(2, "+4740000001", None), (3, "kari@example.no", None)]


@pytest.mark.parametrize("scheme", [Scheme.EMAIL_PREFERRED, Scheme.SMS_PREFERRED, Scheme.EMAIL_AND_SMS])
def test_nobody_sends_under_anothers_name_on_two_channels_either(app: Flask, desk: Desk, scheme: Scheme) -> None:
    with app.app_context():
        problems = problems_of(check_now(draft_of(desk, both(scheme, sms_sender="Brreg"), "", FILE).id))

    assert [problem.text for problem in problems if problem.field == "sms_sender"] == [
        "Only Brønnøysundregistrene may send under this name."
    ]


def test_duplicates_are_those_of_the_address_that_goes_first(app: Flask, desk: Desk) -> None:
    file = "name;phone;email\nA;40000001;a@example.no\nB;40000001;b@example.no\nC;40000003;A@example.no\n"
    with app.app_context():
        draft = draft_of(desk, both(), "", file)
        by_email = queries.numbers(draft.id).duplicates

        service.change_draft(draft.id, both(Scheme.SMS_PREFERRED))
        by_phone = [row.row_no for rows in queries.refused_stretches(draft.id) for row in rows]
        service.change_draft(draft.id, both(Scheme.EMAIL_AND_SMS))
        repeats = list(db.session.scalars(select(Recipient.repeats).order_by(Recipient.row_no)))

        assert by_email == 1
        assert by_phone == [3]
        assert repeats == [None, Channel.SMS, Channel.EMAIL]
        assert queries.numbers(draft.id).duplicates == 0


def test_the_check_counts_and_prices_what_goes_which_way(app: Flask, desk: Desk) -> None:
    with app.app_context():
        price_list()
        draft = check_now(draft_of(desk, both(), "", FILE).id)

        estimate = cost.estimate(draft.id, draft.channel)

        assert {line.channel: line.recipients for line in estimate.lines} == {Channel.EMAIL: 3, Channel.SMS: 2}
        assert estimate.total == Decimal("1.14")


def test_both_channels_count_every_message(app: Flask, desk: Desk) -> None:
    with app.app_context():
        price_list()
        content = both(Scheme.EMAIL_AND_SMS, email_text="Hello")
        draft = check_now(draft_of(desk, content, "", FILE).id)

        estimate = cost.estimate(draft.id, draft.channel)

        assert {line.channel: line.recipients for line in estimate.lines} == {Channel.EMAIL: 3, Channel.SMS: 3}


def test_the_check_page_says_how_many_go_which_way_and_shows_both_messages(
    app: Flask, sender: Visitor, desk: Desk
) -> None:
    with app.app_context():
        draft_id = check_now(draft_of(desk, both(falls_back=True), "", FILE).id).id

    page = sender.get(f"/orders/{draft_id}/check").text

    assert "3 recipients by e-mail." in page
    assert "2 recipients by SMS, for want of an e-mail address." in page
    assert "Where the e-mail fails, 1 recipient can get an SMS instead" in page
    assert "In 2 rows of list1.csv one of the two addresses cannot be used" in page
    assert 'id="message-sms"' in page
    assert "Dear Kari" in page
    assert "only if the other one fails" in page
    assert "Send 3 e-mails and 2 SMS" in page


def test_placing_takes_the_scheme_and_counts_recipients_not_messages(app: Flask, desk: Desk) -> None:
    with app.app_context():
        draft = check_now(draft_of(desk, both(Scheme.EMAIL_AND_SMS), "", FILE).id)

        service.place(draft.id, draft.revision, desk.person_id)
        db.session.commit()

        placed = db.session.scalars(select(Shipment)).one()
        assert (placed.channel, placed.recipients, placed.falls_back) == (Scheme.EMAIL_AND_SMS, 5, False)


def test_an_order_on_two_channels_needs_both_texts(app: Flask, sender: Visitor, desk: Desk) -> None:
    typed = {
        "channel": "email-and-sms",
        "sms_text": "Hello",
        "email_subject": "",
        "email_text": "",
        "window": "daytime",
    }

    answer = sender.post(
        "/orders/new",
        {
            **typed,
            "send_when": "now",
            "pasted": "40000001",
            "service_owner_id": desk.service_owner_id,
            "action": "check",
        },
    )

    assert answer.status_code == 422
    assert "Enter a subject." in answer.text
    assert 'href="#email_text"' in answer.text
    assert 'href="#sms_text"' not in answer.text


def test_what_was_read_for_two_channels_serves_the_others_that_use_both(
    app: Flask, sender: Visitor, desk: Desk
) -> None:
    with app.app_context():
        draft_id = draft_of(desk, both(), "", FILE).id
    url = f"/orders/{draft_id}/edit"
    typed = {"sms_text": "Hi", "email_subject": "News", "email_text": "Hi", "send_when": "now", "window": "daytime"}
    typed |= {"service_owner_id": desk.service_owner_id, "action": "save"}

    other = sender.post(url, {**typed, "channel": "sms-preferred", "falls_back": "y"}, page=url)
    one = sender.post(url, {**typed, "channel": "sms"}, page=url)

    assert (other.status_code, one.status_code) == (303, 422)
    with app.app_context():
        draft = queries.order_of(draft_id, [desk.service_owner_id])
        assert draft is not None
        assert (draft.channel, draft.falls_back) == (Scheme.SMS_PREFERRED, True)
        intake.remove(draft_id, queries.intakes(draft_id)[0].id)
