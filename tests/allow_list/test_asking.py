"""Asking for numbers: each row has its own sentence, and what is good is not lost for what is bad."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.allow_list import requests
from app.allow_list.models import Entry
from app.allow_list.refusals import AllowListRefused
from app.allow_list.requests import Asked, Wish
from app.db import db
from app.web import days
from tests.allow_list.conftest import NUMBER, People
from tests.fixtures.desk import Somebody, Visitor

REQUEST = "/allow-list/request"


def fields(people: People, **others: object) -> dict[str, object]:
    today = days.today()
    usual = {
        "service_owner": people.owner,
        "numbers": NUMBER,
        "holder": "Kari",
        "consent_on": today.isoformat(),
        "consent_how": "Spoken",
        "purpose": "A test",
        "from_on": today.isoformat(),
        "until_on": (today + timedelta(days=89)).isoformat(),
    }
    return {**usual, **others}


def test_a_dry_run_says_what_would_come_of_each_row_and_requests_nothing(
    app: Flask, people: People, sender: Visitor, entry: Callable[..., int]
) -> None:
    entry("+4741111111")
    entry("+4741222222", active=True)
    pasted = f"{NUMBER}\n22 22 22 22\nring meg\n4,79E+10\n41111111\n41222222\n+46701234567\n{NUMBER}"

    answer = sender.post(REQUEST, fields(people, numbers=pasted), page=REQUEST)

    assert answer.status_code == 200
    for sentence in (
        "This is a land line, which cannot receive SMS.",
        "This is not a phone number",
        "Excel has shortened this number",
        "This number is requested already and waits for an administrator.",
        "This number is on the list already.",
        "Repeats row 1.",
        "Request 2 numbers",
        "+46701234567",
    ):
        assert sentence in answer.text
    with app.app_context():
        assert db.session.query(Entry).count() == 2


def test_who_sends_for_several_chooses_and_everything_that_lacks_is_said_at_once(
    people: People,
    service_owner: Callable[..., int],
    somebody: Callable[..., Somebody],
    visitor: Callable[..., Visitor],
) -> None:
    several = visitor().sign_in(somebody("siri", sends_for=[people.owner, service_owner("skd")]))

    answer = several.post(REQUEST, {"service_owner": ""}, page=REQUEST)

    assert answer.status_code == 422
    for sentence in (
        "Choose a service owner.",
        "Write at least one phone number, or choose a file.",
        "Say whose phone it is.",
        "Say what it is for.",
    ):
        assert answer.text.count(sentence) == 2


def test_what_was_confirmed_is_requested(app: Flask, people: People, sender: Visitor) -> None:
    answer = sender.post(REQUEST, fields(people, confirmed="1"), page=REQUEST)

    assert answer.status_code == 303
    page = sender.get(answer.location).text
    assert "1 number is requested." in page
    assert "Requested" in page
    assert "41234567" not in answer.location


def test_a_csv_with_two_columns_of_numbers_is_refused_in_words_and_the_rest_stays(
    people: People, sender: Visitor
) -> None:
    file = (io.BytesIO(b"mobil;telefon\n41234567;41234568\n"), "numbers.csv")

    answer = sender.post(REQUEST, fields(people, numbers="", file=file), page=REQUEST)

    assert answer.status_code == 422
    assert "More than one column could hold the recipients: mobil, telefon." in answer.text
    assert 'value="A test"' in answer.text


def test_a_file_is_read_with_the_row_numbers_that_the_spreadsheet_shows(people: People, sender: Visitor) -> None:
    file = (io.BytesIO(b"mobil\n41234567\n22222222\n"), "numbers.csv")

    answer = sender.post(REQUEST, fields(people, numbers="", file=file), page=REQUEST)

    assert "Request 1 number" in answer.text
    assert 'class="number">3</td>' in answer.text


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (5, 4, "The last day is before the first."),
        (-5, -1, "The last day has passed."),
        (0, 365, "That is more than 365 days."),
        (366, 370, "more than 365 days from now"),
    ],
)
def test_days_that_cannot_be_are_refused(
    app: Flask, wish: Callable[..., Wish], first: int, last: int, words: str
) -> None:
    today = days.today()

    with app.test_request_context(), pytest.raises(AllowListRefused, match=words):
        requests.check_days(today + timedelta(days=first), today + timedelta(days=last))


def test_365_days_are_not_too_many(app: Flask) -> None:
    today = days.today()

    requests.check_days(today, today + timedelta(days=364))

    assert (requests.usual_last_day(today) - today).days == 89


def test_of_two_who_ask_for_a_number_at_once_one_gets_it_and_the_other_is_told(
    app: Flask, people: People, wish: Callable[..., Wish]
) -> None:
    both, made, lost = threading.Barrier(2), [], []

    def ask() -> None:
        with app.test_request_context():
            both.wait()
            got, left = requests.request(wish(), [Asked(1, NUMBER, NUMBER)], people.kari.id)
            db.session.commit()
            made.extend(one.id for one in got)
            lost.extend(one.refusal for one in left)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 1
    assert lost == ["This number is requested already and waits for an administrator."]


def test_what_has_expired_can_be_asked_for_again_before_anybody_has_written_it_down(
    app: Flask, people: People, wish: Callable[..., Wish], entry: Callable[..., int]
) -> None:
    old = entry(active=True)
    with app.app_context():
        db.session.get_one(Entry, old).from_at -= timedelta(days=200)
        db.session.get_one(Entry, old).until_at -= timedelta(days=100)
        db.session.commit()

        made, lost = requests.request(wish(), [Asked(1, NUMBER, NUMBER)], people.kari.id)

        assert ([one.number for one in made], lost) == ([NUMBER], [])


def test_another_service_owners_sender_cannot_look_or_ask(
    people: People,
    entry: Callable[..., int],
    service_owner: Callable[..., int],
    somebody: Callable[..., object],
    visitor: Callable[..., Visitor],
) -> None:
    entry_id = entry(active=True)
    stranger = visitor().sign_in(somebody("olav", sends_for=[service_owner("skd")]))

    codes = [
        stranger.get(f"/allow-list/{entry_id}").status_code,
        stranger.post(f"/allow-list/{entry_id}/revoke", {"reason": "No"}).status_code,
        stranger.post(REQUEST, fields(people, confirmed="1"), page=REQUEST).status_code,
    ]

    assert codes[:2] == [404, 404]
    assert codes[2] == 422
    assert NUMBER not in stranger.get("/allow-list").text


def test_a_consent_of_the_future_is_refused_in_words(people: People, sender: Visitor) -> None:
    tomorrow = (days.today() + timedelta(days=1)).isoformat()

    answer = sender.post(REQUEST, fields(people, consent_on=tomorrow), page=REQUEST)

    assert answer.status_code == 422
    assert "The consent is dated in the future." in answer.text
