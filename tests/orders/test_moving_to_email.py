"""One click moves the recipients of a country to e-mail, where their rows hold an address."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.messaging.scheme import Scheme
from app.orders import jobs, queries
from app.orders.models import Intake, Order, Recipient
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Drafted, sms

Draft = Callable[..., Drafted]
ROWS = (
    "phone,e-mail,name\n+34612345678,kari@example.no,Kari\n+34612345679,,Ola\n"
    "+34612345670,not an address@,Per\n+4740000001,siri@example.no,Siri\n"
)


def _move(sender: Visitor, draft: Drafted, country: str = "ES") -> str:
    answer = sender.post(f"/orders/{draft.id}/move-to-email", {"country": country}, page=f"/orders/{draft.id}/check")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def _read_files(app: Flask, order_id: int) -> None:
    with app.app_context():
        for intake in queries.intakes(order_id):
            jobs.read_intake(intake.id)


def test_those_with_an_address_stand_in_a_draft_by_email(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello ((name))"), "", ROWS)

    location = _move(sender, draft)

    with app.app_context():
        other = db.session.scalars(select(Order).where(Order.id != draft.id)).one()
        assert (other.channel, other.email_text) == (Scheme.EMAIL, "Hello ((name))")
        assert location == f"/orders/{other.id}/edit#email_subject"
        other_id = other.id
    _read_files(app, other_id)
    with app.app_context():
        found = db.session.scalars(select(Recipient).where(Recipient.order_id == other_id)).all()
        assert [(one.address, one.values) for one in found] == [
            ("kari@example.no", ["+34612345678", "kari@example.no", "Kari"])
        ]
        assert db.session.scalar(select(Intake.invalid).where(Intake.order_id == other_id)) == 1


def test_they_get_no_sms_any_more_and_the_others_still_do(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello ((name))"), "", ROWS)

    _move(sender, draft)

    page = sender.get(f"/orders/{draft.id}/check").text
    assert page.count("Moved to a draft of its own, by e-mail.") == 2
    with app.app_context():
        assert queries.numbers(draft.id) == queries.Numbers(valid=2, invalid=2, duplicates=0)
    assert "1 of 2 SMS is not sent." in page


def test_a_country_without_addresses_moves_nobody(app: Flask, drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello ((name))"), "", ROWS)

    location = _move(sender, draft, "TH")

    assert location == f"/orders/{draft.id}/check"
    with app.app_context():
        assert len(db.session.scalars(select(Order.id)).all()) == 1


def test_without_a_column_of_addresses_there_is_no_button(drafted: Draft, sender: Visitor) -> None:
    with_column = drafted(sms("Hello"), "", ROWS)
    without = drafted(sms("Hello"), "+34612345678, +4740000001")

    assert "Move those with an e-mail address" in sender.get(f"/orders/{with_column.id}/check").text
    assert "Move those with an e-mail address" not in sender.get(f"/orders/{without.id}/check").text
