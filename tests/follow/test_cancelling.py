"""Cancelling an order while it waits, and being told when it is too late."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.status import ShipmentStatus, Status
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]


@pytest.fixture
def waiting(place: Place) -> Placed:
    """An order that is to be sent tomorrow."""
    return place(status=ShipmentStatus.REGISTERED, send_at=utcnow() + timedelta(days=1), recipients=1204)


def status_of(app: Flask, placed: Placed) -> ShipmentStatus:
    """The status of an order's shipment as it is stored."""
    with app.app_context():
        return ShipmentStatus(db.session.get_one(Shipment, placed.shipment_id).status)


def test_cancelling_asks_first_and_says_what_it_means(sender: Visitor, waiting: Placed, app: Flask) -> None:
    page = sender.get(f"/orders/{waiting.order_id}/cancel").text

    assert "Nothing will be sent to the 1,204 recipients" in page
    assert "Yes, cancel the order" in page
    assert status_of(app, waiting) is ShipmentStatus.REGISTERED


def test_a_cancelled_order_is_cancelled_and_written_down(sender: Visitor, waiting: Placed, app: Flask) -> None:
    url = f"/orders/{waiting.order_id}"

    answer = sender.post(f"{url}/cancel", page=f"{url}/cancel")
    page = sender.get(url).text

    assert answer.status_code == 303
    assert "The order is cancelled. Nothing was sent." in page
    assert "hx-trigger" not in page
    assert "/cancel" not in page
    assert status_of(app, waiting) is ShipmentStatus.CANCELLED
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "order.cancelled")).one()
        assert (entry.object_id, entry.service_owner_id) == (str(waiting.order_id), waiting.service_owner_id)


def test_cancelling_twice_changes_nothing_more(sender: Visitor, waiting: Placed, app: Flask) -> None:
    url = f"/orders/{waiting.order_id}"
    sender.post(f"{url}/cancel", page=f"{url}/cancel")

    sender.post(f"{url}/cancel", page="/orders")

    assert "The order was cancelled already." in sender.get(url).text
    with app.app_context():
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "order.cancelled")).all()) == 1


def test_what_was_begun_meanwhile_is_not_cancelled(
    sender: Visitor, waiting: Placed, change: Callable[..., None], app: Flask
) -> None:
    url = f"/orders/{waiting.order_id}"
    token = sender.token(f"{url}/cancel")
    change(rows.set_shipment, waiting, ShipmentStatus.PROCESSING)

    answer = sender.client.post(f"{url}/cancel", data={"csrf_token": token})

    assert answer.status_code == 303
    assert "It is too late to cancel: sending has begun." in sender.get(url).text
    assert status_of(app, waiting) is ShipmentStatus.PROCESSING


def test_an_order_that_was_sent_has_no_cancel_page(sender: Visitor, place: Place) -> None:
    sent = place({Status.SMS_DELIVERED: 1})

    assert sender.get(f"/orders/{sent.order_id}/cancel").status_code == 303
    assert "/cancel" not in sender.get(f"/orders/{sent.order_id}").text


def test_support_cannot_cancel(support: Visitor, waiting: Placed, app: Flask) -> None:
    url = f"/orders/{waiting.order_id}"

    answer = support.post(f"{url}/cancel", page="/orders")

    assert answer.status_code == 403
    assert "Cancel the order" not in support.get(url).text
    assert status_of(app, waiting) is ShipmentStatus.REGISTERED


def test_another_service_owners_sender_cannot_cancel(other_sender: Visitor, waiting: Placed, app: Flask) -> None:
    answer = other_sender.post(f"/orders/{waiting.order_id}/cancel", page="/orders")

    assert answer.status_code == 404
    assert status_of(app, waiting) is ShipmentStatus.REGISTERED
