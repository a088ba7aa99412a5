"""Administrators decide otherwise about a country, with a reason and a last day, and keep numbers to send from."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from app.country_rules.policies import service
from app.country_rules.policies.models import CountryPolicy
from app.country_rules.terms import Outcome, Policy
from app.db import db
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.standin import until

PAGE = "/country-policies"
IN_A_MONTH = (date.today() + timedelta(days=30)).isoformat()


@pytest.fixture
def administrator(somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that an administrator has signed in with."""
    return visitor().sign_in(somebody("astrid", administrator=True))


def _policy(**changes: str) -> dict[str, str]:
    wanted = {"country": "TH", "outcome": "at_risk", "policy": "block", "reason": "The operator asks for it"}
    return {**wanted, "until_on": IN_A_MONTH, **changes}


def _number(**changes: str) -> dict[str, str]:
    return {"country": "ES", "service_owner": "0", "sender": "+34 612 345 678", **changes}


def _choose(administrator: Visitor, **changes: str) -> None:
    answer = administrator.post(f"{PAGE}/new", _policy(**changes), page=f"{PAGE}/new")
    assert answer.status_code == 303, answer.text


def test_a_policy_stands_with_its_reason_its_last_day_and_who_decided(administrator: Visitor) -> None:
    _choose(administrator)

    page = administrator.get(PAGE).text

    for said in ("Thailand", "May fail", "Do not send it", "The operator asks for it", "Astrid"):
        assert said in page


def test_a_second_one_about_the_same_takes_the_place_of_the_first(administrator: Visitor) -> None:
    _choose(administrator)
    _choose(administrator, policy="allow", reason="Tried out with a phone there")

    current, _, ended = administrator.get(PAGE).text.partition("<h2>Ended</h2>")

    assert "Tried out with a phone there" in current
    assert "The operator asks for it" not in current
    assert "The operator asks for it" in ended


def test_of_two_who_decide_at_once_the_second_replaces_the_first(app: Flask, administrator: Visitor) -> None:
    administrator.get(f"{PAGE}/new")

    def waits() -> bool:
        with app.app_context():
            return bool(db.session.scalar(text("select count(*) from pg_locks where not granted")))

    with ThreadPoolExecutor() as pool:
        with app.test_request_context():
            service.choose("TH", Outcome.AT_RISK, Policy.ALLOW, "The first", date.today(), 1)
            db.session.flush()
            second = pool.submit(_choose, administrator)
            until(waits)
            db.session.commit()
        second.result()

    current, _, ended = administrator.get(PAGE).text.partition("<h2>Ended</h2>")
    assert "The operator asks for it" in current
    assert "The first" in ended


def test_an_ended_policy_is_written_down(administrator: Visitor) -> None:
    _choose(administrator)

    administrator.post(f"{PAGE}/1/end", page=PAGE)

    assert "The usual policies hold everywhere" in administrator.get(PAGE).text
    log = administrator.get("/audit?object_type=country_policy").text
    assert "Ended the policy of a country: TH" in log
    assert "Decided about a country: TH" in log


def test_what_has_passed_is_shown_as_passed(app: Flask, administrator: Visitor) -> None:
    _choose(administrator)
    with app.app_context():
        db.session.execute(update(CountryPolicy).values(until_on=date(2026, 1, 1)))
        db.session.commit()

    assert "has passed" in administrator.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "Give the reason."),
        ({"until_on": ""}, "Choose the last day."),
        ({"until_on": "2026-01-01"}, "This day has passed."),
        ({"until_on": "2100-01-01"}, "Choose a day within a year"),
        ({"country": ""}, "Choose a country."),
        ({"policy": "substitute"}, "Add a number that everybody may send from to this country first."),
    ],
)
def test_an_unreasoned_or_endless_policy_is_refused(administrator: Visitor, changes: dict[str, str], said: str) -> None:
    answer = administrator.post(f"{PAGE}/new", _policy(**changes), page=f"{PAGE}/new")

    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    ("sender", "said"),
    [
        ("Digdir", "Use digits"),
        ("+34 000 000 000", "There is no such phone number"),
        ("612345678", "There is no such phone number"),
        ("123", "short number of 4 or 5 digits"),
    ],
)
def test_only_numbers_that_exist_can_be_sent_from(administrator: Visitor, sender: str, said: str) -> None:
    answer = administrator.post(f"{PAGE}/numbers/new", _number(sender=sender), page=f"{PAGE}/numbers/new")

    assert answer.status_code == 422
    assert said in answer.text


def test_a_number_stands_in_the_list_and_can_be_replaced(administrator: Visitor) -> None:
    for sender in ("+34612345678", "21777"):
        administrator.post(f"{PAGE}/numbers/new", _number(sender=sender), page=f"{PAGE}/numbers/new")

    page = administrator.get(PAGE).text

    assert "21777" in page
    assert "34612345678" not in page


def test_the_number_that_a_policy_needs_cannot_be_removed(administrator: Visitor) -> None:
    administrator.post(f"{PAGE}/numbers/new", _number(), page=f"{PAGE}/numbers/new")
    _choose(administrator, country="ES", outcome="will_fail", policy="substitute")

    administrator.post(f"{PAGE}/numbers/1/remove", page=PAGE)

    page = administrator.get(PAGE).text
    assert "End that policy first." in page
    assert "34612345678" in page
