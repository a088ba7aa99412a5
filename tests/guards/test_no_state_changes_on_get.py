"""No page changes anything by being looked at: every GET is answered over a database that refuses writes."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from app import create_app, demo
from app.accounts import password_links, queries
from app.db import db, utcnow
from app.messaging.status import Channel, ShipmentStatus, Status
from app.models import metadata
from app.orders.models import Order
from app.shipments.models import Notification, NotificationState, Shipment
from app.web.access import routes
from tests.fixtures.desk import Somebody, Visitor

WRITTEN_DOWN = {"follow.download", "audit.export", "support.export_reveals", "sender_ids.export"}
"""Looking that leaves an audit entry, and nothing else: personal data that leaves the house is written down."""

READ_ONLY = {"connect_args": {"options": "-c default_transaction_read_only=on"}}


@pytest.fixture
def reading(app: Flask, settings: dict[str, object], somebody: Callable[..., Somebody]) -> Iterator[Visitor]:
    """The browser of somebody with every role, at an application that can only read; the demo data is there."""
    with app.app_context():
        demo.load()
        db.session.commit()
        owner_ids = [owner.id for owner in queries.service_owners()]
    everybody = somebody("everybody", sends_for=owner_ids, administrator=True, support=True)
    signed_in = Visitor(app).sign_in(everybody)
    read_only = create_app({**settings, "SQLALCHEMY_ENGINE_OPTIONS": READ_ONLY})
    browser = Visitor(read_only)
    browser.client.set_cookie("varsel", signed_in.client.get_cookie("varsel").value)

    yield browser

    with read_only.app_context():
        db.engine.dispose()


def _draft(app: Flask) -> None:
    with app.app_context():
        owner = queries.service_owner_by_short_name("ttd")
        order = Order(service_owner_id=owner.id, channel=Channel.SMS, sms_text="Hello", daytime_only=False)
        db.session.add(order)
        db.session.flush()
        assert order.id == 1, "the walk asks for number 1"
        db.session.commit()


def _place(app: Flask) -> None:
    now = utcnow()
    content = {"channel": Channel.SMS, "sms_sender": "ttd", "sms_text": "Hello", "daytime_only": False}
    with app.app_context():
        order = db.session.get_one(Order, 1)
        order.placed_at = now
        shipment = Shipment(order_id=1, service_owner_id=order.service_owner_id, recipients=1, **content)
        shipment.requested_send_at, shipment.expires_at = now, now + timedelta(days=2)
        shipment.status, shipment.first_id, shipment.last_id = ShipmentStatus.PROCESSED, 1, 1
        db.session.add(shipment)
        db.session.flush()
        common = {"id": 1, "shipment_id": shipment.id}
        number = {"address": "+4799990000", "country": "NO", "part": 0, "row_no": 1}
        db.session.add(Notification(channel=Channel.SMS, **common, **number))
        db.session.add(NotificationState(status=Status.SMS_NEW, status_at=now, **common))
        db.session.commit()


def _walk(browser: Visitor) -> dict[str, int]:
    every = [route for route in routes(browser.client.application) if route.method == "GET"]
    asked = [route for route in every if route.endpoint not in WRITTEN_DOWN]
    return {route.endpoint: browser.get(route.url, buffered=True).status_code for route in asked}


def test_the_application_of_this_test_really_cannot_write(reading: Visitor) -> None:
    with pytest.raises(InternalError, match="read-only transaction"):
        reading.post("/me/name", {"name": "Another"}, page="/me/name")


def test_looking_at_a_draft_and_all_other_pages_writes_nothing(app: Flask, reading: Visitor) -> None:
    _draft(app)

    codes = _walk(reading)

    assert not [endpoint for endpoint, code in codes.items() if code >= 500]
    assert {"orders.edit", "people.person", "service_owners.edit", "audit.entries"} <= _shown(codes)


def test_looking_at_a_placed_order_writes_nothing(app: Flask, reading: Visitor) -> None:
    _draft(app)
    _place(app)

    codes = _walk(reading)

    assert not [endpoint for endpoint, code in codes.items() if code >= 500]
    assert {"follow.order", "follow.orders", "support.notification"} <= _shown(codes)


def test_what_is_written_down_about_looking_is_an_audit_entry_and_nothing_else(
    app: Flask, somebody: Callable[..., Somebody], service_owner: Callable[..., int]
) -> None:
    browser = Visitor(app).sign_in(somebody("kari", sends_for=[service_owner("ttd")], administrator=True))
    _draft(app)
    _place(app)
    before = _contents(app)

    for route in routes(app):
        if route.endpoint in WRITTEN_DOWN:
            assert browser.get(route.url, buffered=True).status_code == 200

    after = _contents(app)
    assert {table for table in after if after[table] != before[table]} == {"audit_entry", "audit_seal"}


def _contents(app: Flask) -> dict[str, object]:
    """Sum up the rows of every table."""
    with app.app_context():
        return {
            table: db.session.scalar(text(f"select array_agg(md5(t::text) order by md5(t::text)) from {table} t"))
            for table in metadata.tables
        }


def _shown(codes: dict[str, int]) -> set[str]:
    return {endpoint for endpoint, code in codes.items() if code == 200}


def test_looking_at_a_price_or_a_password_link_writes_nothing(app: Flask, reading: Visitor) -> None:
    with app.app_context():
        token = password_links.make_token(queries.person_by_email("kari@ttd.example"))

    assert reading.get("/prices/sms/NO").status_code == 200
    assert reading.get(f"/choose-password/{token}").status_code == 200
