"""The order's page says for which register it waits, the notification's page what a register answered, and when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.contacts import service as contacts
from app.contacts.service import Details
from app.db import db, utcnow
from app.dispatch import look_up, start
from app.messaging.identity import parse_any
from app.messaging.status import Channel
from app.orders import check, intake, jobs, service
from app.orders.models import Order
from app.shipments.models import Notification, Shipment
from app.web.formats import OSLO, oslo_day
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.identities import tenor_persons

ANNE, BERIT = tenor_persons(2)


@pytest.fixture
def sender(somebody: Callable[..., Somebody], service_owner: Callable[..., int]) -> tuple[Somebody, int]:
    """A sender, and the service owner that they send for."""
    owner = service_owner()
    return somebody("kari", sends_for=[owner]), owner


@pytest.fixture
def order_id(app: Flask, sender: tuple[Somebody, int]) -> int:
    """A placed order to two persons, of whom one is reserved and both are in the embedded register."""
    with app.app_context():
        contacts.add(parse_any(ANNE), Details("Anne", emails=("anne@example.no",), confirmed_at=utcnow()))
        contacts.add(parse_any(BERIT), Details("Berit", emails=("berit@example.no",), is_reserved=True))
        content = service.Content(Channel.EMAIL, email_from="a@b.no", email_subject="News", email_text="Hello")
        draft = service.create_draft(sender[1], sender[0].id, content)
        intake.paste(draft.id, f"{ANNE} {BERIT}")
        check.ask(draft.id)
        db.session.commit()
        jobs.check(draft.id, db.session.get_one(Order, draft.id).revision)
        placed = service.place(draft.id, db.session.get_one(Order, draft.id).revision, sender[0].id)
        db.session.commit()
        assert placed.outcome is service.PlaceOutcome.PLACED
        return draft.id


def test_the_order_says_for_which_register_it_waits(
    app: Flask, order_id: int, sender: tuple[Somebody, int], visitor: Callable[..., Visitor]
) -> None:
    with app.app_context():
        waits = {"waits_for": "krr", "waits_since": utcnow(), "register_due_at": utcnow() + timedelta(seconds=30)}
        db.session.execute(update(Shipment).values(**waits))
        db.session.commit()

    page = visitor().sign_in(sender[0]).get(f"/orders/{order_id}").text

    listed = visitor().sign_in(sender[0]).get("/orders").text

    assert "waits for a register" in listed
    assert "It waits: KRR, the contact and reservation register has not answered since" in page
    assert "Nothing is sent on a guess" in page


def test_each_notification_tells_what_the_register_answered(
    app: Flask, order_id: int, sender: tuple[Somebody, int], visitor: Callable[..., Visitor]
) -> None:
    with app.app_context():
        look_up.look_up_due()
        start.claim_due()
        start.make_next_slice()
        ids = list(db.session.scalars(select(Notification.id).order_by(Notification.id)))
    desk = visitor().sign_in(sender[0])

    reached, reserved = (desk.get(f"/notifications/{one}").text for one in ids)

    assert "Contact looked up in Embedded register" in reached
    assert "E-mail addresses: 1." in reached
    assert f"E-mail address confirmed on {oslo_day(utcnow().astimezone(OSLO).date())}." in reached
    assert "What changed there after that shows by" in reached
    assert f"Person {ANNE[:6]} •••••" in reached
    assert "Not sent: Reserved against electronic communication" in reserved
    assert not [number for number in (ANNE, BERIT) if number in reached + reserved]


def test_the_orders_page_says_who_gets_nothing_and_why(
    app: Flask, order_id: int, sender: tuple[Somebody, int], visitor: Callable[..., Visitor]
) -> None:
    with app.app_context():
        look_up.look_up_due()
        start.claim_due()
        start.make_next_slice()

    page = visitor().sign_in(sender[0]).get(f"/orders/{order_id}").text

    [row] = [row for row in page.split("<tr") if "no address found" in row]
    assert f"Person {BERIT[:6]} •••••" in row
    assert "The person is reserved against electronic communication." in row
    assert f"Person {ANNE[:6]}" not in page
