"""The webhook knows its gateways by their passwords, lets guessers wait, and keeps what it cannot read."""

from base64 import b64encode
from itertools import cycle, islice

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.db import db
from app.dispatch.guesses import FREE
from app.queue import connect, valkey

REPORT = b"<MSGLST><MSG><ID>1</ID><REF>r</REF><STATE>DELIVRD</STATE></MSG></MSGLST>"


def post(client: FlaskClient, body: bytes = REPORT, *, name: str = "link", told: str = "link:only for tests",
         place: str = "127.0.0.1") -> TestResponse:  # fmt: skip
    headers = {"Authorization": "Basic " + b64encode(told.encode()).decode()}
    return client.post(
        f"/gateways/{name}/reports", data=body, headers=headers, content_type="text/xml",
        environ_base={"REMOTE_ADDR": place},
    )  # fmt: skip


def stored(app: Flask, column: str = "gateway") -> list[object]:
    with app.app_context():
        return [row[0] for row in db.session.execute(text(f"select {column} from report_inbox order by id"))]


def guess_until_one_must_wait(app: Flask, client: FlaskClient, *places: str) -> list[int]:
    """Tell wrong passwords from these places in turns, and make the wait that begins then a long one."""
    told = [post(client, told="link:guess", place=place).status_code for place in islice(cycle(places), FREE)]
    for place in islice(cycle(places), 5):
        if has_to_wait_long(app):
            return told
        # The short wait was over before anybody looked; the next one lasts twice as long.
        told.append(post(client, told="link:guess", place=place).status_code)
    raise AssertionError("Nobody had to wait.")


def has_to_wait_long(app: Flask) -> bool:
    with app.app_context():
        made_long = [valkey().expire(key, 600) for key in valkey().keys("webhook:*:wait")]
    return any(made_long)


def test_who_tells_wrong_passwords_waits_longer_and_longer_also_with_the_right_one(
    app: Flask, client: FlaskClient
) -> None:
    free = guess_until_one_must_wait(app, client, "127.0.0.1")

    wrong, right = post(client, told="link:guess"), post(client)

    assert set(free) == {401}
    assert wrong.status_code == 429
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) >= 1


def test_a_guesser_keeps_nobody_else_from_posting(app: Flask, client: FlaskClient) -> None:
    guess_until_one_must_wait(app, client, "192.0.2.1")

    assert post(client, place="192.0.2.1").status_code == 429
    assert post(client, place="192.0.2.2").status_code == 200


def test_a_guesser_gains_no_tries_by_the_addresses_of_one_network(app: Flask, client: FlaskClient) -> None:
    guess_until_one_must_wait(app, client, *(f"2001:db8:1:2::{number}" for number in range(FREE)))

    assert post(client, place="2001:db8:1:2::ffff").status_code == 429
    assert post(client, place="2001:db8:1:3::1").status_code == 200


def test_a_call_without_a_password_is_asked_for_one_and_counts_for_nothing(client: FlaskClient) -> None:
    asked = [client.post("/gateways/link/reports", data=REPORT).status_code for _ in range(FREE + 2)]

    assert set(asked) == {401}
    assert post(client).status_code == 200


def test_without_valkey_reports_still_come_in(app: Flask, client: FlaskClient) -> None:
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"

    wrong, right = post(client, told="link:guess"), post(client)

    connect.cache_clear()
    assert (wrong.status_code, right.status_code) == (401, 200)
    assert stored(app) == ["link"]


@pytest.mark.parametrize(
    ("name", "told", "status"),
    [
        ("link-a", "nordic:secret", 200),
        ("link-a", "link:only for tests", 401),
        ("link-b", "link:only for tests", 200),
        ("gone", "link:only for tests", 200),
        ("smtp", "link:only for tests", 401),
        ("simulator", "link:only for tests", 401),
    ],
)
def test_each_gateway_has_a_webhook_of_its_own(
    app: Flask, client: FlaskClient, name: str, told: str, status: int
) -> None:
    app.config.update(GATEWAYS="link-a,link-b", LINK_A_REPORT_USER="nordic", LINK_A_REPORT_PASSWORD="secret")

    answer = post(client, name=name, told=told)

    assert answer.status_code == status
    assert stored(app) == ([name] if status == 200 else [])


def test_what_cannot_be_read_is_kept_for_the_desk_and_refused(app: Flask, client: FlaskClient) -> None:
    answers = [post(client, b"no xml").status_code for _ in range(3)]

    assert answers == [400] * 3
    assert stored(app, "body") == [b"no xml"]
    assert stored(app, "due_at = 'infinity'") == [True]
