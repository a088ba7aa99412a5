"""People who see the same share a part that is rendered once; nobody gets what was rendered for others."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from app.web import shared_parts
from app.web.access import signed_in
from app.web.live import respond_part_or_page
from app.web.shared_parts import SharedParts

PART = """{% from "components/live.html" import live_part %}
{%- call live_part(live, "count") %}<p>Rendering {{ number }}</p>{% endcall %}"""
PAGE = """{% extends "base.html" %}{% block title %}Count{% endblock %}
{% block content %}{% include "_part.html" %}{% endblock %}"""
POLL = {"HX-Request": "true", "X-Varsel-Poll": "1"}


@pytest.fixture
def somebody_at(
    desk: Flask, templates: Callable[[dict[str, str]], None], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], FlaskClient]:
    """Opens browsers to a page that tells how often it was rendered; its audience is the address's, if any."""
    monkeypatch.setattr(shared_parts, "KEPT_S", 600.0)
    templates({"page.html": PAGE, "_part.html": PART})
    numbers: Iterator[int] = count(1)

    def view() -> Response:
        etag, audience = request.args["etag"], request.args.get("audience", "")
        return respond_part_or_page("page.html", "_part.html", etag, audience=audience, number=next(numbers))

    desk.add_url_rule("/count", "count", signed_in(view))

    def open_browser() -> FlaskClient:
        browser = desk.test_client()
        browser.set_cookie("roles", "sender")
        return browser

    return open_browser


def test_two_people_of_one_audience_share_one_rendering(somebody_at: Callable[[], FlaskClient]) -> None:
    kari, ola = somebody_at(), somebody_at()

    first = kari.get("/count?etag=1&audience=open", headers=POLL)
    second = ola.get("/count?etag=1&audience=open", headers=POLL)

    assert "Rendering 1" in first.text
    assert second.text == first.text
    assert second.headers["ETag"] == first.headers["ETag"]


def test_what_has_been_seen_is_not_sent_again(somebody_at: Callable[[], FlaskClient]) -> None:
    kari = somebody_at()
    seen = kari.get("/count?etag=1&audience=open", headers=POLL).headers["ETag"]

    again = kari.get("/count?etag=1&audience=open", headers={**POLL, "If-None-Match": seen})

    assert again.status_code == 304


@pytest.mark.parametrize("other", ["etag=2&audience=open", "etag=1&audience=covered", "etag=1"])
def test_another_state_audience_or_address_is_rendered_for_itself(
    somebody_at: Callable[[], FlaskClient], other: str
) -> None:
    browser = somebody_at()
    browser.get("/count?etag=1&audience=open", headers=POLL)

    answer = browser.get(f"/count?{other}", headers=POLL)

    assert "Rendering 2" in answer.text


def test_a_whole_page_is_never_shared(somebody_at: Callable[[], FlaskClient]) -> None:
    browser = somebody_at()
    browser.get("/count?etag=1&audience=open")

    answer = browser.get("/count?etag=1&audience=open")

    assert "Rendering 2" in answer.text


def test_a_part_is_kept_for_a_moment_only_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    parts, now = SharedParts(), [0.0]
    monkeypatch.setattr(shared_parts.time, "monotonic", lambda: now[0])

    for number in range(shared_parts.MOST + 1):
        parts.put(str(number), "part")
    kept = [parts.get("0"), parts.get("1"), parts.get(str(shared_parts.MOST))]
    now[0] = shared_parts.KEPT_S

    assert kept == [None, "part", "part"]
    assert parts.get("1") is None
