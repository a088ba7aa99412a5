"""The engine gives every SMS one verdict, with its rules, its remedies and what phones will show."""

from datetime import date
from typing import Any

import pytest

from app.country_rules.engine import evaluate
from app.country_rules.register import standing_register
from app.country_rules.terms import Confidence, Dimension, Outcome, Policy, RegistrationStatus, Remedy
from app.country_rules.verdict import NO_LINKS, Content, Registration, Sender, Shown
from tests.country_rules.worked import EXAMPLES, Example

TODAY = date(2026, 11, 23)
NAME = Sender("Altinn")
SPANISH, NORWEGIAN = Sender("+34612345678"), Sender("+4791234567")
LINK = Content.of("Les mer på altinn.no/skjema")


def approved(country: str, sender: str = "Altinn", **more: Any) -> Registration:
    return Registration(sender, country, RegistrationStatus.APPROVED, **more)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_worked_examples_of_the_reference_come_out_as_written(example: Example) -> None:
    names = {name: frozenset(value) if name == "providers" else value for name, value in example.registered.items()}
    registration = approved(example.country, **names) if names else None

    verdict = evaluate(example.country, Sender(example.sender), registration, Content.of(example.text), example.day)

    assert (verdict.outcome.value, verdict.policy.value) == (example.outcome, example.policy)
    assert [match.id for match in verdict.matched] == [example.rule]


def test_a_verdict_carries_the_rule_its_sources_its_remedies_and_the_version() -> None:
    verdict = evaluate("ES", NAME, None, NO_LINKS, TODAY)

    assert verdict.sentence == verdict.matched[0].sentence
    assert "CNMC" in verdict.sentence
    assert verdict.matched[0].confidence is Confidence.HIGH
    assert "https://www.boe.es/buscar/doc.php?id=BOE-A-2025-2870" in {
        source.url for source in verdict.matched[0].sources
    }
    assert verdict.remedies == (
        Remedy.REGISTER_SENDER,
        Remedy.USE_LOCAL_NUMERIC_OR_SHORT_CODE,
        Remedy.USE_OTHER_CHANNEL,
    )
    assert verdict.reason == "country_rule:ES-alpha-unregistered-3"
    assert verdict.version == standing_register().version


@pytest.mark.parametrize(
    ("country", "sender", "day", "shown"),
    [
        ("FI", NAME, date(2026, 6, 1), Shown("Tuntematon", exact=True)),
        ("NO", Sender("  Altinn "), TODAY, Shown("Altinn", exact=True)),
        ("ES", Sender("+34 612 345 678"), TODAY, Shown("34612345678", exact=True)),
        ("BE", NAME, TODAY, Shown("short code", exact=False)),
        ("SG", NAME, TODAY, Shown("Likely-SCAM", exact=True)),
        ("ES", NAME, TODAY, Shown("", exact=False)),
    ],
)
def test_the_sender_that_phones_show_is_told_or_described(
    country: str, sender: Sender, day: date, shown: Shown
) -> None:
    assert evaluate(country, sender, None, NO_LINKS, day).shown == shown


@pytest.mark.parametrize(("region", "country"), [("SJ", "NO"), ("AX", "FI")])
def test_svalbard_counts_as_norway_and_aland_as_finland(region: str, country: str) -> None:
    assert evaluate(region, NAME, None, NO_LINKS, TODAY) == evaluate(country, NAME, None, NO_LINKS, TODAY)
    assert evaluate(region, NAME, approved(region), NO_LINKS, TODAY).outcome is Outcome.DELIVER


@pytest.mark.parametrize("country", ["AQ", "", "XX", "no", "Spain"])
def test_a_country_without_rules_is_unknown_and_never_delivered(country: str) -> None:
    verdict = evaluate(country, NAME, approved(country), LINK, TODAY)

    assert verdict.outcome is Outcome.UNKNOWN
    assert verdict.policy is Policy.WARN
    assert verdict.matched == ()
    assert verdict.remedies == (Remedy.USE_OTHER_CHANNEL,)
    assert "not known" in verdict.sentence


def test_a_kind_of_sender_without_a_rule_is_unknown() -> None:
    assert evaluate("NO", Sender("2440"), None, NO_LINKS, TODAY).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "status", [status for status in RegistrationStatus if status is not RegistrationStatus.APPROVED]
)
def test_only_an_approved_registration_counts(status: RegistrationStatus) -> None:
    registration = Registration("Altinn", "ES", status)

    assert evaluate("ES", NAME, registration, NO_LINKS, TODAY) == evaluate("ES", NAME, None, NO_LINKS, TODAY)


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        (date(2026, 11, 19), Outcome.WILL_FAIL),
        (date(2026, 11, 20), Outcome.DELIVER),
        (date(2026, 11, 24), Outcome.DELIVER),
        (date(2026, 11, 25), Outcome.WILL_FAIL),
    ],
)
def test_a_registration_counts_from_its_first_day_until_the_day_it_ends(day: date, outcome: Outcome) -> None:
    registration = approved("ES", valid_from=date(2026, 11, 20), valid_until=date(2026, 11, 25))

    assert evaluate("ES", NAME, registration, NO_LINKS, day).outcome is outcome


