"""Afterwards the pages tell why a country refused an SMS, and where it became worse since the order was placed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import insert, update

from app.db import db
from app.dispatch import start
from app.dispatch.claim import claim
from app.dispatch.hand_over import hand_over
from app.messaging.status import Channel
from app.orders import check, intake, service
from app.sender_ids.models import SenderRegistration
from tests.fixtures.desk import Somebody, Visitor

NORWEGIAN, FINNISH, SPANISH = "+4740000001", "+358401234567", "+34612345678"


@pytest.fixture
def owner_id(service_owner: Callable[..., int]) -> int:
    """A service owner."""
    return service_owner("ttd")


@pytest.fixture
def person(somebody: Callable[..., Somebody], owner_id: int) -> Somebody:
    """Somebody who sends for it."""
    return somebody("siri", sends_for=[owner_id])


@pytest.fixture
def sender(person: Somebody, visitor: Callable[..., Visitor]) -> Visitor:
    """Their browser."""
    return visitor().sign_in(person)


@pytest.fixture
def ordered(app: Flask, owner_id: int, person: Somebody) -> Callable[..., int]:
    """Places an order from `Skatt`, all its countries confirmed."""
    content = service.Content(channel=Channel.SMS, sms_sender="Skatt", sms_text="Hello")

    def place(*addresses: str, text: str = "Hello") -> int:
        with app.app_context():
            draft = service.create_draft(owner_id, person.id, replace(content, sms_text=text))
            intake.paste(draft.id, ", ".join(addresses))
            check.ask(draft.id)
            db.session.commit()
            result = service.place(draft.id, draft.revision, person.id, ("FI", "ES", "TH"))
            db.session.commit()
            assert result.outcome is service.PlaceOutcome.PLACED
            return draft.id

    return place


@pytest.fixture
def sent(app: Flask) -> Callable[[], None]:
    """Sends what waits."""

    def send() -> None:
        with app.app_context():
            start.claim_due()
            while start.make_next_slice():
                pass
            while (claimed := claim()) is not None:
                hand_over(claimed)

    return send


def registered(app: Flask, owner_id: int, country: str) -> None:
    """Have `Skatt` approved in a country."""
    values = {"service_owner_id": owner_id, "country": country, "sender": "Skatt", "status": "approved"}
    with app.app_context():
        db.session.execute(insert(SenderRegistration).values(**values, providers=["LINK"]))
        db.session.commit()


def revoked(app: Flask) -> None:
    """Have every registration revoked."""
    with app.app_context():
        db.session.execute(update(SenderRegistration).values(status="revoked"))
        db.session.commit()


def test_a_notification_tells_why_it_was_not_sent(
    sender: Visitor, ordered: Callable[..., int], sent: Callable[[], None]
) -> None:
    ordered(NORWEGIAN, SPANISH)
    sent()

    page = sender.get("/notifications/2").text

    for said in (
        "Why it was not sent to Spain",
        "In Spain, operators block a name that is not in the register of CNMC",
        "ES-alpha-unregistered-3",
        'href="https://www.boe.es/',
        "Register the sender in this country.",
        "/sender-ids/ask?country=ES&amp;sender=Skatt&amp;service_owner=ttd",
        "None: it was not sent",
    ):
        assert said in page
    assert "It went to the simulator" not in page


def test_a_notification_that_was_sent_tells_what_the_country_does(
    sender: Visitor, ordered: Callable[..., int], sent: Callable[[], None]
) -> None:
    ordered(NORWEGIAN, FINNISH)
    sent()

    assert "What Finland does to it" in sender.get("/notifications/2").text
    assert "NO-alpha-unregistered" in sender.get("/notifications/1").text


def test_the_orders_table_says_the_reason_in_the_rules_own_words(
    sender: Visitor, ordered: Callable[..., int], sent: Callable[[], None]
) -> None:
    order_id = ordered(NORWEGIAN, SPANISH)
    sent()

    page = sender.get(f"/orders/{order_id}").text

    assert "In Spain, operators block a name" in page
    assert "Will fail: 1 not sent" in page
    assert "became worse" not in page


def test_a_country_that_became_worse_after_placing_is_named(
    app: Flask, owner_id: int, sender: Visitor, ordered: Callable[..., int], sent: Callable[[], None]
) -> None:
    registered(app, owner_id, "ES")
    order_id = ordered(NORWEGIAN, SPANISH)
    revoked(app)
    sent()

    page = sender.get(f"/orders/{order_id}").text

    assert "Spain became worse after the order was placed" in page
    assert "Then: Delivered as it is. At the hand-over: Will fail." in " ".join(page.split())
    assert "Norway became worse" not in page


def test_who_confirmed_a_country_stands_on_the_order(sender: Visitor, ordered: Callable[..., int]) -> None:
    order_id = ordered(NORWEGIAN, FINNISH)

    page = sender.get(f"/orders/{order_id}").text

    assert "confirmed by Siri" in page
