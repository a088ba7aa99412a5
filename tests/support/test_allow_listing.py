"""The numbers of failures that only went to the simulator are asked for on the allow-list, and stay covered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.allow_list.models import Entry, EntryStatus
from app.db import db
from app.messaging.status import Channel, Route, Status
from app.support.failures import queries as failures
from app.support.failures.queries import Wanted
from app.web import days
from tests.fixtures.desk import Visitor
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
SAID = {
    "holder": "The team of the service owner",
    "consent_on": days.today().isoformat(),
    "consent_how": "By e-mail",
    "purpose": "To try the new letters",
    "from_on": days.today().isoformat(),
    "until_on": (days.today() + timedelta(days=30)).isoformat(),
}


@pytest.fixture
def url(app: Flask, place: Place) -> Callable[[], str]:
    """Tells the page on which the numbers of the first group are asked for."""

    def find() -> str:
        with app.app_context():
            return f"/failures/{failures.groups(Wanted())[0].id}/allow-list"

    return find


def _entries(app: Flask) -> dict[str, EntryStatus]:
    with app.app_context():
        return {entry.number: EntryStatus(entry.status) for entry in db.session.scalars(select(Entry))}


def test_all_numbers_of_a_group_are_requested_and_an_administrator_decides(
    app: Flask, support: Visitor, administrator: Visitor, place: Place, url: Callable[[], str]
) -> None:
    placed = place({Status.SMS_FAILED: 3}, route=Route.SIMULATED)
    numbers = [rows.address_of(placed, notification_id) for notification_id in placed.ids]

    page = support.get(url()).text
    answer = support.post(url(), SAID, page=url())

    assert "Request 3 numbers" in page
    assert not [number for number in numbers if number.removeprefix("+") in page]
    assert answer.status_code == 303
    assert _entries(app) == dict.fromkeys(numbers, EntryStatus.REQUESTED)
    assert "There is nothing to ask for" in support.get(url()).text
    assert "The team of the service owner" in administrator.get("/allow-list/requests").text
    assert "Asked the administrators: for the allow-list; 3 numbers" in administrator.get("/audit").text


def test_one_number_is_requested_from_its_own_page(
    app: Flask, support: Visitor, place: Place, url: Callable[[], str]
) -> None:
    placed = place({Status.SMS_FAILED: 3}, route=Route.SIMULATED)
    single = str(placed.last_id)
    assert f"{url()}?single={single}" in support.get(f"/notifications/{single}").text

    support.post(url(), {**SAID, "single": single}, page=url())

    assert list(_entries(app)) == [rows.address_of(placed, placed.last_id)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"holder": ""}, "Say whose phone it is."),
        ({"consent_on": ""}, "Say when the owner of the phone consented."),
        ({"until_on": "2020-01-01"}, "The last day is before the first."),
    ],
)
def test_what_was_not_said_rightly_is_asked_again(
    app: Flask, support: Visitor, place: Place, url: Callable[[], str], said: dict[str, str], words: str
) -> None:
    place({Status.SMS_FAILED: 1}, route=Route.SIMULATED)

    answer = support.post(url(), SAID | said, page=url())

    assert answer.status_code == 422
    assert words in answer.text
    assert _entries(app) == {}


@pytest.mark.parametrize(
    "placed",
    [({Status.SMS_FAILED: 1}, Route.REAL, Channel.SMS), ({Status.EMAIL_FAILED: 1}, Route.REAL, Channel.EMAIL)],
)
def test_what_went_out_for_real_needs_no_allow_list(
    support: Visitor, place: Place, url: Callable[[], str], placed: tuple[dict[Status, int], Route, Channel]
) -> None:
    statuses, route, channel = placed
    place(statuses, route=route, channel=channel)

    assert support.get(url()).status_code == 404
    assert url() not in support.get(url().removesuffix("/allow-list")).text


def test_senders_ask_on_the_allow_list_itself(sender: Visitor, place: Place, url: Callable[[], str]) -> None:
    place({Status.SMS_FAILED: 1}, route=Route.SIMULATED)

    assert sender.get(url()).status_code == 403
    assert sender.post(url(), SAID, page="/me/name").status_code == 403
