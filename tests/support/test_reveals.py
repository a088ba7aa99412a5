"""Addresses and texts are covered for support until somebody says why; who did so is written down for good."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.status import Status
from app.support.reveals.models import Reveal, RevealReason
from app.support.telling import holds_personal_data
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

WHY = {"reason": str(int(RevealReason.RECIPIENT_ASKS)), "words": "Called us", "case_reference": "2026/17"}


@pytest.fixture
def placed(place: Callable[..., Placed]) -> Placed:
    """Two failed notifications with a personal text."""
    return place({Status.SMS_FAILED: 2}, body="Dear ((town))", columns=["phone", "town"], values=["Bodø"])


def _url(notification_id: int) -> str:
    return f"/notifications/{notification_id}"


def _reveal(browser: Visitor, notification_id: int, **said: str) -> int:
    url = f"{_url(notification_id)}/reveal"
    return browser.post(url, WHY | said, page="/me/name").status_code


def _address(placed: Placed) -> str:
    return rows.address_of(placed, placed.first_id)


def test_a_reason_uncovers_one_notification_for_one_person(
    support: Visitor, visitor: Callable[..., Visitor], somebody: Callable[..., object], placed: Placed
) -> None:
    colleague = visitor().sign_in(somebody("sanna", support=True))

    assert _reveal(support, placed.first_id) == 303

    assert _address(placed) in support.get(_url(placed.first_id)).text
    assert "Bodø" in support.get(_url(placed.first_id)).text
    assert _address(placed) not in colleague.get(_url(placed.first_id)).text
    assert "Bodø" not in support.get(_url(placed.last_id)).text


def test_it_is_covered_again_after_a_quarter_of_an_hour(app: Flask, support: Visitor, placed: Placed) -> None:
    _reveal(support, placed.first_id)
    part = support.get(_url(placed.first_id), headers={"HX-Request": "true"})
    assert "hx-trigger" in part.text, "a page that shows so much must ask until it is covered"
    with app.app_context():
        lasting = db.session.scalars(select(Reveal)).one()
        assert timedelta(minutes=14) < lasting.until_at - utcnow() <= timedelta(minutes=15)
        db.session.execute(update(Reveal).values(until_at=utcnow()))
        db.session.commit()

    later = support.get(_url(placed.first_id), headers={"HX-Request": "true", "If-None-Match": part.headers["ETag"]})

    assert later.status_code == 200
    assert _address(placed) not in later.text
    assert "Bodø" not in later.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "77"}, "reason"),
        ({"reason": str(int(RevealReason.OTHER)), "words": " "}, "Say what the reason is."),
        ({"words": "She is kari@example.com"}, "Leave out phone numbers"),
        ({"words": "912 34 567 called"}, "Leave out phone numbers"),
        ({"case_reference": "x" * 101}, "at most 100 characters"),
    ],
)
def test_nobody_uncovers_without_a_reason(
    app: Flask, support: Visitor, placed: Placed, said: dict[str, str], words: str
) -> None:
    answer = support.post(f"{_url(placed.first_id)}/reveal", WHY | said, page="/me/name")

    assert answer.status_code == 422
    assert words in answer.text
    assert _address(placed) not in support.get(_url(placed.first_id)).text
    with app.app_context():
        assert db.session.scalars(select(Reveal)).all() == []


def test_it_is_audited_with_person_reason_and_time(app: Flask, support: Visitor, placed: Placed) -> None:
    _reveal(support, placed.first_id)

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "notification.revealed")).one()
        assert entry.person_id
        assert entry.object_id == str(placed.first_id)
        assert entry.detail == {"reason": "recipient_asks", "words": "Called us", "case": "2026/17"}
        assert utcnow() - entry.at < timedelta(minutes=1)


def test_administrators_read_who_uncovered_what_and_take_it_with_them(
    app: Flask, support: Visitor, administrator: Visitor, placed: Placed
) -> None:
    assert "Nothing has been uncovered yet" in administrator.get("/reveals").text
    _reveal(support, placed.first_id)

    page, file = administrator.get("/reveals").text, administrator.get("/reveals/export.csv", buffered=True).text

    assert "The recipient asks about the message" in page
    assert "2026/17" in page
    assert f'"{placed.first_id}";"ttd";"The recipient asks about the message";"Called us";"2026/17"' in file
    assert "Nothing of that kind" in administrator.get("/reveals?until_on=2020-01-01").text
    assert "2026/17" in administrator.get("/reveals?from_on=0001-01-01&until_on=9999-12-31").text
    assert "Exported the list of reveals" in administrator.get("/audit").text


@pytest.mark.parametrize("url", ["/reveals", "/reveals/export.csv"])
def test_only_administrators_read_it(support: Visitor, sender: Visitor, url: str) -> None:
    assert support.get(url).status_code == 403
    assert sender.get(url).status_code == 403


def test_senders_see_their_own_uncovered_and_need_no_reason(
    sender: Visitor, other_sender: Visitor, placed: Placed
) -> None:
    assert _address(placed) in sender.get(_url(placed.first_id)).text
    assert sender.get(f"{_url(placed.first_id)}/reveal").status_code == 403
    assert other_sender.get(_url(placed.first_id)).status_code == 404


@pytest.mark.parametrize(
    "text", ["kari@nav.no", "+47 912 34 567", "ring 91234567 nå", "01010112345 x@y.no", "0047 91234567"]
)
def test_personal_data_is_seen_in_a_text(text: str) -> None:
    assert holds_personal_data(text)


@pytest.mark.parametrize("text", ["", "2026/12345", "SD-123456", "Called at 14:30 on 23.11.2026", "case 1234567"])
def test_case_references_and_times_are_no_personal_data(text: str) -> None:
    assert not holds_personal_data(text)
