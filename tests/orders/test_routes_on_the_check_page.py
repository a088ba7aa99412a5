"""The check page in the test environment: whose SMS are real, and one click to ask for the others."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert

from app.allow_list.models import Entry, EntryStatus
from app.db import db, utcnow
from app.web import days
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, Drafted, email, sms

Draft = Callable[..., Drafted]
FIRST, SECOND, THIRD = "40000001", "90000002", "40000002"


def listed(app: Flask, desk: Desk, number: str) -> None:
    now = utcnow()
    entry = {
        "number": f"+47{number}", "status": EntryStatus.ACTIVE, "holder": "Kari's phone", "consent_on": days.today(),
        "consent_how": "Spoken", "purpose": "A test", "service_owner_id": desk.service_owner_id,
        "requested_by_id": desk.sender.id, "from_at": now - timedelta(days=1), "until_at": now + timedelta(days=1),
    }  # fmt: skip
    with app.app_context():
        db.session.execute(insert(Entry).values(entry))
        db.session.commit()


def test_it_says_how_many_are_listed_and_names_them(app: Flask, desk: Desk, drafted: Draft, sender: Visitor) -> None:
    listed(app, desk, FIRST)
    draft = drafted(sms("Hello"), f"{FIRST}, {SECOND}, {THIRD}")

    page = sender.get(f"/orders/{draft.id}/check").text

    assert "1 of 3 numbers is on the allow-list; the other 2 go to the simulator." in page
    assert "Kari&#39;s phone" in page


def test_one_click_leads_to_a_request_that_holds_the_others(
    app: Flask, desk: Desk, drafted: Draft, sender: Visitor
) -> None:
    listed(app, desk, FIRST)
    draft = drafted(sms("Hello"), f"{FIRST}, {SECOND}, {THIRD}")

    answer = sender.post(f"/orders/{draft.id}/request-numbers", page=f"/orders/{draft.id}/check")

    assert SECOND not in answer.location
    page = sender.get(answer.location).text
    assert f"+47{SECOND}" in page
    assert f"+47{THIRD}" in page
    assert f"+47{FIRST}" not in page


def test_with_none_listed_it_says_that_no_phone_gets_one(drafted: Draft, sender: Visitor) -> None:
    draft = drafted(sms("Hello"), FIRST)

    assert "None of the numbers is on the allow-list" in sender.get(f"/orders/{draft.id}/check").text


def test_neither_email_nor_production_speaks_of_the_list(app: Flask, drafted: Draft, sender: Visitor) -> None:
    by_email, by_sms = drafted(email(), "kari@example.com"), drafted(sms("Hello"), FIRST)

    of_email = sender.get(f"/orders/{by_email.id}/check").text
    app.config["ENVIRONMENT"] = "production"
    in_production = sender.get(f"/orders/{by_sms.id}/check").text

    assert 'id="routes"' not in of_email
    assert 'id="routes"' not in in_production
