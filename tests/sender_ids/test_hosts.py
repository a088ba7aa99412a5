"""A sender asks for hosts on a registration that has been handed in, and an administrator answers."""

from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.sender_ids import queries
from app.sender_ids.models import SenderRegistration
from app.system_email.models import SystemEmail
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import People

Registration = Callable[..., int]
Stored = Callable[[int], SenderRegistration]


def ask(browser: Visitor, registration_id: int, hosts: str = "skatt.no") -> int:
    page = f"/sender-ids/{registration_id}/hosts"
    return browser.post(page, {"hosts": hosts}, page=page).status_code


def answer(browser: Visitor, registration_id: int, deed: str, revision: int, reason: str = "") -> str:
    page = f"/sender-ids/{registration_id}/hosts"
    said = {"deed": deed, "revision": str(revision), "reason": reason}
    posted = browser.post(f"{page}/answer", said, page=page)
    return unescape(browser.get(posted.location).text if posted.location else posted.text)


def letters(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(select(SystemEmail).order_by(SystemEmail.id))
        return [(one.to, one.subject) for one in found]


@pytest.mark.parametrize("status", ["submitted", "in_review", "approved", "suspended"])
def test_what_is_asked_for_waits_for_an_administrator(
    registration: Registration, sender: Visitor, administrator: Visitor, status: str
) -> None:
    registration_id = registration(status, "TH", approved_on=date.today())

    assert ask(sender, registration_id, "skatt.no\nhttps://www.skatt.no/a") == 303

    assert "Hosts that wait to be approved" in sender.get(f"/sender-ids/{registration_id}").text
    assert "asks for hosts" in administrator.get("/front").text
    assert "asks for hosts" in administrator.get("/sender-ids?waits_on=us").text
    assert "No registration matches" in administrator.get("/sender-ids?waits_on=registry").text
    page = administrator.get(f"/sender-ids/{registration_id}/hosts").text
    assert '<li class="code">skatt.no</li><li class="code">www.skatt.no</li>' in page


def test_approved_hosts_count_at_once_and_who_asked_is_told(
    app: Flask, people: People, registration: Registration, stored: Stored, sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration("approved", "TH", approved_on=date.today(), approved_hosts=["nav.no"])
    ask(sender, registration_id)

    page = answer(administrator, registration_id, "approve", stored(registration_id).revision)

    assert "Approved: skatt.no." in page
    assert "Hosts that wait" not in page
    with app.app_context():
        found = queries.registrations(people.owner, "Skatt", ["TH"])["TH"]
    assert found.approved_hosts == {"nav.no", "skatt.no"}
    assert letters(app) == [
        (people.kari.email, "Skatt in Thailand: hosts approved"),
        ("hanne.holm@skd.example", "Skatt in Thailand: hosts approved"),
    ]
    assert "No registration waits for an administrator." in administrator.get("/front").text


def test_what_is_not_approved_says_why_and_waits_no_more(
    app: Flask, registration: Registration, stored: Stored, sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration(
        "approved", "TH", approved_on=date.today(), wanted_hosts=["nav.no"], approved_hosts=["nav.no"]
    )
    ask(sender, registration_id)

    without_reason = answer(administrator, registration_id, "decline", stored(registration_id).revision)
    page = answer(administrator, registration_id, "decline", stored(registration_id).revision, "It is not ours.")

    assert "Give a reason; whoever asked reads it." in without_reason
    assert "Not approved: skatt.no." in page
    kept = stored(registration_id)
    assert (kept.wanted_hosts, kept.approved_hosts, kept.hosts_asked_at) == (["nav.no"], ["nav.no"], None)
    with app.app_context():
        assert "It is not ours." in db.session.scalars(select(SystemEmail)).first().text


def test_what_is_longer_than_it_may_be_is_neither_asked_for_nor_answered(
    registration: Registration, stored: Stored, sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration("approved", "TH", approved_on=date.today())

    assert ask(sender, registration_id, "skatt.no\n" * 500) == 422
    ask(sender, registration_id)
    page = answer(administrator, registration_id, "decline", stored(registration_id).revision, "x" * 1001)

    assert "at most 1000 characters" in page
    assert stored(registration_id).hosts_asked_at


def test_an_answer_to_what_has_changed_meanwhile_does_nothing(
    registration: Registration, stored: Stored, sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration("approved", "TH", approved_on=date.today())
    ask(sender, registration_id)
    seen = stored(registration_id).revision
    ask(sender, registration_id, "other.no")

    page = answer(administrator, registration_id, "approve", seen)

    assert "Somebody has changed the registration meanwhile" in page
    assert stored(registration_id).approved_hosts == []


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        ("", "Name a host that is not approved yet."),
        ("nav.no", "Name a host that is not approved yet."),
        ("bit.ly", "shortens addresses; no country approves it."),
        ("*.co.uk", "Anybody can get a name under “co.uk”"),
    ],
)
def test_what_cannot_be_approved_is_not_asked_for(
    registration: Registration, stored: Stored, sender: Visitor, hosts: str, words: str
) -> None:
    registration_id = registration("approved", "TH", approved_on=date.today(), approved_hosts=["nav.no"])
    page = f"/sender-ids/{registration_id}/hosts"

    refused = sender.post(page, {"hosts": hosts}, page=page)

    assert refused.status_code == 422
    assert words in unescape(refused.text)
    assert stored(registration_id).hosts_asked_at is None


def test_a_country_that_looks_at_no_link_and_a_draft_are_not_asked_about(
    registration: Registration, sender: Visitor
) -> None:
    approved_in_iceland, draft = registration("approved", "IS"), registration("draft", "TH")

    for registration_id in (approved_in_iceland, draft):
        answered = sender.get(f"/sender-ids/{registration_id}/hosts")
        assert answered.location == f"/sender-ids/{registration_id}"
        assert "Ask for hosts" not in sender.get(answered.location).text


def test_only_an_administrator_answers_and_only_its_own_people_ask(
    registration: Registration, stored: Stored, sender: Visitor, stranger: Visitor
) -> None:
    registration_id = registration("approved", "TH", approved_on=date.today())
    page = f"/sender-ids/{registration_id}/hosts"

    assert sender.post(f"{page}/answer", {"deed": "approve"}, page=page).status_code == 403
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"hosts": "skatt.no"}, page="/sender-ids").status_code == 404
    assert stored(registration_id).hosts_asked_at is None


def test_a_registration_that_is_over_waits_for_nobody(
    registration: Registration, sender: Visitor, administrator: Visitor
) -> None:
    registration_id = registration("approved", "TH", approved_on=date.today())
    ask(sender, registration_id)

    page = f"/sender-ids/{registration_id}/move/revoke"
    administrator.post(page, {"reason": "No longer ours"}, page=page)

    assert "No registration matches" in administrator.get("/sender-ids?waits_on=us").text
    assert "Hosts that wait" not in administrator.get(f"/sender-ids/{registration_id}").text
