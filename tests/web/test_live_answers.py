"""One address answers with the page, the part, or that nothing has changed."""

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from app.web import live
from app.web.access import signed_in
from app.web.live import is_poll, next_interval_ms, respond_part_or_page, unchanged

PART = """{% from "components/live.html" import live_part %}
{%- call live_part(live, "count") %}<p id="number">{{ count }}</p>{% endcall %}"""
PAGE = """{% extends "base.html" %}{% block title %}Count{% endblock %}
{% block content %}{% include "_part.html" %}{% endblock %}"""
POLL = {"HX-Request": "true", "X-Varsel-Poll": "1"}


class Counter:
    """What the page shows: a number, and whether it is final."""

    def __init__(self) -> None:
        self.count = 1
        self.is_final = False


@pytest.fixture
def counter(desk: Flask, templates: Callable[[dict[str, str]], None]) -> Counter:
    shown = Counter()
    templates({"page.html": PAGE, "_part.html": PART})

    def view() -> Response:
        return respond_part_or_page(
            "page.html", "_part.html", str(shown.count), finished=shown.is_final, count=shown.count
        )

    desk.add_url_rule("/count", "count", signed_in(view))
    return shown


@pytest.fixture
def client(desk: Flask) -> FlaskClient:
    colleague = desk.test_client()
    colleague.set_cookie("roles", "sender")
    return colleague


def test_a_browser_gets_the_page_with_the_part_in_it(client: FlaskClient, counter: Counter) -> None:
    answer = client.get("/count")

    assert "<h1" in answer.text
    assert '<p id="number">1</p>' in answer.text


def test_htmx_gets_the_part_alone(client: FlaskClient, counter: Counter) -> None:
    answer = client.get("/count", headers=POLL)

    assert answer.text.startswith('<section class="live" id="count" data-live hx-get="/count"')
    assert "<h1" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_a_part_that_was_seen_is_not_sent_again(client: FlaskClient, counter: Counter) -> None:
    seen = client.get("/count", headers=POLL)

    again = client.get("/count", headers={**POLL, "If-None-Match": seen.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert len(again.headers["X-Varsel-Time"]) == len("14:32:07")


def test_the_page_tells_what_it_shows_so_that_the_first_question_is_cheap(
    client: FlaskClient, counter: Counter
) -> None:
    seen = client.get("/count", headers=POLL)

    page = client.get("/count")

    assert seen.headers["ETag"].removeprefix("W/").strip('"') in page.text


def test_a_part_that_changed_is_sent(client: FlaskClient, counter: Counter) -> None:
    seen = client.get("/count", headers=POLL)
    counter.count = 2

    again = client.get("/count", headers={**POLL, "If-None-Match": seen.headers["ETag"]})

    assert again.status_code == 200
    assert '<p id="number">2</p>' in again.text


def test_another_person_has_seen_nothing(desk: Flask, client: FlaskClient, counter: Counter) -> None:
    seen = client.get("/count", headers=POLL)
    client.set_cookie("roles", "sender.support")

    answer = client.get("/count", headers={**POLL, "If-None-Match": seen.headers["ETag"]})

    assert answer.status_code == 200


def test_a_whole_page_is_always_sent(client: FlaskClient, counter: Counter) -> None:
    seen = client.get("/count", headers=POLL)

    answer = client.get("/count", headers={"If-None-Match": seen.headers["ETag"]})

    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_a_finished_part_has_nothing_that_would_ask_again(client: FlaskClient, counter: Counter) -> None:
    counter.is_final = True

    text = client.get("/count", headers=POLL).text

    assert "hx-" not in text
    assert "data-live " not in text


def test_the_filters_are_asked_for_again(client: FlaskClient, counter: Counter) -> None:
    assert 'hx-get="/count?status=failed&amp;n=1"' in client.get("/count?status=failed&n=1", headers=POLL).text


def test_what_is_unchanged_can_be_told_before_any_question(desk: Flask, client: FlaskClient) -> None:
    desk.add_url_rule("/early", "early", signed_in(lambda: unchanged("7") or ("asked", 200, {})))

    assert client.get("/early", headers=POLL).text == "asked"


def test_a_poll_is_told_from_a_persons_request(desk: Flask) -> None:
    with desk.test_request_context(headers=POLL):
        assert is_poll()
    with desk.test_request_context(headers={"HX-Request": "true"}):
        assert not is_poll()


def test_a_quick_answer_is_asked_for_at_the_usual_interval(desk: Flask) -> None:
    desk.config["POLL_INTERVAL_S"] = 3.0

    with desk.test_request_context():
        intervals = {next_interval_ms() for _ in range(200)}

    assert min(intervals) >= 2700
    assert max(intervals) <= 3300
    assert len(intervals) > 20


@pytest.mark.parametrize(("took_s", "longest_ms"), [(0.5, 11_000), (60.0, 66_000)])
def test_a_slow_answer_is_asked_for_less_often(
    desk: Flask, monkeypatch: pytest.MonkeyPatch, took_s: float, longest_ms: int
) -> None:
    with desk.test_request_context():
        now = live.time.perf_counter()
        monkeypatch.setattr(live.time, "perf_counter", lambda: now)
        g.began_at = now - took_s

        interval_ms = next_interval_ms()

    assert longest_ms * 0.8 <= interval_ms <= longest_ms
