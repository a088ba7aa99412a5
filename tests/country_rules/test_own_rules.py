"""Rules of our own at the desk: added, tried, changed, ended, by one administrator or by two at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.country_rules.in_force import register_in_force
from app.country_rules.upkeep.models import OwnRuleVersion
from app.db import db
from tests.fixtures.desk import Somebody, Visitor

NEW = "/countries/NO/own-rules/new"
RULE = "/countries/NO/own-rules/1"
FIELDS = {
    "dimension": "sender",
    "outcome": "will_fail",
    "policy": "",
    "sentence": "In Norway, Telia stops every name.",
    "kinds": "name",
    "nominated": "",
    "effective_from": "2026-11-01",
    "confidence": "high",
    "source_publisher": "Telia",
    "source_kind": "provider",
    "source_url": "https://telia.example/sms",
    "source_as_of": "2026-11-20",
    "above": "",
    "reason": "Telia wrote to us",
    "try_on": "2026-11-23",
    "try_sender": "Digdir",
    "try_owner": "",
}


@pytest.fixture
def desk(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(somebody("astrid", administrator=True))


@pytest.fixture
def rule(desk: Visitor) -> str:
    """The page of an own rule for Norway."""
    answer = desk.post(NEW, {**FIELDS, "deed": "save"}, page=NEW)
    assert answer.location == RULE, answer.text
    return RULE


def _seen(page: str) -> str:
    return page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]


def _change(desk: Visitor, seen: str, **fields: str) -> tuple[int, str]:
    answer = desk.post(f"{RULE}/change", {**FIELDS, "seen": seen, "deed": "save", **fields}, page=f"{RULE}/change")
    return answer.status_code, answer.text


def _versions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(OwnRuleVersion)) or 0


def test_a_rule_is_added_with_author_reason_source_and_date(app: Flask, desk: Visitor, rule: str) -> None:
    page, country = desk.get(rule).text, desk.get("/countries/NO").text

    for words in ("Astrid", "Telia wrote to us", "https://telia.example/sms", "In Norway, Telia stops every name."):
        assert words in page
    assert "NO-own-1" in country
    assert "NO-alpha-unregistered" in country
    assert "own rules" in desk.get("/countries").text
    with app.app_context():
        assert register_in_force().countries["NO"].rules[0].id == "NO-own-1"
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "own_rule.added")).one()


def test_the_rule_of_the_file_says_that_one_of_ours_stands_above_it(desk: Visitor) -> None:
    form = desk.get(f"{NEW}?above=NO-alpha-unregistered").text
    assert "arrives as it is" in form.partition('name="sentence"')[2].partition("</textarea>")[0]

    desk.post(NEW, {**FIELDS, "above": "NO-alpha-unregistered", "deed": "save"}, page=NEW)

    assert "beneath NO-own-1" in desk.get("/countries/NO").text


def test_trying_a_rule_shows_both_verdicts_and_saves_nothing(app: Flask, desk: Visitor) -> None:
    answer = desk.post(NEW, {**FIELDS, "reason": "", "deed": "try"}, page=NEW)

    before, _, after = answer.text.partition("With it, not yet saved")
    assert "Delivered as it is" in before
    assert "Will fail" in after
    assert "NO-own-0" in after
    assert "It matches this SMS." in after
    assert _versions(app) == 0


def test_trying_a_change_puts_it_where_the_rule_stands(app: Flask, desk: Visitor, rule: str) -> None:
    fields = {**FIELDS, "outcome": "at_risk", "deed": "try", "seen": "1"}

    answer = desk.post(f"{RULE}/change", fields, page=f"{RULE}/change")

    before, _, after = answer.text.partition("With it, not yet saved")
    assert "Will fail" in before
    assert "May fail" in after.partition("</section>")[0]
    assert _versions(app) == 1


def test_a_rule_tried_on_a_day_outside_its_dates_does_not_match(desk: Visitor) -> None:
    answer = desk.post(NEW, {**FIELDS, "effective_from": "2026-12-24", "deed": "try"}, page=NEW)

    assert "It does not match this SMS." in answer.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sentence": ""}, "Say in a sentence what the country does."),
        ({"reason": " "}, "Give a reason; it is kept."),
        ({"source_url": "javascript:alert(1)"}, "Write the whole address, from https:// on."),
        ({"source_url": ""}, "Give the address of the page."),
        ({"source_publisher": ""}, "Say who says it."),
        ({"source_as_of": "2999-01-01"}, "This day is still to come."),
        ({"effective_until": "2026-11-01"}, "This must come after the first day."),
        ({"origins": "foreign"}, "Only a number is of a country"),
        ({"outcome": "substitute"}, "Not a valid choice"),
        ({"policy": "reroute"}, "Not a valid choice"),
    ],
)
def test_what_makes_no_rule_is_refused_and_what_was_typed_is_kept(
    app: Flask, desk: Visitor, fields: dict[str, str], words: str
) -> None:
    answer = desk.post(NEW, {**FIELDS, "note": "Ring them", **fields, "deed": "save"}, page=NEW)

    assert answer.status_code == 422
    assert words in answer.text
    assert "Ring them" in answer.text
    assert _versions(app) == 0


def test_a_change_keeps_what_was_said_before(app: Flask, desk: Visitor, rule: str) -> None:
    form = desk.get(f"{rule}/change").text
    assert "In Norway, Telia stops every name." in form

    status, _ = _change(desk, _seen(form), outcome="at_risk", reason="They took it back")

    assert status == 303
    page = desk.get(rule).text
    assert "Outcome: Will fail → May fail" in page
    assert "They took it back" in page
    assert "Telia wrote to us" in page
    assert _versions(app) == 2
    assert "Changed the own rule: the outcome" in desk.get("/audit").text


def test_the_second_of_two_editors_is_told_what_changed_and_nothing_is_lost(
    app: Flask, desk: Visitor, rule: str, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]
) -> None:
    other = visitor().sign_in(somebody("berit", administrator=True))
    seen = _seen(desk.get(f"{rule}/change").text)
    _change(other, seen, outcome="at_risk", reason="Telia rang")

    status, page = _change(desk, seen, sentence="In Norway, Telia stops most names.")

    assert status == 422
    assert "Berit changed this rule" in page
    assert "Telia rang" in page
    assert "Outcome: Will fail → May fail" in page
    assert "In Norway, Telia stops most names." in page
    assert _versions(app) == 2
    assert _change(desk, _seen(page), sentence="In Norway, Telia stops most names.")[0] == 303
    history = desk.get(rule).text
    assert "Telia rang" in history
    assert _versions(app) == 3


def test_a_rule_is_ended_with_a_reason_and_counts_no_more(app: Flask, desk: Visitor, rule: str) -> None:
    refused = desk.post(f"{rule}/end", {"reason": "", "seen": "1"}, page=rule)
    answer = desk.post(f"{rule}/end", {"reason": "A misunderstanding", "seen": "1"}, page=rule)

    assert refused.status_code == 422
    assert answer.status_code == 303
    assert "A misunderstanding" in desk.get(rule).text
    country = desk.get("/countries/NO").text
    assert "Ended rules of our own" in country
    assert "In Norway, Telia stops every name." not in country
    with app.app_context():
        assert not any(one.id == "NO-own-1" for one in register_in_force().countries["NO"].rules)


def test_whoever_ends_a_rule_that_moved_is_told(app: Flask, desk: Visitor, rule: str) -> None:
    _change(desk, "1", outcome="at_risk")

    answer = desk.post(f"{rule}/end", {"reason": "Too late", "seen": "1"}, page=rule)

    assert answer.status_code == 422
    assert "Somebody was faster" in answer.text
    assert _versions(app) == 2


def test_an_ended_rule_may_be_changed_and_counts_again(app: Flask, desk: Visitor, rule: str) -> None:
    desk.post(f"{rule}/end", {"reason": "A misunderstanding", "seen": "1"}, page=rule)

    assert _change(desk, "2")[0] == 303

    with app.app_context():
        assert register_in_force().countries["NO"].rules[0].id == "NO-own-1"
    assert "Ended: yes → no" in desk.get(rule).text


def test_a_country_without_rules_gets_its_first(desk: Visitor) -> None:
    page = "/countries/AD/own-rules/new"

    answer = desk.post(page, {**FIELDS, "sentence": "Andorra stops every name.", "deed": "save"}, page=page)

    assert answer.location == "/countries/AD/own-rules/1"
    assert "Andorra stops every name." in desk.get("/countries/AD").text
    assert "Andorra" in desk.get("/countries").text


def test_a_rule_is_only_found_under_its_country(desk: Visitor, rule: str) -> None:
    assert desk.get("/countries/SE/own-rules/1").status_code == 404
    assert desk.get("/countries/XX/own-rules/new").status_code == 404


@pytest.mark.parametrize("roles", [{"support": True}, {}])
def test_only_administrators_change_rules(
    desk: Visitor,
    rule: str,
    visitor: Callable[..., Visitor],
    somebody: Callable[..., Somebody],
    service_owner: Callable[..., int],
    roles: dict[str, bool],
) -> None:
    browser = visitor().sign_in(somebody("kari", sends_for=[] if roles else [service_owner()], **roles))

    page = browser.get(rule)

    assert page.status_code == 200
    assert "End the rule" not in page.text
    assert browser.get(NEW).status_code == 403
    assert browser.post(f"{rule}/end", {"reason": "x", "seen": "1"}, page="/countries/NO").status_code == 403
    assert browser.post(f"{rule}/change", {**FIELDS, "seen": "1"}, page="/countries/NO").status_code == 403
