"""No NUL reaches a statement, which would fail on it: not by a form, a query or an address."""

import pytest
from flask import Flask, request

from app.web.access import public


@pytest.fixture
def told(desk: Flask) -> Flask:
    """A page for each way, which tells what it was sent."""
    desk.config["WTF_CSRF_ENABLED"] = False
    desk.add_url_rule("/form", "form", public(lambda: "|".join(request.form.getlist("text"))), methods=["POST"])
    desk.add_url_rule("/query", "query", public(lambda: "|".join(request.args.getlist("text"))))
    desk.add_url_rule("/named/<name>", "named", public(lambda name: str(name)))
    return desk


def test_a_form_is_read_without(told: Flask) -> None:
    answer = told.test_client().post("/form", data={"text": ["a\0b", "\0"], "te\0xt": "c"})

    assert answer.text == "ab||c"


def test_a_form_with_files_is_read_without(told: Flask) -> None:
    answer = told.test_client().post("/form", data={"text": "a\0b"}, content_type="multipart/form-data")

    assert answer.text == "ab"


def test_a_query_is_read_without(told: Flask) -> None:
    assert told.test_client().get("/query?text=a%00b&text=c").text == "ab|c"


def test_an_address_with_one_is_an_unknown_page(told: Flask) -> None:
    client = told.test_client()

    assert client.get("/named/a%00b").status_code == 404
    assert client.get("/named/ab").text == "ab"
