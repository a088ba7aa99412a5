"""Administrators add people, give them roles and service owners, and disable them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts import queries, service
from app.accounts.models import Membership, Person
from app.audit.models import AuditEntry
from app.db import db
from app.web.paging import Window
from tests.fixtures.desk import PASSWORD, Somebody, Visitor
from tests.fixtures.standin import until

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]
NewOwner = Callable[..., int]


@pytest.fixture
def administrator(somebody: NewPerson) -> Somebody:
    """The administrator at the desk."""
    return somebody("astrid", administrator=True)


@pytest.fixture
def desk(visitor: NewVisitor, administrator: Somebody) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(administrator)


def _actions(app: Flask) -> list[str]:
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [entry.action for entry in entries if entry.action != "person.signed_in"]


def _link(page: str) -> str:
    return page.partition("/choose-password/")[2].partition("<")[0].strip()


def test_a_person_who_is_added_chooses_a_password_by_the_link_and_sends(
    app: Flask, desk: Visitor, visitor: NewVisitor, service_owner: NewOwner
) -> None:
    fields = {
        "email": "kari@skd.example",
        "name": "Kari",
        "service_owners": [service_owner("ttd"), service_owner("skd")],
    }
    added = desk.post("/people/new", fields, page="/people/new")
    token = _link(desk.get(added.location).text)
    chosen = {"password": "fjord granitt lykt", "again": "fjord granitt lykt"}
    kari = visitor()

    answer = kari.post(f"/choose-password/{token}", chosen, page=f"/choose-password/{token}")

    assert answer.location == "/sign-in"
    kari.sign_in(Somebody(0, "kari@skd.example", "fjord granitt lykt"))
    assert "Sender for skd" in kari.get("/me").text
    assert "Sender for ttd" in kari.get("/me").text
    assert _actions(app)[-5:] == [
        "person.added",
        "person.membership_added",
        "person.membership_added",
        "person.password_link_made",
        "person.password_changed",
    ]


def test_the_link_is_shown_once(desk: Visitor) -> None:
    added = desk.post("/people/new", {"email": "kari@skd.example", "name": "Kari"}, page="/people/new")

    first, second = desk.get(added.location).text, desk.get(added.location).text

    assert _link(first)
    assert not _link(second)


def test_a_link_is_spent_by_its_use(desk: Visitor, visitor: NewVisitor) -> None:
    added = desk.post("/people/new", {"email": "kari@skd.example", "name": "Kari"}, page="/people/new")
    url = f"/choose-password/{_link(desk.get(added.location).text)}"
    visitor().post(url, {"password": "fjord granitt lykt", "again": "fjord granitt lykt"}, page=url)

    answer = visitor().get(url)

    assert answer.status_code == 410
    assert "Ask an administrator for a new one." in answer.text


def test_of_two_who_use_a_link_at_the_same_time_one_finds_it_spent(
    app: Flask, desk: Visitor, visitor: NewVisitor
) -> None:
    added = desk.post("/people/new", {"email": "kari@skd.example", "name": "Kari"}, page="/people/new")
    url = f"/choose-password/{_link(desk.get(added.location).text)}"
    browsers = [visitor(), visitor()]
    for browser in browsers:
        browser.get(url)

    with ThreadPoolExecutor(2) as both, app.app_context():
        db.session.execute(text("select from person where email = 'kari@skd.example' for update"))
        used = [
            both.submit(browser.post, url, _chosen(word), page=url)
            for browser, word in zip(browsers, ("lykt", "eng"), strict=True)
        ]
        _await_two_who_wait()
        db.session.rollback()
        codes = sorted(answer.result().status_code for answer in used)

    assert codes == [303, 410]


def _chosen(word: str) -> dict[str, str]:
    return {"password": f"fjord granitt {word}", "again": f"fjord granitt {word}"}


def _await_two_who_wait() -> None:
    waiting = text(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )

    def are_two() -> bool:
        with db.engine.connect() as another:
            return another.scalar(waiting) == 2

    until(are_two)


def test_opening_a_link_does_not_spend_it(desk: Visitor, visitor: NewVisitor) -> None:
    added = desk.post("/people/new", {"email": "kari@skd.example", "name": "Kari"}, page="/people/new")
    url = f"/choose-password/{_link(desk.get(added.location).text)}"

    assert [visitor().get(url).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("token", ["x", "WzEsIngiXQ.aaaa.bbbb"])
def test_a_forged_link_is_no_link(visitor: NewVisitor, token: str) -> None:
    assert visitor().get(f"/choose-password/{token}").status_code == 410


def test_a_link_with_what_no_address_may_hold_leads_nowhere(visitor: NewVisitor) -> None:
    assert visitor().get("/choose-password/%00").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "", "name": ""}, ["Enter an e-mail address.", "Enter a name."]),
        ({"email": "kari", "name": "Kari"}, ["E-mail address: "]),
        ({"email": "ASTRID@ttd.example", "name": "Another"}, ["Somebody with this e-mail address is there already."]),
        ({"email": "kari@ttd.example", "name": "K" * 201}, ["Use at most 200 characters."]),
        ({"email": "kari@ttd.example", "name": "Kari", "service_owners": ["77"]}, ["not"]),
    ],
)
def test_a_form_with_faults_says_so_and_adds_nobody(
    app: Flask, desk: Visitor, fields: dict[str, object], words: list[str]
) -> None:
    answer = desk.post("/people/new", fields, page="/people/new")

    assert answer.status_code == 422
    assert all(word in answer.text for word in words)
    with app.app_context():
        assert len(queries.people(Window()).rows) == 1


def test_a_second_click_finds_what_the_first_one_changed(
    app: Flask, desk: Visitor, somebody: NewPerson, service_owner: NewOwner
) -> None:
    kari, ttd = somebody("kari"), service_owner("ttd")
    page, fields = f"/people/{kari.id}/edit", {"name": "Kari", "service_owners": [ttd]}
    desk.get(page)

    def waits() -> bool:
        with app.app_context():
            return bool(db.session.scalar(text("select count(*) from pg_locks where not granted")))

    with ThreadPoolExecutor() as pool:
        with app.app_context():
            db.session.add(Membership(person_id=kari.id, service_owner_id=ttd))
            db.session.flush()
            second = pool.submit(desk.post, page, fields, page=page)
            until(waits)
            db.session.commit()
        answer = second.result()

    assert answer.status_code == 303
    assert "person.membership_added" not in _actions(app)


def test_roles_and_service_owners_are_changed(
    app: Flask, desk: Visitor, somebody: NewPerson, service_owner: NewOwner
) -> None:
    ttd, skd = service_owner("ttd"), service_owner("skd")
    kari = somebody("kari", sends_for=[ttd])
    fields = {"name": "Kari Nordmann", "is_support": "y", "service_owners": [skd]}

    desk.post(f"/people/{kari.id}/edit", fields, page=f"/people/{kari.id}/edit")

    with app.app_context():
        changed = queries.person(kari.id)
        assert changed.name == "Kari Nordmann"
        assert changed.has_role("support")
        assert not changed.has_role("administrator")
        assert [membership.service_owner.short_name for membership in changed.memberships] == ["skd"]
    assert {"person.renamed", "person.roles_changed", "person.membership_added", "person.membership_ended"} <= set(
        _actions(app)
    )


def test_saving_without_a_change_leaves_no_entry(app: Flask, desk: Visitor, somebody: NewPerson) -> None:
    kari = somebody("kari")
    before = _actions(app)

    desk.post(f"/people/{kari.id}/edit", {"name": "Kari"}, page=f"/people/{kari.id}/edit")

    assert _actions(app) == before


def test_administrators_cannot_take_the_role_from_themselves(
    app: Flask, desk: Visitor, administrator: Somebody, somebody: NewPerson
) -> None:
    somebody("berit", administrator=True)
    url = f"/people/{administrator.id}/edit"

    answer = desk.post(url, {"name": "Somebody else"}, page=url)

    assert answer.status_code == 422
    assert "You cannot take this role from yourself." in answer.text
    with app.app_context():
        assert queries.person(administrator.id).is_administrator
        assert queries.person(administrator.id).name == "Astrid"


def test_administrators_cannot_disable_themselves(app: Flask, desk: Visitor, administrator: Somebody) -> None:
    answer = desk.post(f"/people/{administrator.id}/disable", page="/people")

    assert "You cannot disable yourself." in desk.get(answer.location).text
    with app.app_context():
        assert queries.person(administrator.id).disabled_at is None


def test_two_administrators_who_disable_each_other_at_once_leave_one(app: Flask, somebody: NewPerson) -> None:
    both = [somebody("astrid", administrator=True).id, somebody("berit", administrator=True).id]

    def disable(person_id: int) -> str:
        with app.app_context():
            try:
                service.disable(queries.person(person_id))
                db.session.commit()
            except service.AccountRefused as error:
                return str(error)
            return ""

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(disable, both))

    assert sorted(map(bool, answers)) == [False, True]
    with app.app_context():
        assert len(db.session.scalars(select(Person).where(Person.disabled_at.is_(None))).all()) == 1


def test_a_disabled_person_is_enabled_again(
    app: Flask, desk: Visitor, somebody: NewPerson, visitor: NewVisitor
) -> None:
    kari = somebody("kari")
    desk.post(f"/people/{kari.id}/disable", page="/people")
    assert visitor().post("/sign-in", {"email": kari.email, "password": PASSWORD}).status_code == 422

    desk.post(f"/people/{kari.id}/enable", page="/people")

    visitor().sign_in(kari)
    assert _actions(app)[-2:] == ["person.disabled", "person.enabled"]


def test_people_are_found_by_a_part_of_the_name_that_no_address_bar_shows(desk: Visitor, somebody: NewPerson) -> None:
    somebody("kari")
    somebody("ola")

    found = desk.post("/people/search", {"search": "kar"}, page="/people")

    page = desk.get(found.location).text
    assert "kari@ttd.example" in page
    assert "ola@ttd.example" not in page
    assert "kar" not in found.location


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; drop table person; --"])
def test_signs_with_a_meaning_in_searches_find_nobody(desk: Visitor, text: str) -> None:
    found = desk.post("/people/search", {"search": text}, page="/people")

    assert "Nobody is called that" in desk.get(found.location).text


def test_people_are_listed_fifty_a_page(app: Flask, desk: Visitor) -> None:
    with app.app_context():
        people = [Person(email=f"p{n}@ttd.example", name=f"Person {n}", password_hash="-") for n in range(60)]
        db.session.add_all(people)
        db.session.commit()

    first = desk.get("/people").text
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = desk.get(older).text

    assert first.count("@ttd.example") == 50
    assert second.count("@ttd.example") == 11
    assert "Person 59" in first
    assert "Person 0<" in second


@pytest.mark.parametrize("path", ["", "/edit", "/disable"])
def test_an_unknown_person_is_no_page(desk: Visitor, path: str) -> None:
    assert desk.get(f"/people/999999{path}").status_code == 404
    assert desk.get(f"/people/99999999999999999999{path}").status_code == 404


def test_one_changes_ones_own_name(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser = visitor().sign_in(somebody("kari"))

    browser.post("/me/name", {"name": "  Kari Nordmann "}, page="/me/name")

    assert ">Kari Nordmann<" in browser.get("/me").text


def test_a_password_link_leads_to_the_public_address_whatever_host_the_request_names(
    app: Flask, desk: Visitor, somebody: NewPerson
) -> None:
    app.config["PUBLIC_URL"] = "https://varsel.example"
    url = f"/people/{somebody('kari').id}"

    desk.post(f"{url}/password-link", page=url, headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})

    assert "https://varsel.example/choose-password/" in desk.get(url).text
