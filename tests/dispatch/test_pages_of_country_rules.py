"""The pages say what a country did to an SMS and why, and what became worse there after the order was placed."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.accounts.models import Person
from app.country_rules.terms import RegistrationStatus
from app.db import db
from app.orders import outlook, promised
from app.orders.contents import Line
from app.sender_ids import service
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import Mover
from app.shipments.models import Notification, Shipment
from app.standin import Standin
from tests.dispatch.desk import Desk
from tests.dispatch.test_country_rules import hand_over_at
from tests.fixtures.desk import Somebody, Visitor

SPANISH = "+34612345678"
MAY, JULY, NOVEMBER = (datetime(2026, month, 20, 11, tzinfo=UTC) for month in (5, 7, 11))


class Sent(NamedTuple):
    """An order of one SMS to Spain, after its hand-over."""

    order_id: int
    notification_id: int


@pytest.fixture
def administrator(somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """Somebody to whom every order is open."""
    return visitor().sign_in(somebody("anne", administrator=True))


@pytest.fixture
def send(app: Flask, standin: Standin, administrator: Visitor) -> Callable[..., Sent]:
    """Places an SMS from `Skatt` to Spain at one moment and hands it over at another.

    `is_suspended` is for a sender that was approved there until then.
    """

    def sent(placed_at: datetime, handed_over_at: datetime, *, is_suspended: bool = False) -> Sent:
        with app.app_context():
            desk = Desk(app)
            if is_suspended:
                register(desk.owner("ttd"))
            shipment_id = desk.place([SPANISH])
            desk.do("update recipient set country = 'ES'")
            db.session.execute(update(Shipment).values(sms_sender="Skatt"))
            seen = outlook.among([Line("ES", frozenset(), 1, 1)], desk.owner("ttd"), "Skatt", placed_at)
            promised.keep(shipment_id, seen, db.session.scalars(select(Person.id)).first() or 0)
            db.session.commit()
            desk.start()
            if is_suspended:
                suspend()
            hand_over_at(handed_over_at)
            notification_id = db.session.scalars(select(Notification.id)).one()
            return Sent(desk.shipment(shipment_id).order_id, notification_id)

    return sent


def register(service_owner_id: int) -> None:
    """Have `Skatt` approved in Spain."""
    known = {"country": "ES", "sender": "Skatt", "status": "approved", "providers": ["LINK"]}
    db.session.execute(insert(SenderRegistration).values(service_owner_id=service_owner_id, **known))
    db.session.commit()


def suspend() -> None:
    """Have it suspended."""
    [row] = service.locked(list(db.session.scalars(select(SenderRegistration.id))))
    service.move_on(row, RegistrationStatus.SUSPENDED, frozenset({Mover.ADMINISTRATOR}), reason="The registry asks")
    db.session.commit()


def order_page(browser: Visitor, sent: Sent) -> str:
    return unescape(browser.get(f"/orders/{sent.order_id}").text)


def test_the_order_says_that_a_country_became_worse_after_it_was_placed(
    send: Callable[..., Sent], administrator: Visitor
) -> None:
    page = order_page(administrator, send(JULY, NOVEMBER))

    told = page.partition('id="worse-ES"')[2].partition("</div>")[0]
    assert "Spain became worse after the order was placed" in told
    assert "Then: May fail. At the hand-over: Will fail." in told
    assert "It is not sent." in told


@pytest.mark.parametrize(("placed_at", "handed_over_at"), [(JULY, JULY), (NOVEMBER, NOVEMBER), (NOVEMBER, MAY)])
def test_it_says_nothing_where_a_country_stayed_as_it_was_or_became_better(
    send: Callable[..., Sent], administrator: Visitor, placed_at: datetime, handed_over_at: datetime
) -> None:
    assert "worse-ES" not in order_page(administrator, send(placed_at, handed_over_at))


def test_a_registration_that_is_suspended_meanwhile_makes_it_worse(
    send: Callable[..., Sent], administrator: Visitor
) -> None:
    page = order_page(administrator, send(NOVEMBER, NOVEMBER, is_suspended=True))

    assert "Then: Delivered as it is. At the hand-over: Will fail." in page


def test_the_notification_says_why_it_was_not_sent_by_which_rules_and_what_mends_it(
    send: Callable[..., Sent], administrator: Visitor
) -> None:
    sent = send(NOVEMBER, NOVEMBER)

    page = unescape(administrator.get(f"/notifications/{sent.notification_id}").text)

    told = page.partition('id="ruled"')[2].partition("All that is known of Spain")[0]
    assert "Why it was not sent to Spain" in told
    assert "SMS_Failed_Rejected" in page
    assert "ES-alpha-unregistered-3" in told
    assert "operators block a name that is not in the register of CNMC" in told
    assert "https://www.boe.es/buscar/doc.php?id=BOE-A-2025-2870" in told
    assert "Register the sender in this country." in told
    assert "As the rules stood for 20 Nov 2026" in told


def test_the_notification_of_an_sms_that_was_sent_says_what_the_country_does_to_it(
    send: Callable[..., Sent], administrator: Visitor
) -> None:
    sent = send(MAY, MAY)

    page = unescape(administrator.get(f"/notifications/{sent.notification_id}").text)

    assert "What Spain does to it" in page
    assert "ES-alpha-unregistered-1" in page
