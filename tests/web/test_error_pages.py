"""Every error has a page of its own, and its log line holds no personal data."""

import logging

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from flask_login import LoginManager
from redis.exceptions import ConnectionError as ValkeyUnreachable
from redis.exceptions import TimeoutError as ValkeySilent
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable

from app.web.access import public, signed_in

TITLES = {
    400: "The request was not understood",
    403: "You do not have access to this page",
    404: "This page does not exist",
    405: "This cannot be done from here",
    413: "What you sent is too large",
    415: "Unsupported Media Type",
    429: "Too many tries",
}


@pytest.fixture
def client(desk: Flask) -> FlaskClient:
    desk.config["PROPAGATE_EXCEPTIONS"] = False
    colleague = desk.test_client()
    colleague.set_cookie("roles", "sender")
    return colleague


def _fail_with(desk: Flask, error: Exception) -> None:
    def view() -> str:
        raise error

    desk.add_url_rule("/broken", "broken", public(view))


@pytest.mark.parametrize("code", TITLES)
@pytest.mark.parametrize("mark", [public, signed_in])
def test_a_refusal_has_a_page_with_one_heading(desk: Flask, client: FlaskClient, code: int, mark: object) -> None:
    assert callable(mark)
    desk.add_url_rule("/refused", "refused", mark(lambda: abort(code)))

    answer = client.get("/refused")

    assert answer.status_code == code
    assert answer.text.count("<h1") == 1
    assert f">{TITLES[code]}</h1>" in answer.text
    assert f"<title>{TITLES[code]} \N{EN DASH} Varsel</title>" in answer.text


def test_the_address_of_a_form_that_was_only_posted_leads_to_the_page_above_it(
    desk: Flask, client: FlaskClient
) -> None:
    desk.add_url_rule("/orders/<int:order_id>", "order", signed_in(lambda order_id: "the order"))
    desk.add_url_rule("/orders/<int:order_id>/place", "place", signed_in(lambda order_id: ""), methods=["POST"])

    answer = client.get("/orders/7/place")

    assert answer.status_code == 303
    assert answer.location == "/orders/7"


def test_a_form_with_no_page_above_it_says_that_it_cannot_be_asked_for(desk: Flask, client: FlaskClient) -> None:
    desk.add_url_rule("/hook/reports", "hook", public(lambda: ""), methods=["POST"])

    answer = client.get("/hook/reports")

    assert answer.status_code == 405
    assert "This cannot be done from here" in answer.text


def test_an_unknown_address_is_a_page_to_a_stranger_too(desk: Flask) -> None:
    answer = desk.test_client().get("/nowhere")

    assert answer.status_code == 404
    assert "This page does not exist" in answer.text
    assert "Sign out" not in answer.text


def test_an_address_without_its_last_stroke_leads_to_the_page(desk: Flask, client: FlaskClient) -> None:
    desk.add_url_rule("/folder/", "folder", public(lambda: "folder"))

    assert client.get("/folder", follow_redirects=True).text == "folder"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    assert "POST" in client.get("/sign-out").headers["Allow"]


def test_a_failure_tells_its_number_and_the_log_has_it(
    desk: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    _fail_with(desk, RuntimeError("to +4791234567"))

    answer = client.get("/broken")

    error_id = answer.text.split("<code>")[1].split("</code>")[0]
    assert answer.status_code == 500
    assert f"Error {error_id} in broken: RuntimeError." in caplog.text
    assert "test_error_pages.py" in caplog.text


def test_no_words_of_an_error_reach_the_page_or_the_log(
    desk: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    cause = KeyError("kari@example.no")
    error = ValueError("to +4791234567")
    error.__cause__ = cause
    _fail_with(desk, error)

    answer = client.get("/broken")

    for secret in ("+4791234567", "kari@example.no"):
        assert secret not in answer.text
        assert secret not in caplog.text
    assert "ValueError, caused by KeyError" in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT", {"to": "+4791234567"}, Exception("down")),
        ValkeyUnreachable("down"),
        ValkeySilent("no answer"),
        ServiceUnavailable(),
    ],
    ids=["database", "valkey", "silent valkey", "said so"],
)
def test_what_cannot_be_reached_is_told_with_when_to_try_again(
    desk: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    _fail_with(desk, error)

    answer = client.get("/broken")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Varsel cannot answer just now" in answer.text
    assert "+4791234567" not in caplog.text


def test_an_error_page_does_not_need_what_has_failed(
    desk: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    words = "at +4791234567"

    def unreachable(_: object) -> None:
        raise ValkeyUnreachable(words)

    LoginManager(desk).request_loader(unreachable)
    desk.add_url_rule("/inside", "inside", signed_in(lambda: "inside"))

    assert client.get("/inside").status_code == 503
    assert client.get("/nowhere").status_code == 503
    assert "Exception on /nowhere" in caplog.text
    assert words not in caplog.text


def test_programmers_see_failures_in_tests(desk: Flask) -> None:
    _fail_with(desk, RuntimeError("seen"))

    with pytest.raises(RuntimeError, match="seen"):
        desk.test_client().get("/broken")


def test_a_poll_gets_no_page_for_an_error(desk: Flask, client: FlaskClient) -> None:
    desk.add_url_rule("/gone", "gone", public(lambda: abort(404)))

    answer = client.get("/gone", headers={"HX-Request": "true", "X-Varsel-Poll": "1"})

    assert (answer.status_code, answer.text) == (404, "")


def test_too_many_tries_are_refused_with_a_page(desk: Flask, client: FlaskClient) -> None:
    desk.add_url_rule("/tried", "tried", public(lambda: abort(429)))

    answer = client.get("/tried")

    assert answer.status_code == 429
    assert TITLES[429] in answer.text
