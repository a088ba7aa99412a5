"""Administrators add service owners, change what their orders start with, and close them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_login import login_user

from app.accounts import current, queries
from app.accounts.models import ServiceOwner
from app.db import db
from tests.fixtures.desk import Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]
NewOwner = Callable[..., int]

FIELDS = {"short_name": "ttd", "name": "Testdepartementet", "sms_sender": "Altinn-test", "email_from": "no@ttd.example"}


@pytest.fixture
def desk(visitor: NewVisitor, somebody: NewPerson) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(somebody("astrid", administrator=True))


def test_an_owners_email_comes_from_a_domain_of_ours(app: Flask, desk: Visitor) -> None:
    app.config["SMTP_FROM_DOMAINS"] = "ttd.example"
    url = "/service-owners/new"

    refused = desk.post(url, {**FIELDS, "email_from": "no@annen.example"}, page=url)
    taken = desk.post(url, FIELDS, page=url)

    assert refused.status_code == 422
    assert "E-mail may not be sent from this domain" in refused.text
    assert taken.status_code == 303


def test_a_service_owner_is_added(app: Flask, desk: Visitor) -> None:
    answer = desk.post("/service-owners/new", {**FIELDS, "short_name": " TTD "}, page="/service-owners/new")

    assert answer.location == "/service-owners"
    assert "ttd is added." in desk.get("/service-owners").text
    with app.app_context():
        assert queries.service_owner_by_short_name("ttd").sms_sender == "Altinn-test"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"short_name": "t"}, "Use 2 to 20 letters"),
        ({"short_name": "t d"}, "Use 2 to 20 letters"),
        ({"short_name": "skd"}, "Another service owner has this short name."),
        ({"sms_sender": "Testdepartementet"}, "at most 11 characters"),
        ({"sms_sender": "Skatt Ø"}, "letters A to Z"),
        ({"email_from": "no-reply"}, "E-mail sender: "),
        ({"name": ""}, "Enter a name."),
    ],
)
def test_a_form_with_faults_adds_nothing_and_keeps_what_was_typed(
    app: Flask, desk: Visitor, service_owner: NewOwner, change: dict[str, str], words: str
) -> None:
    service_owner("skd")

    answer = desk.post("/service-owners/new", {**FIELDS, **change}, page="/service-owners/new")

    assert answer.status_code == 422
    assert words in answer.text
    assert all(f'value="{text}"' in answer.text for text in {**FIELDS, **change}.values() if text)
    with app.app_context():
        assert [owner.short_name for owner in queries.service_owners()] == ["skd"]


def test_what_new_orders_start_with_is_changed(app: Flask, desk: Visitor, service_owner: NewOwner) -> None:
    url = f"/service-owners/{service_owner()}"

    desk.post(url, {"name": "Test", "sms_sender": "+4799990000", "email_from": "x@ttd.example"}, page=url)

    with app.app_context():
        owner = queries.service_owner_by_short_name("ttd")
        assert (owner.name, owner.sms_sender, owner.email_from) == ("Test", "4799990000", "x@ttd.example")
    assert "Changed the service owner: the e-mail sender, the name, the SMS sender" in desk.get("/audit").text


def test_nobody_sends_for_a_closed_service_owner_but_its_senders_still_see_its_orders(
    app: Flask, desk: Visitor, somebody: NewPerson, service_owner: NewOwner
) -> None:
    ttd = service_owner()
    kari = somebody("kari", sends_for=[ttd])

    desk.post(f"/service-owners/{ttd}/close", page="/service-owners")

    with app.test_request_context():
        login_user(queries.person(kari.id))
        assert current.sends_for() == []
        assert current.service_owner_ids() == [ttd]
    desk.post(f"/service-owners/{ttd}/reopen", page="/service-owners")
    with app.test_request_context():
        login_user(queries.person(kari.id))
        assert [owner.id for owner in current.sends_for()] == [ttd]


def test_each_role_sees_what_it_may(app: Flask, somebody: NewPerson, service_owner: NewOwner) -> None:
    ttd, skd = service_owner("ttd"), service_owner("skd")
    people = {
        "sender": somebody("kari", sends_for=[ttd]),
        "administrator": somebody("astrid", administrator=True),
        "support": somebody("siv", support=True),
        "sender and support": somebody("ola", sends_for=[ttd], support=True),
    }

    seen, covered = {}, {}
    for role, person in people.items():
        with app.test_request_context():
            login_user(queries.person(person.id))
            visible = db.select(ServiceOwner.short_name).where(current.visible_to_me(ServiceOwner.id))
            seen[role] = set(db.session.scalars(visible))
            covered[role] = (current.is_covered(ttd), current.is_covered(skd))

    everything = {"ttd", "skd"}
    assert seen == {
        "sender": {"ttd"},
        "administrator": everything,
        "support": everything,
        "sender and support": everything,
    }
    assert covered == {
        "sender": (False, True),
        "administrator": (False, False),
        "support": (True, True),
        "sender and support": (False, True),
    }


@pytest.mark.parametrize("path", ["", "/close"])
def test_an_unknown_service_owner_is_no_page(desk: Visitor, path: str) -> None:
    assert desk.get(f"/service-owners/999999{path}").status_code == 404
