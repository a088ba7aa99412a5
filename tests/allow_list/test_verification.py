"""Proving that a phone is one's own: one SMS, five minutes, five tries."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.allow_list import jobs
from app.allow_list.models import Code
from app.db import db
from app.gateways import GatewaySettings, gateway_for
from app.messaging.status import Channel, Route
from app.standin import Standin, StandinSettings
from tests.allow_list.conftest import NUMBER, stored
from tests.fixtures.desk import Visitor


@pytest.fixture
def standin(app: Flask) -> Iterator[Standin]:
    """LINK's gateway, whose phones these tests read."""
    settings = StandinSettings(http_port=0, smtp_port=0, client="varsel", password="only for tests")
    with Standin(settings) as running:
        app.config.update(LINK_URL=running.url)
        yield running
        gateway_for(Channel.SMS, Route.REAL, GatewaySettings.of(app.config)).close()


@pytest.fixture
def code_for(app: Flask, sender: Visitor, standin: Standin) -> Callable[[int], str]:
    """Asks for a code in the browser, lets the worker send it, and reads it from the phone."""

    def ask(entry_id: int) -> str:
        answer = sender.post(f"/allow-list/{entry_id}/code", page="/allow-list")
        assert "A code is on its way by SMS." in sender.get(answer.location).text
        with app.app_context():
            code_id = db.session.query(Code.id).order_by(Code.id.desc()).limit(1).scalar()
            jobs.send_code(code_id)
            jobs.send_code(code_id)
        found = re.search(r"\d{6}", last_text(standin))
        assert found
        return found[0]

    return ask


def last_text(standin: Standin) -> str:
    """The only SMS that came since the phones were emptied."""
    phones = standin.desk.phones
    assert phones.received == 1
    address_id = phones.id_of(NUMBER.removeprefix("+"))
    assert address_id is not None
    [kept] = phones.messages(address_id, None, 10).lines
    phones.clear()
    return str(kept.message.text)


def enter(sender: Visitor, entry_id: int, code: str) -> str:
    answer = sender.post(f"/allow-list/{entry_id}/verify", {"code": code}, page="/allow-list")
    return answer.text if answer.status_code == 422 else sender.get(answer.location).text


def test_the_owner_of_the_phone_enters_the_code_that_came_by_one_sms(
    app: Flask, sender: Visitor, entry: Callable[..., int], code_for: Callable[[int], str]
) -> None:
    entry_id = entry(active=True)

    page = enter(sender, entry_id, code_for(entry_id))

    assert "The number is verified." in page
    assert stored(app, entry_id).verified_at is not None


def test_after_five_wrong_tries_the_right_code_is_none(
    app: Flask, sender: Visitor, entry: Callable[..., int], code_for: Callable[[int], str]
) -> None:
    entry_id = entry(active=True)
    code = code_for(entry_id)
    wrong = "000000" if code != "000000" else "111111"

    said = [enter(sender, entry_id, wrong) for _ in range(5)]

    assert all("That is not the code." in page for page in said)
    assert "That were five tries." in enter(sender, entry_id, code)
    assert stored(app, entry_id).verified_at is None


def test_after_five_minutes_a_code_is_none(
    app: Flask, sender: Visitor, entry: Callable[..., int], code_for: Callable[[int], str]
) -> None:
    entry_id = entry(active=True)
    code = code_for(entry_id)
    age(app, timedelta(minutes=5))

    assert "The code is no longer valid." in enter(sender, entry_id, code)


def test_codes_to_one_number_are_throttled(
    app: Flask, sender: Visitor, entry: Callable[..., int], code_for: Callable[[int], str]
) -> None:
    entry_id = entry(active=True)
    url = f"/allow-list/{entry_id}/code"
    code_for(entry_id)

    at_once = sender.get(sender.post(url, page="/allow-list").location).text
    for _ in range(4):
        age(app, timedelta(minutes=2))
        code_for(entry_id)
    age(app, timedelta(minutes=2))
    sixth = sender.get(sender.post(url, page="/allow-list").location).text

    assert "A code was sent a moment ago." in at_once
    assert "This number was sent enough codes for now." in sixth


def test_a_number_that_is_not_active_is_sent_no_code(sender: Visitor, entry: Callable[..., int]) -> None:
    answer = sender.post(f"/allow-list/{entry()}/code", page="/allow-list")

    assert "Only an active number is sent a code." in sender.get(answer.location).text


def age(app: Flask, by: timedelta) -> None:
    """Let that much time pass for all codes."""
    with app.app_context():
        db.session.execute(update(Code).values(asked_at=Code.asked_at - by, sent_at=Code.sent_at - by))
        db.session.commit()
