"""What stands beside a notification, and the words of all statuses and reasons."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.db import db, utcnow
from app.gateways import reasons as of_gateways
from app.messaging.reasons import REASONS, Owner, reason_of
from app.messaging.status import FAILED, FINAL, WORDING, Status
from app.shipments.models import Notification
from app.support.words import duration
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed


def test_other_notifications_to_the_same_number_are_listed(
    sender: Visitor, support: Visitor, desk: object, place: Callable[..., Placed]
) -> None:
    first, second = place({Status.SMS_DELIVERED: 1}), place({Status.SMS_FAILED: 1})
    theirs = place({Status.SMS_DELIVERED: 1}, owner=desk.theirs)
    old = place({Status.SMS_DELIVERED: 1}, send_at=utcnow() - timedelta(days=31))

    mine = sender.get(f"/notifications/{first.first_id}").text
    all_ = support.get(f"/notifications/{first.first_id}").text

    assert f'id="sibling-{second.first_id}"' in mine
    assert f'id="sibling-{theirs.first_id}"' not in mine
    assert f'id="sibling-{theirs.first_id}"' in all_
    assert f'id="sibling-{old.first_id}"' not in all_


def test_the_page_names_order_shipment_and_cost(
    sender: Visitor, place: Callable[..., Placed], change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1}, reference="case 17")
    change(rows.attempt, placed.first_id, sender="Other")

    page = sender.get(f"/notifications/{placed.first_id}").text

    assert "case 17" in page
    assert "Sender given" in page
    assert "no price known" in page
    assert "Shipment" in page


def test_every_final_failure_says_who_can_do_something() -> None:
    assert [WORDING[status].name for status in FAILED if WORDING[status].owner is Owner.NOBODY] == []
    assert all(WORDING[status].advice for status in FINAL)


def test_every_reason_of_the_gateways_has_words_advice_and_owner() -> None:
    codes = {value for name, value in vars(of_gateways).items() if name.isupper() and isinstance(value, str)}

    assert len(codes) > 20
    assert codes <= set(REASONS)


def test_the_code_of_a_country_rule_has_words_too() -> None:
    assert reason_of("country_rule:TH-url-unapproved") is not None
    assert reason_of(None) is None
    assert reason_of("never heard of") is None


def test_a_page_lists_every_status_and_reason(sender: Visitor) -> None:
    page = sender.get("/statuses").text

    assert all(f'id="{wording.name}"' in page for wording in WORDING.values())
    assert all(f">{code}<" in page for code in REASONS)
    assert "the gateway&#39;s support" in page


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(milliseconds=120), "0.1 s"),
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=3, seconds=7), "3 min 7 s"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=2, hours=1), "2 d 1 h"),
    ],
)
def test_a_duration_is_said_by_its_largest_units(sender: Visitor, span: timedelta, said: str) -> None:
    with sender.client.application.test_request_context():
        assert duration(span) == said


def test_which_register_was_asked_and_when_stands_in_the_timeline(
    app: Flask, sender: Visitor, place: Callable[..., Placed]
) -> None:
    placed = place({Status.SMS_DELIVERED: 1})
    answer = {"register": "krr", "answered_at": "2026-11-20T12:00:00+00:00", "phones": 1, "emails": 2}
    with app.app_context():
        db.session.execute(update(Notification).values(register_answer={**answer, "is_reserved": True}))
        db.session.commit()

    page = sender.get(f"/notifications/{placed.first_id}").text

    assert "Contact looked up in" in page
    assert "20 Nov 2026 13:00:00" in page
    assert "Phone numbers: 1. E-mail addresses: 2. Reserved against electronic communication." in page
