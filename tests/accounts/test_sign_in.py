"""Signing in and out: who gets in, where they land, and what is told to whom does not."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts import queries, service
from app.db import db
from tests.fixtures.desk import PASSWORD, Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]


def test_a_person_signs_in_with_e_mail_address_and_password(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, browser = somebody("kari"), visitor()

    answer = browser.post("/sign-in", {"email": kari.email, "password": kari.password})

    assert answer.status_code == 303
    assert "Kari" in browser.get("/me").text


def test_the_case_of_the_e_mail_address_does_not_matter(visitor: NewVisitor, somebody: NewPerson) -> None:
    somebody("kari")

    answer = visitor().post("/sign-in", {"email": " KARI@ttd.EXAMPLE ", "password": PASSWORD})

    assert answer.status_code == 303


def test_a_wrong_password_an_unknown_address_and_a_disabled_person_look_the_same(
    app: Flask, visitor: NewVisitor, somebody: NewPerson
) -> None:
    somebody("kari")
    ola = somebody("ola")
    somebody("siv")
    with app.app_context():
        service.disable(queries.person(ola.id))
        db.session.commit()

    tries = [("kari@ttd.example", "wrong horse"), ("nobody@ttd.example", PASSWORD), ("ola@ttd.example", PASSWORD)]
    answers = [visitor().post("/sign-in", {"email": email, "password": password}) for email, password in tries]

    assert {answer.status_code for answer in answers} == {422}
    pages = {answer.text.replace(email, "") for answer, (email, _) in zip(answers, tries, strict=True)}
    assert len({_without_token(page) for page in pages}) == 1


def _without_token(page: str) -> str:
    return page.replace(page.partition('name="csrf_token" value="')[2].partition('"')[0], "")


def test_what_was_typed_stays_except_the_password(visitor: NewVisitor) -> None:
    answer = visitor().post("/sign-in", {"email": "kari@ttd.example", "password": "a secret thing"})

    assert 'value="kari@ttd.example"' in answer.text
    assert "a secret thing" not in answer.text


def test_an_empty_form_says_what_to_enter(visitor: NewVisitor) -> None:
    answer = visitor().post("/sign-in", {})

    assert answer.status_code == 422
    assert "Enter your e-mail address." in answer.text
    assert "Enter your password." in answer.text


def test_a_person_lands_where_they_were_going(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, browser = somebody("kari"), visitor()
    asked = browser.get("/me/password").location

    answer = browser.post(asked, {"email": kari.email, "password": kari.password}, page=asked)

    assert answer.location == "/me/password"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(visitor: NewVisitor, somebody: NewPerson, target: str) -> None:
    kari = somebody("kari")

    answer = visitor().post(f"/sign-in?next={target}", {"email": kari.email, "password": kari.password})

    assert answer.location == "/"


def test_a_form_without_its_token_signs_nobody_in(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari, browser = somebody("kari"), visitor()

    answer = browser.client.post("/sign-in", data={"email": kari.email, "password": kari.password})

    assert answer.status_code == 400
    assert browser.get("/me").status_code == 302


def test_after_signing_out_the_pages_are_closed(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser = visitor().sign_in(somebody("kari"))

    answer = browser.post("/sign-out", page="/me")

    assert answer.location == "/sign-in"
    assert "You have signed out." in browser.get("/sign-in").text
    assert browser.get("/me").status_code == 302


def test_the_password_is_hashed_anew_when_the_parameters_have_changed(
    app: Flask, visitor: NewVisitor, somebody: NewPerson
) -> None:
    kari = somebody("kari")
    with app.app_context():
        before = queries.person(kari.id).password_hash
    app.config["ARGON2_PROFILE"] = "default"

    visitor().sign_in(kari)

    with app.app_context():
        after = queries.person(kari.id).password_hash
    assert before.startswith("$argon2id$v=19$m=8,")
    assert after.startswith("$argon2id$v=19$m=65536,")


def test_a_person_without_any_role_is_told_so(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser = visitor().sign_in(somebody("kari"))

    page = browser.get("/", follow_redirects=True)

    assert "You have no role yet" in page.text


def test_a_sender_comes_to_the_order_list_first(
    visitor: NewVisitor, somebody: NewPerson, service_owner: Callable[..., int]
) -> None:
    browser = visitor().sign_in(somebody("kari", sends_for=[service_owner()]))

    assert browser.get("/").location == "/orders"


def test_a_support_person_comes_to_the_failures_first(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser = visitor().sign_in(somebody("siv", support=True))

    assert browser.get("/").location == "/failures"


def test_a_person_who_is_signed_in_is_led_on_from_the_sign_in_page(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser = visitor().sign_in(somebody("kari"))

    assert browser.get("/sign-in").location == "/"
