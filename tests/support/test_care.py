"""A single notification is assigned, noted on and followed; who cares for it hears of it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db import db
from app.messaging.status import ShipmentStatus, Status
from app.support import jobs
from app.support.care.models import NotificationNote
from app.support.failures import queries
from app.support.failures.queries import Wanted
from app.system_email.models import SystemEmail
from tests.fixtures.desk import Somebody, Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]


@pytest.fixture
def colleague(somebody: Callable[..., Somebody]) -> Somebody:
    """Another person at the desk."""
    return somebody("ida", support=True)


def emails(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(select(SystemEmail).order_by(SystemEmail.id)).all()
        assert not [one for one in found if "+47" in one.text + one.subject]
        return [(one.to, one.subject) for one in found]


def test_it_is_assigned_to_a_colleague_who_finds_it_in_the_inbox(
    app: Flask, support: Visitor, visitor: Callable[..., Visitor], colleague: Somebody, place: Place
) -> None:
    placed = place({Status.SMS_FAILED: 3})
    url = f"/notifications/{placed.first_id}"

    answer = support.post(f"{url}/assign", {"person": str(colleague.id)}, page="/me/name")

    assert answer.status_code == 303
    theirs, page = visitor().sign_in(colleague), support.get(url).text
    assert f'<option selected value="{colleague.id}">Ida</option>' in page
    assert "group-link-" in theirs.get("/failures?mine=assigned").text
    assert "group-link-" not in support.get("/failures?mine=assigned").text
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "notification.assigned")).one()
        assert entry.detail["to"] == "Ida"
    support.post(f"{url}/assign", {"person": ""}, page="/me/name")
    assert "group-link-" not in theirs.get("/failures?mine=assigned").text


def test_a_note_stands_on_its_page_and_is_told_to_who_follows_it(
    app: Flask, support: Visitor, visitor: Callable[..., Visitor], colleague: Somebody, place: Place
) -> None:
    placed = place({Status.SMS_FAILED: 2})
    url = f"/notifications/{placed.first_id}"
    visitor().sign_in(colleague).post(f"{url}/follow", {"follow": "yes"}, page="/me/name")

    support.post(f"{url}/note", {"words": "The operator looks into it"}, page="/me/name")

    assert "The operator looks into it" in support.get(url).text
    assert "The operator looks into it" not in support.get(f"/notifications/{placed.last_id}").text
    assert emails(app) == [(colleague.email, f"A note was written about notification {placed.first_id}")]


@pytest.mark.parametrize(("words", "said"), [("", "Write the note."), ("Call 912 34 567", "Leave out phone numbers")])
def test_a_note_says_something_and_nobodys_number(
    app: Flask, support: Visitor, place: Place, words: str, said: str
) -> None:
    placed = place({Status.SMS_FAILED: 1})

    answer = support.post(f"/notifications/{placed.first_id}/note", {"words": words}, page="/me/name")

    assert answer.status_code == 422
    assert said in answer.text
    with app.app_context():
        assert db.session.scalars(select(NotificationNote)).all() == []


def test_who_follows_hears_once_when_it_is_final(
    app: Flask, support: Visitor, place: Place, change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_ACCEPTED: 2}, status=ShipmentStatus.PROCESSED)
    support.post(f"/notifications/{placed.first_id}/follow", {"follow": "yes"}, page="/me/name")

    with app.app_context():
        jobs.tell_news()
    assert emails(app) == []
    change(rows.move, placed.ids, Status.SMS_DELIVERED)
    with app.app_context():
        jobs.tell_news()
        jobs.tell_news()

    assert emails(app) == [("sam@ttd.example", f"Notification {placed.first_id}: Delivered")]


def test_who_follows_hears_of_what_was_sent_instead_too(
    app: Flask, support: Visitor, place: Place, change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_FAILED_REJECTED: 1})
    support.post(f"/notifications/{placed.first_id}/follow", {"follow": "yes"}, page="/me/name")
    with app.app_context():
        group_id = queries.groups(Wanted())[0].id
    form = {"kind": "other_sender", "which": "all", "reason": "x", "confirmed": "yes", "sender": "2099"}
    support.post(f"/failures/{group_id}/remedy", form, page="/me/name")
    with app.app_context():
        jobs.apply_remedies()
    change(rows.move, [placed.last_id + 1], Status.SMS_DELIVERED)

    with app.app_context():
        jobs.tell_news()

    assert emails(app) == [("sam@ttd.example", f"Notification {placed.last_id + 1}: Delivered")]


def test_who_follows_no_longer_hears_nothing(
    app: Flask, support: Visitor, place: Place, change: Callable[..., None]
) -> None:
    placed = place({Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)
    url = f"/notifications/{placed.first_id}/follow"
    support.post(url, {"follow": "yes"}, page="/me/name")
    support.post(url, {"follow": "no"}, page="/me/name")
    change(rows.move, placed.ids, Status.SMS_DELIVERED)

    with app.app_context():
        jobs.tell_news()

    assert emails(app) == []


def test_senders_neither_see_nor_do_any_of_it(sender: Visitor, place: Place) -> None:
    placed = place({Status.SMS_FAILED: 1})
    url = f"/notifications/{placed.first_id}"

    assert "Who cares for it" not in sender.get(url).text
    for deed in ("note", "assign", "follow"):
        assert sender.post(f"{url}/{deed}", {"words": "x"}, page="/me/name").status_code == 403
