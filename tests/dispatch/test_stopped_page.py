"""Administrators see what a fault has stopped, let it go again, or end it knowingly."""

from collections.abc import Callable

import pytest
from flask import g

from app.messaging.status import ShipmentStatus
from tests.dispatch.desk import Desk, numbers
from tests.fixtures.desk import Somebody, Visitor


@pytest.fixture
def admin(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """An administrator at the desk."""
    return visitor().sign_in(somebody("kari", administrator=True))


@pytest.fixture
def stopped(desk: Desk) -> int:
    """A shipment whose only batch is stopped, by its id; the batch's id is the same."""
    shipment_id = desk.place(numbers(3))
    desk.start()
    desk.do("update batch set isolated_at = clock_timestamp(), failures = 5, fault = 'KeyError\ndispatch/decide.py'")
    return shipment_id


def post(admin: Visitor, url: str, page: str = "/stopped-hand-overs") -> str:
    """Press a button, and give the page that follows; the token is that of a fresh page."""
    for name in ("csrf_token", "csrf_valid"):
        g.pop(name, None)
    return admin.post(url, page=page, follow_redirects=True).text


def test_it_says_what_is_stopped_why_and_for_how_long(admin: Visitor, stopped: int) -> None:
    page = admin.get("/stopped-hand-overs").text

    assert "KeyError" in page
    assert "ttd" in page
    assert 'class="number">3</td>' in page
    assert "3 notifications of an order of ttd" in admin.get("/front").text


def test_the_front_page_tells_norways_day(desk: Desk, admin: Visitor, stopped: int) -> None:
    desk.do("update batch set isolated_at = '2026-01-15 23:30:00+00'")

    assert "16 Jan 2026" in admin.get("/front").text


def test_without_any_it_says_so(admin: Visitor) -> None:
    assert "Nothing is stopped" in admin.get("/stopped-hand-overs").text


def test_it_goes_again_when_it_is_let(desk: Desk, admin: Visitor, stopped: int) -> None:
    (batch,) = desk.rows("select id from batch")

    page = post(admin, f"/stopped-hand-overs/{batch.id}/again")
    desk.work()

    assert "handed over once more" in page
    assert desk.statuses(stopped) == {"SMS_DELIVERED": 3}


def test_it_is_ended_after_a_question_and_both_are_audited(desk: Desk, admin: Visitor, stopped: int) -> None:
    (batch,) = desk.rows("select id from batch")
    question = admin.get(f"/stopped-hand-overs/{batch.id}/give-up").text

    page = post(admin, f"/stopped-hand-overs/{batch.id}/give-up")
    again = post(admin, f"/stopped-hand-overs/{batch.id}/again")

    assert "3 notifications end as failed" in question
    assert "have failed" in page
    assert "not stopped any longer" in again
    assert desk.statuses(stopped) == {"SMS_FAILED": 3}
    assert desk.status(stopped) is ShipmentStatus.COMPLETED
    assert "Ended stopped notifications: 3" in admin.get("/audit").text
    assert admin.get(f"/stopped-hand-overs/{batch.id}/give-up").status_code == 404
