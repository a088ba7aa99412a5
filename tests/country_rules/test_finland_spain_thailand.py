"""Finland, Spain and Thailand on every day of 2026 and 2027, as Altinn's own text says (product.md, S7 to S13)."""

from datetime import date, timedelta

import pytest

from app.country_rules.engine import evaluate
from app.country_rules.terms import Outcome, Policy, RegistrationStatus
from app.country_rules.verdict import NO_LINKS, Content, Registration, Sender, Shown, Verdict

DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(730)]
LINK = Content.of("Se altinn.no")
TRIO = ("FI", "ES", "TH")


def _registered(country: str) -> Registration:
    return Registration("Digdir", country, RegistrationStatus.APPROVED, approved_hosts=frozenset({"altinn.no"}))


def _verdict(country: str, day: date, sender: str = "Digdir", content: Content = NO_LINKS) -> Verdict:
    return evaluate(country, Sender(sender), None, content, day)


def test_the_days_are_all_of_2026_and_2027() -> None:
    assert DAYS[-1] == date(2027, 12, 31)


def _said(country: str, day: date) -> tuple[Outcome, Policy]:
    verdict = _verdict(country, day)
    return verdict.outcome, verdict.policy


def _of_finland(day: date) -> tuple[Outcome, Policy]:
    if day < date(2026, 5, 4):
        return Outcome.DELIVER, Policy.ALLOW
    return (Outcome.DELIVER_OVERWRITTEN if day < date(2026, 11, 2) else Outcome.AT_RISK), Policy.WARN


def _of_spain(day: date) -> tuple[Outcome, Policy]:
    if day < date(2026, 6, 7):
        return Outcome.DELIVER, Policy.ALLOW
    return (Outcome.AT_RISK, Policy.WARN) if day < date(2026, 9, 15) else (Outcome.WILL_FAIL, Policy.BLOCK)


def test_finland_overwrites_from_may_and_is_a_risk_from_november() -> None:
    assert {day: _said("FI", day) for day in DAYS} == {day: _of_finland(day) for day in DAYS}


def test_finland_shows_tuntematon_while_it_overwrites() -> None:
    overwritten = [day for day in DAYS if _of_finland(day)[0] is Outcome.DELIVER_OVERWRITTEN]

    assert len(overwritten) == 182
    assert {_verdict("FI", day).shown for day in overwritten} == {Shown("Tuntematon", exact=True)}


def test_spain_can_fail_from_june_and_will_from_september() -> None:
    assert {day: _said("ES", day) for day in DAYS} == {day: _of_spain(day) for day in DAYS}


def test_a_spanish_number_arrives_in_spain_on_every_day() -> None:
    assert {_verdict("ES", day, "+34612345678").outcome for day in DAYS} == {Outcome.DELIVER}


@pytest.mark.parametrize(
    ("registration", "content", "rules"),
    [
        (None, NO_LINKS, {"TH-alpha-unregistered"}),
        (None, LINK, {"TH-alpha-unregistered", "TH-url-unapproved"}),
        (_registered("TH"), Content.of("Se nav.no"), {"TH-alpha-approved", "TH-url-unapproved"}),
    ],
)
def test_thailand_can_fail_for_the_sender_the_link_or_both(
    registration: Registration | None, content: Content, rules: set[str]
) -> None:
    verdicts = [evaluate("TH", Sender("Digdir"), registration, content, day) for day in DAYS]

    assert {verdict.outcome for verdict in verdicts} == {Outcome.AT_RISK}
    assert {frozenset(match.id for match in verdict.matched) for verdict in verdicts} == {frozenset(rules)}


@pytest.mark.parametrize("country", TRIO)
def test_a_registered_sender_with_approved_links_is_delivered_on_every_day(country: str) -> None:
    verdicts = [evaluate(country, Sender("Digdir"), _registered(country), LINK, day) for day in DAYS]

    assert {verdict.outcome for verdict in verdicts} == {Outcome.DELIVER}


@pytest.mark.parametrize("country", TRIO)
def test_whatever_may_fail_can_be_moved_to_another_channel(country: str) -> None:
    verdicts = [_verdict(country, day, content=LINK) for day in DAYS]

    assert all(verdict.remedies for verdict in verdicts if verdict.policy is not Policy.ALLOW)


def test_a_norwegian_number_is_norwegian_wherever_its_phone_is() -> None:
    assert {_verdict("NO", day, content=LINK).outcome for day in DAYS} == {Outcome.DELIVER}
