"""Who waits for a registration is told what was decided about it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.system_email.models import SystemEmail
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import People


def letters(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(select(SystemEmail).order_by(SystemEmail.id))
        return [(one.to, one.subject) for one in found]


def move(visitor: Visitor, registration_id: int, deed: str, reason: str = "") -> int:
    page = f"/sender-ids/{registration_id}/move/{deed}"
    return visitor.post(page, {"reason": reason}, page=page).status_code


@pytest.fixture
def asked(registration: Callable[..., int], people: People) -> int:
    """A registration that the sender asked for, and that names another contact."""
    return registration("in_review", created_by_id=people.kari.id, contact_email="contact@skd.example")


def test_who_asked_and_the_contact_are_told_of_an_approval(
    app: Flask, asked: int, people: People, administrator: Visitor
) -> None:
    assert move(administrator, asked, "approve") == 303

    assert letters(app) == [
        (people.kari.email, "Skatt in Finland: Approved"),
        ("contact@skd.example", "Skatt in Finland: Approved"),
    ]


def test_a_rejection_tells_its_reason(app: Flask, asked: int, administrator: Visitor) -> None:
    assert move(administrator, asked, "reject", "The name is another body's") == 303

    with app.app_context():
        texts = db.session.scalars(select(SystemEmail.text)).all()
    assert len(texts) == 2
    assert all("The reason: The name is another body's" in text for text in texts)


def test_nobody_is_told_of_what_they_did_themselves(
    app: Flask, registration: Callable[..., int], people: People, administrator: Visitor
) -> None:
    own = registration("in_review", created_by_id=people.astrid.id, contact_email="")

    move(administrator, own, "reject", "Not needed any more")

    assert letters(app) == []


def test_what_only_goes_on_is_told_to_nobody(
    app: Flask, registration: Callable[..., int], people: People, administrator: Visitor
) -> None:
    submitted = registration("submitted", created_by_id=people.kari.id)

    assert move(administrator, submitted, "hand_on") == 303

    assert letters(app) == []
