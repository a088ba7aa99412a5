"""The register in force: the project's file with administrators' own rules before it, fresh after every change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import InternalError, ProgrammingError

from app.country_rules.engine import evaluate
from app.country_rules.facts import Register
from app.country_rules.in_force import register_at, register_in_force
from app.country_rules.register import standing_register
from app.country_rules.terms import Confidence, Outcome, Policy
from app.country_rules.upkeep import service
from app.country_rules.upkeep.models import OwnRule
from app.country_rules.verdict import NO_LINKS, Sender, Verdict
from app.db import db
from tests.country_rules.own_rules import SAID, SOURCE, saying
from tests.fixtures.desk import Somebody

TODAY = date(2026, 11, 23)


@pytest.fixture
def author(app: Flask, somebody: Callable[..., Somebody]) -> Iterator[int]:
    """An administrator's id, within the application's context."""
    person = somebody("astrid", administrator=True)
    with app.app_context():
        yield person.id


def _verdict(register: Register, country: str = "NO", day: date = TODAY) -> Verdict:
    return evaluate(country, Sender("Digdir"), None, NO_LINKS, day, register)


def test_without_own_rules_it_is_the_projects_file(author: int) -> None:
    assert register_in_force() is standing_register()


def test_an_own_rule_goes_before_those_of_the_file_which_stay_beneath_it(author: int) -> None:
    rule = service.add("NO", SAID, "The regulator wrote to us", author)
    db.session.commit()

    register = register_in_force()

    own, *others = register.countries["NO"].rules
    assert own.id == f"NO-own-{rule.id}"
    assert tuple(others) == standing_register().countries["NO"].rules
    verdict = _verdict(register)
    assert verdict.outcome is Outcome.WILL_FAIL
    assert verdict.sentence == "In Norway, every name is stopped."
    assert verdict.matched[0].sources == (replace(SOURCE, key=f"NO-own-{rule.id}"),)
    assert _verdict(standing_register()).outcome is Outcome.DELIVER


def test_its_version_tells_the_file_and_the_last_change(author: int) -> None:
    rule = service.add("NO", SAID, "First", author)
    service.change(rule, saying(outcome=Outcome.AT_RISK), "Second", author, service.latest(rule).id)
    db.session.commit()

    assert register_in_force().version == f"{standing_register().version}+2"
    assert _verdict(register_in_force()).version == f"{standing_register().version}+2"


def test_a_change_counts_from_its_commit_on_and_the_earlier_register_can_be_read_again(author: int) -> None:
    rule = service.add("NO", SAID, "First", author)
    db.session.commit()
    before = register_in_force()
    service.change(rule, saying(outcome=Outcome.AT_RISK), "Second", author, service.latest(rule).id)
    db.session.commit()

    assert _verdict(before).outcome is Outcome.WILL_FAIL
    assert _verdict(register_in_force()).outcome is Outcome.AT_RISK
    assert _verdict(register_at(1)).outcome is Outcome.WILL_FAIL


def test_what_was_rolled_back_changes_nothing(author: int) -> None:
    service.add("NO", SAID, "First", author)
    db.session.rollback()

    assert register_in_force() is standing_register()


def test_an_ended_rule_counts_no_more_and_a_later_change_lets_it_count_again(author: int) -> None:
    rule = service.add("NO", SAID, "First", author)
    service.end(rule, "It was a misunderstanding", author, service.latest(rule).id)
    db.session.commit()
    ended = _verdict(register_in_force())
    service.change(rule, SAID, "It was none", author, service.latest(rule).id)
    db.session.commit()

    assert ended.outcome is Outcome.DELIVER
    assert _verdict(register_in_force()).outcome is Outcome.WILL_FAIL


def test_asking_again_costs_one_statement(author: int) -> None:
    service.add("NO", SAID, "First", author)
    db.session.commit()
    first = register_in_force()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    assert register_in_force() is first
    assert len(statements) == 1


def test_the_rule_added_last_is_tried_first(author: int) -> None:
    service.add("NO", SAID, "First", author)
    service.add("NO", saying(outcome=Outcome.AT_RISK), "Second", author)
    db.session.commit()

    assert _verdict(register_in_force()).outcome is Outcome.AT_RISK


def test_a_country_that_the_file_lacks_gets_its_own_rule(author: int) -> None:
    assert "AD" not in standing_register().countries
    service.add("AD", saying(sentence="In Andorra, every name is stopped."), "First", author)
    db.session.commit()

    entry = register_in_force().countries["AD"]

    assert (entry.name, entry.calling_code, entry.time_zone) == ("Andorra", "376", "Europe/Andorra")
    assert _verdict(register_in_force(), "AD").outcome is Outcome.WILL_FAIL


@pytest.mark.parametrize(
    ("said", "policy"),
    [
        ({"policy": Policy.WARN}, Policy.WARN),
        ({"policy": None}, Policy.BLOCK),
        ({"confidence": Confidence.LOW}, Policy.WARN),
        ({"confidence": Confidence.LOW, "policy": Policy.BLOCK, "outcome": Outcome.AT_RISK}, Policy.WARN),
        ({"policy": Policy.BLOCK, "outcome": Outcome.AT_RISK}, Policy.BLOCK),
    ],
)
def test_an_own_rule_may_name_its_policy_but_a_weak_one_never_blocks(
    author: int, said: dict[str, object], policy: Policy
) -> None:
    service.add("NO", saying(**said), "First", author)
    db.session.commit()

    assert _verdict(register_in_force()).policy is policy


def test_two_who_change_a_rule_at_once_do_not_overwrite_each_other(author: int) -> None:
    rule = service.add("NO", SAID, "First", author)
    seen = service.latest(rule).id
    service.change(rule, saying(outcome=Outcome.AT_RISK), "Faster", author, seen)

    with pytest.raises(service.RuleMoved) as moved:
        service.change(rule, saying(outcome=Outcome.UNKNOWN), "Slower", author, seen)

    assert moved.value.now.reason == "Faster"
    with pytest.raises(service.RuleMoved):
        service.end(rule, "Slower still", author, seen)


@pytest.mark.parametrize("statement", ["update own_rule_version set sentence = ''", "delete from own_rule_version"])
def test_no_version_is_ever_overwritten(author: int, statement: str) -> None:
    service.add("NO", SAID, "First", author)
    db.session.commit()

    with pytest.raises((InternalError, ProgrammingError), match="only ever added"):
        db.session.execute(text(statement))


def test_an_own_rule_says_the_whole_of_what_was_said(author: int) -> None:
    said = saying(note="Asked by telephone", shown_as="Ukjent", effective_until=date(2027, 1, 1), policy=Policy.ALLOW)
    rule = service.add("NO", said, "First", author)
    db.session.commit()
    code = f"NO-own-{db.session.get_one(OwnRule, rule.id).id}"

    assert register_in_force().countries["NO"].rules[0] == replace(said.rule, id=code, sources=(code,))
