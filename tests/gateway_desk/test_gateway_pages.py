"""Administrators see each gateway's state, steer it with a reason, and read what happened to it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.gateway_desk import pool
from tests.fixtures.desk import Somebody, Visitor

ROW = "select standing, standing_reason, weight, countries, rate_per_s, sender_rate_per_s from gateway where name = :n"


@pytest.fixture
def admin(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """An administrator at the desk."""
    return visitor().sign_in(somebody("kari", administrator=True))


@pytest.fixture
def row(app: Flask) -> Callable[[str], tuple[object, ...]]:
    """A gateway's row as it is now."""

    def read(name: str) -> tuple[object, ...]:
        with app.app_context():
            return tuple(db.session.execute(text(ROW), {"n": name}).one())

    return read


@pytest.fixture
def do(app: Flask) -> Callable[..., None]:
    """Changes rows as the dispatch does."""

    def change(statement: str, **values: object) -> None:
        with app.app_context():
            pool.introduce()
            db.session.execute(text(statement), values)
            db.session.commit()

    return change


def steer(admin: Visitor, deed: str, **data: object) -> str:
    """Post a form on the page of `link`, and give the page that follows."""
    answer = admin.post(f"/gateways/link/{deed}", data, page="/gateways/link", follow_redirects=True)
    return answer.text


def test_the_list_shows_every_gateway_of_the_settings_at_once(admin: Visitor) -> None:
    page = admin.get("/gateways").text

    assert page.count('id="gateway-link-') == 3
    assert page.count("Working") == 3
    assert "simulated" in page


def test_a_pause_has_a_reason_and_stands_in_the_history_and_the_audit_log(
    admin: Visitor, row: Callable[[str], tuple[object, ...]]
) -> None:
    page = steer(admin, "pause", reason="Their night of maintenance")

    assert "The gateway is paused." in page
    assert row("link")[:2] == (3, "Their night of maintenance")
    assert "Kari" in page
    assert "Their night of maintenance" in admin.get("/gateways").text
    assert "Paused the gateway" in admin.get("/audit").text


def test_a_gateway_that_is_not_working_as_usual_stands_on_the_front_page(admin: Visitor) -> None:
    before = admin.get("/front").text
    steer(admin, "pause", reason="The line is worked on")

    after = admin.get("/front").text

    assert "Every gateway takes what it is given." in before
    assert 'href="/gateways/link">link: It gets nothing.' in after
    assert "Every gateway takes" not in after


def test_a_refused_deed_says_so_in_the_title_too(admin: Visitor) -> None:
    assert "<title>Error: Gateway link" in steer(admin, "pause")
    assert "<title>Error: Gateway link" in steer(admin, "share", weight="-1")


def test_without_a_reason_nothing_is_done_and_what_was_typed_stays(admin: Visitor) -> None:
    refused = admin.post("/gateways/link/pause", {"reason": " "}, page="/gateways/link")
    bad = admin.post("/gateways/link/share", {"countries": "NO, XQ", "weight": "-1"}, page="/gateways/link")

    assert (refused.status_code, bad.status_code) == (422, 422)
    for number in ("NaN", "sNaN", "Infinity", "1e400"):
        fields = {"weight": "1", "rate_per_s": number, "why": "Try"}
        assert admin.post("/gateways/link/share", fields, page="/gateways/link").status_code == 422
    assert "Give a reason" in refused.text
    assert "No country has the code XQ" in bad.text
    assert 'value="NO, XQ"' in bad.text
    assert "Working" in admin.get("/gateways/link").text


def test_a_paused_gateway_is_used_again_and_twice_is_told(
    admin: Visitor, row: Callable[[str], tuple[object, ...]]
) -> None:
    steer(admin, "pause", reason="Maintenance")

    once = steer(admin, "resume", reason="They are back")
    twice = steer(admin, "resume", reason="They are back")

    assert "used again" in once
    assert "That is how it stands already" in twice
    assert row("link")[:2] == (1, "They are back")


def test_a_draining_gateway_is_drained_when_nothing_is_under_way(admin: Visitor) -> None:
    page = steer(admin, "drain", reason="It is to be replaced")

    assert "Drained" in page


def test_share_and_limits_are_changed_and_the_history_says_from_what(
    admin: Visitor, row: Callable[[str], tuple[object, ...]]
) -> None:
    page = steer(admin, "share", countries="se no", weight="3", rate_per_s="50", sender_rate_per_s="2.5", why="Price")

    assert row("link")[2:] == (3, ["NO", "SE"], 50.0, 2.5)
    assert "weight: 1 → 3" in page
    assert "countries: none given → NO, SE" in page
    assert "Norway, Sweden" in page
    assert "50 a second" in page


def test_a_gateway_that_refuses_says_since_when_and_is_tried_when_asked(
    admin: Visitor, do: Callable[..., None]
) -> None:
    admin.get("/gateways")
    do(
        "update gateway set breaker = 2, failures = 3, openings = 1, last_trouble = 'HTTP 503',"
        " breaker_until = clock_timestamp() + interval '10 minutes' where name = 'link'"
    )
    listed = admin.get("/gateways").text

    page = steer(admin, "try")

    assert "Refusing" in listed
    assert "HTTP 503" in listed
    assert "tried with the next few messages" in page
    assert "Asked for a trial now" in page


def test_a_slow_gateway_is_called_slow(admin: Visitor, do: Callable[..., None]) -> None:
    do(
        "insert into gateway_minute values ('link', date_trunc('minute', clock_timestamp()), 0, 800, 0, 0, 0, 1, 6000),"
        " ('smtp', date_trunc('minute', clock_timestamp()), 0, 800, 0, 0, 0, 10, 6000)"
    )

    page = admin.get("/gateways").text

    assert page.count("Slow") == 1
    assert "6 s" in page
    assert "800" in page


def test_a_gateway_that_the_settings_no_longer_name_is_shown_as_gone(admin: Visitor, app: Flask) -> None:
    steer(admin, "pause", reason="It is replaced")
    app.config["GATEWAYS"] = "link-a,link-b"

    page = admin.get("/gateways").text

    assert "Not in the settings" in page
    assert page.index("gateway-link-b") < page.index("Not in the settings")


def test_an_unknown_gateway_is_an_unknown_page(admin: Visitor) -> None:
    assert admin.get("/gateways/none").status_code == 404
    assert admin.post("/gateways/none/pause", {"reason": "x"}, page="/gateways/link").status_code == 404


def test_a_poll_of_an_unchanged_list_is_answered_unchanged(admin: Visitor) -> None:
    first = admin.get("/gateways", headers={"HX-Request": "true"})

    again = admin.get("/gateways", headers={"HX-Request": "true", "If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code) == (200, 304)
