"""Whoever wants to send to reserved persons says on which legal ground."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.db import db
from app.orders import jobs
from app.orders.models import Order
from tests.fixtures.desk import Visitor
from tests.fixtures.identities import tenor_persons
from tests.orders.drafting import Desk

ANNE = tenor_persons(1)[0]


def test_ignoring_reservation_asks_for_the_legal_ground(
    app: Flask, desk: Desk, visitor: Callable[..., Visitor]
) -> None:
    sender = visitor().sign_in(desk.sender)
    typed = {"service_owner_id": desk.service_owner_id, "channel": "sms", "sms_text": "Hi", "send_when": "now"}
    typed |= {"window": "anytime", "pasted": ANNE, "ignores_reservation": "y", "action": "save"}

    refused = sender.post("/orders/new", typed, page="/orders/new")
    taken = sender.post("/orders/new", {**typed, "reservation_ground": "§ 3"}, page="/orders/new")

    draft_url = taken.headers["Location"].partition("#")[0].removesuffix("/edit")
    sender.post(f"{draft_url}/check", {}, page=f"{draft_url}/edit")
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
        jobs.check(order.id, order.revision)
    checked = sender.get(f"{draft_url}/check").text

    assert "sent to as well, on the ground of § 3" in checked
    assert refused.status_code == 422
    assert "on which legal ground" in refused.text
    assert taken.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Order.reservation_ground)).all() == ["§ 3"]