@pytest.mark.parametrize("registration", [approved("FI"), approved("ES", "Digdir"), approved("ES", "4791234567")])
def test_a_registration_of_another_country_or_sender_is_none(registration: Registration) -> None:
    assert evaluate("ES", NAME, registration, NO_LINKS, TODAY).matched[0].id == "ES-alpha-unregistered-3"


def test_capitals_count_only_where_the_country_says_so() -> None:
    registration = approved("FI", "ALTINN")

    assert evaluate("FI", NAME, registration, NO_LINKS, TODAY).outcome is Outcome.DELIVER


@pytest.mark.parametrize(
    ("country", "day"),
    [("TH", TODAY), ("FI", TODAY), ("ES", date(2026, 7, 1)), ("SA", TODAY), ("AU", date(2026, 6, 30))],
)
def test_a_provider_outside_the_registration_is_unregistered_where_no_rule_names_it(country: str, day: date) -> None:
    registration = approved(country, providers=frozenset({"Another"}))

    assert evaluate(country, NAME, registration, NO_LINKS, day) == evaluate(country, NAME, None, NO_LINKS, day)


def test_a_provider_on_the_registration_is_known_in_any_case_of_letters() -> None:
    registration = approved("ES", providers=frozenset({"Link"}))

    assert evaluate("ES", NAME, registration, NO_LINKS, TODAY).outcome is Outcome.DELIVER


def test_the_worst_dimension_wins_and_both_stay_as_reasons() -> None:
    verdict = evaluate("MY", NAME, None, LINK, TODAY)

    assert verdict.outcome is Outcome.WILL_FAIL
    assert [match.dimension for match in verdict.matched] == [Dimension.CONTENT, Dimension.SENDER]
    assert verdict.shown == Shown("shared short code", exact=False)
    assert Remedy.REMOVE_URL in verdict.remedies


@pytest.mark.parametrize(
    ("text", "hosts", "outcome"),
    [
        ("Uten lenke", set(), Outcome.DELIVER),
        ("Se altinn.no", {"altinn.no"}, Outcome.DELIVER),
        ("Se altinn.no", set(), Outcome.AT_RISK),
        ("Se altinn.no og evil.com", {"altinn.no"}, Outcome.AT_RISK),
        ("Se www.altinn.no", {"altinn.no"}, Outcome.AT_RISK),
        ("Se www.altinn.no", {"*.altinn.no"}, Outcome.DELIVER),
        ("Se bit.ly/x", {"bit.ly"}, Outcome.AT_RISK),
    ],
)
def test_thailand_wants_every_host_approved_and_no_shortener(text: str, hosts: set[str], outcome: Outcome) -> None:
    registration = approved("TH", approved_hosts=frozenset(hosts))

    assert evaluate("TH", NAME, registration, Content.of(text), TODAY).outcome is outcome


def test_hosts_of_a_registration_that_does_not_count_are_not_approved() -> None:
    registration = Registration("Altinn", "SA", RegistrationStatus.EXPIRED, approved_hosts=frozenset({"altinn.no"}))

    matched = evaluate("SA", NAME, registration, LINK, TODAY).matched

    assert {match.id for match in matched} == {"SA-alpha-unregistered", "SA-url-unapproved"}


@pytest.mark.parametrize(("nominated", "outcome"), [(True, Outcome.DELIVER), (False, Outcome.WILL_FAIL)])
def test_the_philippines_want_a_sender_nominated_for_links(nominated: bool, outcome: Outcome) -> None:
    registration = approved("PH", nominated_for_links=nominated)

    assert evaluate("PH", NAME, registration, LINK, TODAY).outcome is outcome


def test_a_two_way_number_of_the_provider_is_better_than_another() -> None:
    number = "+66812345678"

    assert evaluate("TH", Sender(number, two_way=True), None, NO_LINKS, TODAY).outcome is Outcome.DELIVER
    assert evaluate("TH", Sender(number), None, NO_LINKS, TODAY).outcome is Outcome.AT_RISK
    assert evaluate("ES", Sender("+34612345678", two_way=True), None, NO_LINKS, TODAY).outcome is Outcome.DELIVER


def test_a_rule_of_low_confidence_says_its_outcome_but_does_not_block() -> None:
    verdict = evaluate("SI", NAME, None, NO_LINKS, TODAY)

    assert verdict.outcome is Outcome.NEEDS_REGISTRATION
    assert verdict.policy is Policy.WARN
    assert verdict.matched[0].kept_from_blocking


def test_a_sender_that_the_gateway_refuses_will_fail_in_any_country() -> None:
    verdict = evaluate("NO", Sender("Skatteetaten"), None, NO_LINKS, TODAY)

    assert verdict.outcome is Outcome.WILL_FAIL
    assert verdict.policy is Policy.BLOCK
    assert verdict.reason == "sender_format:too_long"
    assert Remedy.CHANGE_SENDER in verdict.remedies


def test_a_name_of_another_public_body_is_blocked() -> None:
    own, another = Sender("NAV", owner="nav"), Sender("NAV", owner="skd")

    assert evaluate("NO", own, None, NO_LINKS, TODAY).policy is Policy.ALLOW
    assert evaluate("NO", another, None, NO_LINKS, TODAY).reason == "sender_format:protected"
