"""An order's page shows all its shipments, each with its own counts and status, and what a person may do to each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.conditions.models import ConditionAnswer, ShipmentGate
from app.db import db, utcnow
from app.messaging.status import ShipmentStatus, Status
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.follow.conftest import Desk
from tests.shipments.rows import Placed

URL = "https://condition.example/ask?key=1"


@pytest.fixture
def remind(app: Flask) -> Callable[..., int]:
    """Gives an order a reminder that waits, and tells its shipment's id."""

    def make(placed: Placed, no: int = 1, *, only_undelivered: bool = True, **gate: object) -> int:
        with app.app_context():
            main, at = db.session.get_one(Shipment, placed.shipment_id), utcnow() + timedelta(days=7 * no)
            reminder = Shipment(
                order_id=placed.order_id, no=no, service_owner_id=main.service_owner_id, channel=main.channel,
                status=ShipmentStatus.REGISTERED, requested_send_at=at, daytime_only=False, sms_sender="Test",
                sms_text=f"Reminder text {no}", expires_at=at + timedelta(days=2), recipients=main.recipients,
            )  # fmt: skip
            db.session.add(reminder)
            db.session.flush()
            db.session.add(ShipmentGate(shipment_id=reminder.id, only_undelivered=only_undelivered, **gate))
            db.session.commit()
            return reminder.id

    return make


@pytest.fixture
def hold(remind: Callable[..., int], app: Flask) -> Callable[..., int]:
    """Gives an order a reminder that is held, since its condition gave no clear answer twice."""

    def make(placed: Placed) -> int:
        now = utcnow()
        shipment_id = remind(placed, condition_url=URL, holds=True, held_at=now, asked=2)
        with app.app_context():
            for no, answer in enumerate(("bad_status", "too_slow"), 1):
                its = {"shipment_id": shipment_id, "no": no, "answer": answer, "http_status": 503 if no == 1 else None}
                db.session.add(ConditionAnswer(asked_at=now, answered_at=now, **its))
            db.session.commit()
        return shipment_id

    return make


def _statuses(app: Flask, placed: Placed) -> list[ShipmentStatus]:
    with app.app_context():
        found = select(Shipment.status).where(Shipment.order_id == placed.order_id).order_by(Shipment.no)
        return [ShipmentStatus(status) for status in db.session.scalars(found)]


def _actions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)))


def test_all_shipments_stand_on_a_line_of_time_and_in_a_table(
    sender: Visitor, place: Callable[..., Placed], remind: Callable[..., int]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1, Status.SMS_FAILED: 1})
    remind(placed, 1)
    remind(placed, 2, only_undelivered=False)

    page = sender.get(f"/orders/{placed.order_id}").text

    assert 'class="shipments-line"' in page
    assert [page.count(f">{name}</a>") for name in ("Main shipment", "Reminder 1", "Reminder 2")] == [1, 1, 1]
    assert "only those not yet delivered" in page
    assert "all of the order" in page


def test_an_order_without_reminders_has_no_line(sender: Visitor, place: Callable[..., Placed]) -> None:
    placed = place({Status.SMS_DELIVERED: 1})

    page = sender.get(f"/orders/{placed.order_id}").text

    assert "shipments-line" not in page
    assert "Shipments of this order" not in page


