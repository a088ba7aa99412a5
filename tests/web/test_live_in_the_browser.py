"""A live part in Chromium under the product's own content policy."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask, request
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Response

from app.web.access import public, signed_in
from app.web.live import respond_part_or_page
from tests.fixtures.browser import PATIENCE_MS, Faults

PART = """{% from "components/live.html" import live_part %}
{% from "components/table.html" import table %}
{% call live_part(live, "counts") %}
<p id="number">{{ count }}</p>
<a id="more" href="/elsewhere">More</a>
<input id="note" aria-label="Note">
{% call table("Wide", range(60) | map("string") | list) %}
{% for row in range(80) %}
<tr id="row-{{ row }}">{% for column in range(60) %}<td>{{ count }}</td>{% endfor %}</tr>
{% endfor %}
{% endcall %}
{% endcall %}"""
PAGE = """{% extends "base.html" %}{% block title %}Counts{% endblock %}
{% block content %}{% include "_part.html" %}{% endblock %}"""

HIDE_AND_COUNT = """() => {
    window.asked = 0;
    document.addEventListener("htmx:before:request", () => { window.asked += 1; });
    Object.defineProperty(document, "hidden", {configurable: true, get: () => true});
}"""


@dataclass
class Room:
    """What the view shows, how it answers, and when it was asked."""

    count: int = 1
    is_final: bool = False
    fails: bool = False
    asked_at: list[float] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return len(self.asked_at)

    def answer(self) -> Response:
        if request.headers.get("X-Varsel-Poll") == "1":
            self.asked_at.append(time.monotonic())
        if self.fails:
            return Response("<p id='number'>broken</p>", status=503)
        etag = f"{self.count}:{self.is_final}"
        return respond_part_or_page("page.html", "_part.html", etag, finished=self.is_final, count=self.count)


@pytest.fixture
def room(desk: Flask, templates: Callable[[dict[str, str]], None], monkeypatch: pytest.MonkeyPatch) -> Room:
    shown = Room()
    monkeypatch.setattr("app.web.live.REST_PER_WORK", 0.0)
    desk.config["POLL_INTERVAL_S"] = 0.1
    templates({"page.html": PAGE, "_part.html": PART})
    desk.add_url_rule("/counts", "counts", signed_in(shown.answer))
    desk.add_url_rule("/elsewhere", "elsewhere", public(lambda: "<h1>Elsewhere</h1>"))
    return shown


@pytest.fixture
def live(room: Room, address: str, page: Page) -> Page:
    """The page open in a window, with its first question asked and answered."""
    page.context.add_cookies([{"name": "roles", "value": "sender", "url": address}])
    page.goto(f"{address}/counts")
    _await_questions(page, room, 1)
    return page


def _await_questions(page: Page, room: Room, more: int) -> None:
    wanted = room.asked + more
    for _ in range(PATIENCE_MS // 50):
        if room.asked >= wanted:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"asked {room.asked} times, not {wanted}")


def _questions_during(page: Page, room: Room, milliseconds: int) -> int:
    before = room.asked
    page.wait_for_timeout(milliseconds)
    return room.asked - before


def test_it_shows_what_is_new(live: Page, room: Room) -> None:
    room.count = 2

    expect(live.locator("#number")).to_have_text("2")


def test_it_falls_silent_when_all_is_final(live: Page, room: Room) -> None:
    room.is_final = True
    expect(live.locator("#counts")).to_contain_text("Nothing is open.")

    assert _questions_during(live, room, 1000) == 0


def test_a_click_on_a_finished_part_asks_nothing(live: Page, room: Room) -> None:
    room.is_final = True
    expect(live.locator("#counts")).to_contain_text("Nothing is open.")

    live.locator("#number").click()

    assert _questions_during(live, room, 300) == 0


def test_a_failure_is_told_and_nothing_of_it_shown_until_it_is_over(live: Page, room: Room, faults: Faults) -> None:
    faults.allow("503")
    room.fails = True
    expect(live.get_by_text("trying again")).to_be_visible()
    expect(live.locator("#number")).to_have_text("1")

    room.fails, room.count = False, 2

    expect(live.locator("#number")).to_have_text("2")
    expect(live.get_by_text("trying again")).to_be_hidden()


def test_it_asks_less_often_while_it_fails(live: Page, room: Room, faults: Faults) -> None:
    faults.allow("503")
    room.fails = True
    expect(live.get_by_text("trying again")).to_be_visible()

    _await_questions(live, room, 2)

    failed, again, once_more = room.asked_at[-3:]
    assert again - failed > 1.4
    assert once_more - again > 2.8


def test_a_lost_network_is_told_and_its_return_noticed_at_once(live: Page, room: Room, faults: Faults) -> None:
    faults.allow("ERR_INTERNET_DISCONNECTED", "Failed to fetch")
    live.context.set_offline(True)
    expect(live.get_by_text("trying again")).to_be_visible()
    room.count = 2

    live.context.set_offline(False)

    expect(live.locator("#number")).to_have_text("2")
    expect(live.get_by_text("trying again")).to_be_hidden()


def test_unchanged_answers_end_the_warning_too(live: Page, room: Room, faults: Faults) -> None:
    faults.allow("503")
    room.fails = True
    expect(live.get_by_text("trying again")).to_be_visible()

    room.fails = False

    expect(live.get_by_text("trying again")).to_be_hidden()


def test_an_unchanged_answer_moves_the_clock_and_nothing_else(live: Page, room: Room) -> None:
    clock = live.locator("[data-live-clock]").first
    first = clock.inner_text()
    statuses: list[int] = []
    live.on("response", lambda response: statuses.append(response.status))
    live.evaluate("document.querySelector('#number').mark = 'same'")

    expect(clock).not_to_have_text(first)

    assert live.evaluate("document.querySelector('#number').mark") == "same"
    assert set(statuses) == {304}


def test_a_hidden_tab_asks_nothing_and_asks_at_once_when_it_is_seen(live: Page, room: Room) -> None:
    live.evaluate(HIDE_AND_COUNT)
    live.wait_for_timeout(1000)
    assert live.evaluate("window.asked") == 0
    room.count = 2

    live.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")

    expect(live.locator("#number")).to_have_text("2")
    assert live.evaluate("window.asked") > 0


def test_focus_and_scroll_stay_where_they_are(live: Page, room: Room) -> None:
    live.locator("#more").focus()
    live.evaluate("window.scrollTo(0, 300); document.querySelector('.table-scroll').scrollLeft = 200")
    room.count = 2
    expect(live.locator("#number")).to_have_text("2")

    assert live.evaluate("document.activeElement.id") == "more"
    assert live.evaluate("[window.scrollY, document.querySelector('.table-scroll').scrollLeft]") == [300, 200]


def test_what_is_being_typed_stays(live: Page, room: Room) -> None:
    live.locator("#note").press_sequentially("half a wo")
    room.count = 2
    expect(live.locator("#number")).to_have_text("2")

    live.locator("#note").press_sequentially("rd")

    assert live.locator("#note").input_value() == "half a word"


def test_a_person_whose_session_ended_is_led_to_sign_in(live: Page, room: Room, faults: Faults) -> None:
    faults.allow("401")

    live.context.clear_cookies()

    expect(live.get_by_role("heading", name="Sign in")).to_be_visible()
    assert live.url.endswith("/sign-in?next=/counts")


def test_coming_back_shows_the_page_and_not_the_part(live: Page, room: Room) -> None:
    live.locator("#more").click()
    expect(live.get_by_role("heading", name="Elsewhere")).to_be_visible()

    live.go_back()

    expect(live.get_by_role("heading", name="Counts")).to_be_visible()
    _await_questions(live, room, 1)
