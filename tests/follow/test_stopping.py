"""Stopping an order that is being sent: asked first, done once, told on its page."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db import db
from app.messaging.status import ShipmentStatus, Status
from app.queue import queue
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.shipments.rows import Placed

Place = Callable[..., Placed]


@pytest.fixture
def sending(place: Place) -> Placed:
    """An order of which some notifications still wait."""
    return place({Status.SMS_DELIVERED: 2, Status.SMS_NEW: 3}, status=ShipmentStatus.PROCESSED)


def test_stopping_asks_first_and_says_what_it_means(sender: Visitor, sending: Placed) -> None:
    page = sender.get(f"/orders/{sending.order_id}/stop").text

    assert "3 notifications" in page
    assert "Yes, stop sending" in page
    assert f'href="/orders/{sending.order_id}/stop"' in sender.get(f"/orders/{sending.order_id}").text


def test_stopping_is_noted_rung_for_and_told(app: Flask, sender: Visitor, sending: Placed) -> None:
    url = f"/orders/{sending.order_id}/stop"

    answer = sender.post(url, {}, page=url)
    again = sender.get(url)

    assert (answer.status_code, again.status_code) == (303, 303)
    page = sender.get(f"/orders/{sending.order_id}").text
    assert "by Siri" in page
    assert "0 notifications were not handed over" in page
    assert 'id="stop"' not in page
    with app.app_context():
        assert db.session.get_one(Shipment, sending.shipment_id).stopped_at is not None
        assert db.session.scalars(select(AuditEntry.action)).all().count("order.stopped") == 1
        assert [job.func_name for job in queue("dispatch").jobs] == ["app.dispatch.jobs.stop"]


@pytest.mark.parametrize("status", [ShipmentStatus.REGISTERED, ShipmentStatus.COMPLETED, ShipmentStatus.CANCELLED])
def test_there_is_nothing_to_stop_before_and_after_sending(
    app: Flask, sender: Visitor, place: Place, status: ShipmentStatus
) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, status=status)

    answer = sender.get(f"/orders/{placed.order_id}/stop")

    assert answer.status_code == 303
    with app.app_context():
        assert db.session.get_one(Shipment, placed.shipment_id).stopped_at is None


def test_nobody_stops_an_order_of_others_or_with_covered_addresses(
    other_sender: Visitor, support: Visitor, sending: Placed
) -> None:
    url = f"/orders/{sending.order_id}/stop"

    assert other_sender.get(url).status_code == 404
    assert support.get(url).status_code == 403
