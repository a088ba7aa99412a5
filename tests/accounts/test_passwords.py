"""Passwords: which are refused, and how they are kept."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts import passwords, queries
from tests.fixtures.desk import PASSWORD, Somebody, Visitor

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short one", "at least 12 characters"),
        ("x" * 257 + "abcdef", "at most 256 characters"),
        ("aaaaaaaaaaaaaa", "among the first that others try"),
        ("Password1234", "among the first that others try"),
        ("kari.nordmann has this", "Do not use your name"),
        ("nordmann is at home", "Do not use your name"),
    ],
)
def test_a_weak_password_is_refused_in_words(app: Flask, password: str, words: str) -> None:
    with app.test_request_context(), pytest.raises(passwords.WeakPassword, match=words):
        passwords.refuse_weak(password, "kari.nordmann", "Kari", "Nordmann")


def test_a_password_of_several_words_is_taken(app: Flask) -> None:
    with app.test_request_context():
        passwords.refuse_weak("fjord granitt lykt", "kari.nordmann", "Kari", "Nordmann")


def test_the_same_letters_from_another_keyboard_are_the_same_password(app: Flask) -> None:
    with app.app_context():
        kept = passwords.hashed("bl\u00e5b\u00e6r og fl\u00f8te")

        assert passwords.matches(kept, "bla\u030ab\u00e6r og fl\u00f8te")


def test_nobody_has_the_password_of_an_unknown_person(app: Flask) -> None:
    with app.app_context():
        assert not passwords.matches(None, "nobody has this password")


def test_passwords_are_kept_as_argon2id_of_64_mib(app: Flask) -> None:
    app.config["ARGON2_PROFILE"] = "default"

    with app.app_context():
        assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_one_changes_ones_own_password_and_is_signed_out_elsewhere(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari = somebody("kari")
    here, elsewhere = visitor().sign_in(kari), visitor().sign_in(kari)
    fields = {"present_password": PASSWORD, "password": "fjord granitt lykt", "again": "fjord granitt lykt"}

    answer = here.post("/me/password", fields, page="/me/password")

    assert answer.location == "/me"
    assert "Your password is changed" in here.get("/me").text
    assert elsewhere.get("/me").status_code == 302
    visitor().sign_in(Somebody(kari.id, kari.email, "fjord granitt lykt"))


@pytest.mark.parametrize(
    ("present", "new", "again", "words"),
    [
        ("not mine at all", "fjord granitt lykt", "fjord granitt lykt", "This is not your present password."),
        (PASSWORD, "fjord granitt lykt", "fjord granitt lukt", "not the same as the new password"),
        (PASSWORD, "short one", "short one", "at least 12 characters"),
        ("", "fjord granitt lykt", "fjord granitt lykt", "Enter your present password."),
    ],
)
def test_a_password_is_not_changed_by_a_form_with_faults(
    app: Flask, visitor: NewVisitor, somebody: NewPerson, present: str, new: str, again: str, words: str
) -> None:
    kari = somebody("kari")
    with app.app_context():
        before = queries.person(kari.id).password_hash
    fields = {"present_password": present, "password": new, "again": again}

    answer = visitor().sign_in(kari).post("/me/password", fields, page="/me/password")

    assert answer.status_code == 422
    assert words in answer.text
    with app.app_context():
        assert queries.person(kari.id).password_hash == before


def test_a_stolen_session_cannot_try_passwords_without_end(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser = visitor().sign_in(somebody("kari"))
    fields = {"present_password": "a wrong one", "password": "fjord granitt lykt", "again": "fjord granitt lykt"}

    answers = [browser.post("/me/password", fields, page="/me/password") for _ in range(6)]

    assert "This is not your present password." in answers[4].text
    assert "There have been too many tries." in answers[5].text
