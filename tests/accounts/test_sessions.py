"""Sessions: what the cookie holds, when a session ends, and who ends it."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from redis import Redis

from app import create_app
from app.accounts import queries, service
from app.db import db
from tests.fixtures.desk import PASSWORD, Somebody, Visitor
from tests.fixtures.standin import until

NewVisitor = Callable[..., Visitor]
NewPerson = Callable[..., Somebody]
POLL = {"HX-Request": "true", "X-Varsel-Poll": "1"}


def _cookie(browser: Visitor) -> str:
    cookie = browser.client.get_cookie("varsel")
    assert cookie
    return cookie.value


def _lifetime_ms(valkey: Redis) -> int:
    [key] = valkey.keys("session:*")
    return valkey.pttl(key)


@pytest.fixture
def valkey(redis_url: str) -> Redis:
    """Valkey as its operator sees it."""
    return Redis.from_url(redis_url)


def test_the_cookie_holds_a_random_id_that_valkey_does_not_know(
    visitor: NewVisitor, somebody: NewPerson, valkey: Redis
) -> None:
    browser = visitor().sign_in(somebody("kari"))

    cookie = _cookie(browser)

    assert len(cookie) == 43
    assert all(cookie.encode() not in key for key in valkey.keys("*"))


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(visitor: NewVisitor) -> None:
    set_cookie = visitor().get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Path=/" in set_cookie


def test_over_an_encrypted_connection_the_cookie_is_bound_to_the_host(settings: dict[str, object]) -> None:
    app = create_app({**settings, "SESSION_COOKIE_SECURE": True})

    set_cookie = app.test_client().get("/sign-in", base_url="https://varsel.example").headers["Set-Cookie"]

    assert set_cookie.startswith("__Host-varsel=")
    assert "Secure" in set_cookie
    assert "Domain" not in set_cookie


def test_signing_in_changes_the_id_and_ends_the_old_one(visitor: NewVisitor, somebody: NewPerson) -> None:
    browser, thief = visitor(), visitor()
    browser.get("/sign-in")
    planted = _cookie(browser)

    browser.sign_in(somebody("kari"))

    assert _cookie(browser) != planted
    thief.client.set_cookie("varsel", planted)
    assert thief.get("/me").status_code == 302


def test_an_id_that_was_never_handed_out_is_not_taken_over(visitor: NewVisitor) -> None:
    browser = visitor()
    browser.client.set_cookie("varsel", "A" * 43)

    browser.get("/sign-in")

    assert _cookie(browser) != "A" * 43


def test_a_person_who_does_something_starts_the_idle_time_anew(
    visitor: NewVisitor, somebody: NewPerson, valkey: Redis
) -> None:
    browser = visitor().sign_in(somebody("kari"))
    [key] = valkey.keys("session:*")
    valkey.pexpire(key, 60_000)

    browser.get("/me")

    assert _lifetime_ms(valkey) > 3_500_000


def test_a_page_that_asks_by_itself_does_not_prolong_the_session(
    visitor: NewVisitor, somebody: NewPerson, valkey: Redis
) -> None:
    browser = visitor().sign_in(somebody("kari"))
    [key] = valkey.keys("session:*")
    valkey.pexpire(key, 60_000)
    before = valkey.get(key)

    answer = browser.get("/me", headers=POLL)

    assert answer.status_code == 200
    assert _lifetime_ms(valkey) <= 60_000
    assert valkey.get(key) == before


def test_a_session_ends_when_it_has_been_idle(
    app: Flask, settings: dict[str, object], somebody: NewPerson, valkey: Redis
) -> None:
    browser = Visitor(create_app({**settings, "SESSION_IDLE_S": 600})).sign_in(somebody("kari"))
    [key] = valkey.keys("session:*")
    left_ms = valkey.pttl(key)
    valkey.pexpire(key, 1)
    until(lambda: not valkey.keys("session:*"))

    assert 0 < left_ms <= 600_000
    assert browser.get("/me").status_code == 302


def test_a_session_ends_at_its_longest_even_when_it_is_used(
    app: Flask, settings: dict[str, object], somebody: NewPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Visitor(create_app({**settings, "SESSION_MAX_S": 1200})).sign_in(somebody("kari"))

    answers = []
    for passed_s in (600, 1200):
        later = SimpleNamespace(time=lambda passed_s=passed_s: time.time() + passed_s)
        monkeypatch.setattr("app.accounts.sessions.time", later)
        answers.append(browser.get("/me").status_code)

    assert answers == [200, 302]


def test_static_files_do_not_ask_valkey(app: Flask, settings: dict[str, object]) -> None:
    without = create_app({**settings, "REDIS_URL": "unix:///nowhere/valkey.sock"})

    assert without.test_client().get("/static/app.css").status_code == 200


def test_without_valkey_pages_say_that_they_cannot_answer(settings: dict[str, object]) -> None:
    without = create_app({**settings, "REDIS_URL": "unix:///nowhere/valkey.sock"})
    client = without.test_client()
    client.set_cookie("varsel", "A" * 43)

    form = {"csrf_token": "one of before", "email": "kari@ttd.example", "password": PASSWORD}
    answers = [client.get("/sign-in"), client.get("/me"), client.post("/sign-in", data=form)]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert "Varsel cannot answer just now" in answers[0].text


def test_signing_out_everywhere_ends_the_other_sessions_only(visitor: NewVisitor, somebody: NewPerson) -> None:
    kari = somebody("kari")
    here, elsewhere = visitor().sign_in(kari), visitor().sign_in(kari)

    here.post("/me/sign-out-everywhere", page="/me")

    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302


def test_a_disabled_person_is_out_at_once(app: Flask, visitor: NewVisitor, somebody: NewPerson) -> None:
    kari = somebody("kari")
    browser = visitor().sign_in(kari)

    with app.app_context():
        service.disable(queries.person(kari.id))
        db.session.commit()

    assert browser.get("/me").status_code == 302


def test_a_session_that_was_ended_is_not_brought_back_by_a_request_under_way(
    app: Flask, visitor: NewVisitor, somebody: NewPerson
) -> None:
    browser = visitor().sign_in(somebody("kari"))
    slow = visitor()
    slow.client.set_cookie("varsel", _cookie(browser))

    with slow.client.session_transaction() as session:
        assert session["_user_id"]
        browser.post("/sign-out", page="/me")
        session["late"] = "change"

    slow.client.set_cookie("varsel", _cookie(slow))
    assert slow.get("/me").status_code == 302
