"""Asking for a registration: filled in from a warning, begun by a post only, and held to the rules of senders."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db import db
from app.sender_ids.models import SenderRegistration
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import People

ASK = "/sender-ids/ask"


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SenderRegistration)) or 0


def test_a_warnings_link_fills_the_form_in_and_begins_nothing(app: Flask, sender: Visitor) -> None:
    page = sender.get(f"{ASK}?country=ES&sender=Skatt&service_owner=skd").text

    assert 'value="Skatt"' in page
    assert '<option selected value="ES">' in page
    assert count(app) == 0


def test_a_draft_is_begun_with_what_is_known(app: Flask, people: People, sender: Visitor) -> None:
    asked = {"service_owner": people.owner, "country": "ES", "sender": "Skatt"}

    answer = sender.post(ASK, asked, page=ASK)

    assert answer.status_code == 303
    page = sender.get(answer.location).text
    assert "kari@ttd.example" in page
    assert "qualified digital certificate" in page
    assert count(app) == 1


def test_what_is_open_already_is_led_to(people: People, registration: Callable[..., int], sender: Visitor) -> None:
    registration_id = registration(country="ES")

    answer = sender.post(ASK, {"service_owner": people.owner, "country": "ES", "sender": "Skatt"}, page=ASK)

    assert answer.status_code == 422
    assert f"/sender-ids/{registration_id}" in answer.text


def test_a_warnings_link_leads_to_the_registration_that_is_there_already(
    registration: Callable[..., int], sender: Visitor
) -> None:
    registration_id = registration(country="ES")

    answer = sender.get(f"{ASK}?country=ES&sender=Skatt&service_owner=skd")

    assert answer.status_code == 302
    assert answer.location == f"/sender-ids/{registration_id}"


@pytest.mark.parametrize(
    ("country", "sender_id", "words"),
    [
        ("ES", "Skatteetatenx", "at most 11 characters"),
        ("ES", "Sk", "Spain"),
        ("ES", "NAV", "may send under this name"),
        ("TH", "Skatt no", "no spaces"),
    ],
)
def test_a_sender_id_that_cannot_be_one_is_refused_with_the_reason(
    app: Flask, people: People, sender: Visitor, country: str, sender_id: str, words: str
) -> None:
    answer = sender.post(ASK, {"service_owner": people.owner, "country": country, "sender": sender_id}, page=ASK)

    assert answer.status_code == 422
    assert words in answer.text
    assert count(app) == 0


def test_nobody_asks_for_another_service_owner(app: Flask, people: People, sender: Visitor) -> None:
    answer = sender.post(ASK, {"service_owner": people.other_owner, "country": "ES", "sender": "Ny"}, page=ASK)

    assert answer.status_code == 422
    assert count(app) == 0


def test_another_service_owners_registration_is_an_unknown_page(
    registration: Callable[..., int], stranger: Visitor, administrator: Visitor
) -> None:
    one = f"/sender-ids/{registration()}"

    for page in (one, f"{one}/edit", f"{one}/evidence", f"{one}/evidence/1", f"{one}/move/submit"):
        assert stranger.get(page).status_code == 404
    for deed in (f"{one}/edit", f"{one}/evidence", f"{one}/move/submit", f"{one}/evidence/1/remove"):
        assert stranger.post(deed, page=ASK).status_code == 404
    assert administrator.get(one).status_code == 200
    assert "Skatt" not in stranger.get("/sender-ids").text


def test_the_table_is_a_queue_that_refreshes_by_itself(
    registration: Callable[..., int], administrator: Visitor
) -> None:
    registration("submitted", sender="Ready", due_on="2026-01-02")
    registration("in_review", sender="Away")

    ours = administrator.get("/sender-ids?waits_on=us").text
    assert "Ready" in ours
    assert "overdue" in ours
    assert "Away" not in ours
    assert "Ready" in administrator.get("/sender-ids?show=overdue").text
    assert administrator.get("/sender-ids?status=no-such").status_code == 404

    part = administrator.get("/sender-ids", headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "If-None-Match": part.headers["ETag"]}
    assert administrator.get("/sender-ids", headers=again).status_code == 304
    registration("submitted", sender="Later")
    assert administrator.get("/sender-ids", headers=again).status_code == 200


def test_what_waits_stands_on_the_administrators_front_page(
    registration: Callable[..., int], administrator: Visitor
) -> None:
    registration("submitted")

    assert "Skatt, Finland" in administrator.get("/", follow_redirects=True).text