def test_each_shipment_has_a_page_with_its_own_text_status_and_tiles(
    sender: Visitor, place: Callable[..., Placed], remind: Callable[..., int]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    remind(placed, 1)

    main = sender.get(f"/orders/{placed.order_id}").text
    reminder = sender.get(f"/orders/{placed.order_id}?shipment=1").text

    assert ("Reminder text 1" in main, "Reminder text 1" in reminder) == (False, True)
    assert ('id="tile-all"' in main, 'id="tile-all"' in reminder) == (True, False)
    assert sender.get(f"/orders/{placed.order_id}?shipment=4").status_code == 404
    assert sender.get(f"/orders/{placed.order_id}?shipment=x").status_code == 404


def test_one_reminder_is_cancelled_and_the_others_go_on(
    app: Flask, sender: Visitor, place: Callable[..., Placed], remind: Callable[..., int]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    remind(placed, 1)
    remind(placed, 2)
    url = f"/orders/{placed.order_id}/cancel?shipment=1"

    asked = sender.get(url).text
    answer = sender.post(url, page=url)

    assert "Yes, cancel this shipment" in asked
    assert answer.status_code == 303
    assert _statuses(app, placed)[1:] == [ShipmentStatus.CANCELLED, ShipmentStatus.REGISTERED]
    assert _actions(app) == ["shipment.cancelled"]


def test_cancelling_the_order_cancels_all_that_has_not_begun(
    app: Flask, sender: Visitor, place: Callable[..., Placed], remind: Callable[..., int]
) -> None:
    placed = place(status=ShipmentStatus.REGISTERED, recipients=2)
    remind(placed, 1)
    remind(placed, 2)
    url = f"/orders/{placed.order_id}/cancel"

    answer = sender.post(url, page=url)

    assert answer.status_code == 303
    assert _statuses(app, placed) == [ShipmentStatus.CANCELLED] * 3
    assert _actions(app) == ["order.cancelled"]


def test_a_held_shipment_says_why_and_is_sent_when_somebody_says_so(
    app: Flask, sender: Visitor, place: Callable[..., Placed], hold: Callable[..., int], desk: Desk
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    shipment_id = hold(placed)
    url = f"/orders/{placed.order_id}/send-now?shipment=1"

    page = sender.get(f"/orders/{placed.order_id}?shipment=1").text
    listed = sender.get("/orders").text
    answer = sender.post(url, page=url)
    again = sender.post(url, page="/orders")

    assert "No clear answer: the server refused (HTTP status 503)" in page
    assert URL.replace("&", "&amp;") in page
    assert ">held<" in listed
    assert (answer.status_code, again.status_code) == (303, 303)
    with app.app_context():
        gate = db.session.get_one(ShipmentGate, shipment_id)
        assert (gate.decided_by_id, gate.met_at is not None) == (desk.siri.id, True)
        assert db.session.query(AuditEntry).filter_by(action="shipment.sent_unanswered").count() == 1
    assert "Sent without a clear answer by" in sender.get(f"/orders/{placed.order_id}?shipment=1").text


def test_support_sees_what_was_answered_but_neither_the_address_nor_a_button(
    app: Flask, support: Visitor, place: Callable[..., Placed], hold: Callable[..., int]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    hold(placed)
    url = f"/orders/{placed.order_id}/send-now?shipment=1"

    page = support.get(f"/orders/{placed.order_id}?shipment=1").text

    assert "the server refused" in page
    assert URL not in page
    assert "/send-now" not in page
    assert support.post(url, page="/orders").status_code == 403
    assert _statuses(app, placed)[1] is ShipmentStatus.REGISTERED


def test_another_service_owners_sender_decides_nothing(
    other_sender: Visitor, place: Callable[..., Placed], hold: Callable[..., int]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    hold(placed)
    url = f"/orders/{placed.order_id}"

    answers = [other_sender.post(f"{url}/{deed}?shipment=1", page="/orders") for deed in ("send-now", "cancel")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_administrators_read_of_held_shipments_on_their_front_page(
    place: Callable[..., Placed], hold: Callable[..., int], administrator: Visitor
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    hold(placed)

    page = administrator.get("/front").text

    assert f"Order {placed.order_id}, Reminder 1" in page


def test_the_story_of_a_notification_tells_what_the_condition_answered(
    app: Flask, sender: Visitor, place: Callable[..., Placed]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    with app.app_context():
        now = utcnow()
        db.session.add(ShipmentGate(shipment_id=placed.shipment_id, condition_url=URL, met_at=now, opened_at=now))
        answer = ConditionAnswer(shipment_id=placed.shipment_id, no=1, asked_at=now, answered_at=now, answer="yes")
        db.session.add(answer)
        db.session.commit()

    page = sender.get(f"/notifications/{placed.first_id}").text

    assert "The condition was asked" in page
    assert "Yes: send" in page


def test_the_page_is_unchanged_until_any_of_its_shipments_is_not(
    app: Flask, sender: Visitor, place: Callable[..., Placed], remind: Callable[..., int]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    reminder = remind(placed, 1)
    url = f"/orders/{placed.order_id}"
    etag = sender.get(url, headers={"HX-Request": "true"}).headers["ETag"]

    same = sender.get(url, headers={"HX-Request": "true", "If-None-Match": etag})
    with app.app_context():
        db.session.get_one(Shipment, reminder).status = ShipmentStatus.CANCELLED
        db.session.commit()
    other = sender.get(url, headers={"HX-Request": "true", "If-None-Match": etag})

    assert (same.status_code, other.status_code) == (304, 200)
