"""What holds for every rule, sender, registration, text and day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.country_rules.engine import evaluate
from app.country_rules.register import standing_register
from app.country_rules.terms import POLICY_DEFAULT, Confidence, Dimension, Outcome, Policy, RegistrationStatus
from app.country_rules.verdict import NO_LINKS, OUR_PROVIDERS, Content, Registration, Sender, Verdict

REGISTER = standing_register()
COUNTRIES = sorted(REGISTER.countries)
SENDERS = ["Altinn", "altinn", "INFO", "AB", "Søk", "2440", "+4791234567", "+34612345678", "+66812345678", "Min side"]
HOSTS = ["altinn.no", "bit.ly", "evil.com"]

days = st.dates(date(2023, 1, 1), date(2028, 1, 1)) | st.dates()
countries = st.sampled_from([*COUNTRIES, "SJ", "AX", "AQ"]) | st.text(max_size=3)
senders = st.builds(
    Sender,
    st.sampled_from(SENDERS) | st.text(max_size=14),
    providers=st.sampled_from([frozenset(), OUR_PROVIDERS, frozenset({"Another"}), frozenset({"LINK", "Another"})]),
    two_way=st.booleans(),
    owner=st.none() | st.sampled_from(["nav", "skd"]),
)
contents = st.builds(Content, st.frozensets(st.sampled_from(HOSTS) | st.text(max_size=8), max_size=3))
registrations = st.builds(
    Registration,
    st.sampled_from(SENDERS) | st.text(max_size=14),
    countries,
    st.sampled_from(RegistrationStatus),
    valid_from=st.none() | days,
    valid_until=st.none() | days,
    providers=st.none() | st.frozensets(st.sampled_from(["LINK", "Another"])),
    approved_hosts=st.frozensets(st.sampled_from([*HOSTS, "*.altinn.no"]) | st.text(max_size=8), max_size=3),
    nominated_for_links=st.booleans(),
)


@given(countries, senders, st.none() | registrations, contents, days)
def test_every_question_has_an_answer(
    country: str, sender: Sender, registration: Registration | None, content: Content, day: date
) -> None:
    verdict = evaluate(country, sender, registration, content, day)

    assert verdict.sentence
    assert verdict.reason
    assert verdict.outcome.severity >= max([match.outcome.severity for match in verdict.matched], default=0)
    assert (verdict.policy is Policy.ALLOW) is (verdict.remedies == ())
    assert verdict.outcome is not Outcome.DELIVER or verdict.matched


@given(countries, senders, st.none() | registrations, contents, days)
def test_a_rule_outside_its_dates_never_matches(
    country: str, sender: Sender, registration: Registration | None, content: Content, day: date
) -> None:
    verdict = evaluate(country, sender, registration, content, day)

    rules = {rule.id: rule for entry in REGISTER.countries.values() for rule in entry.rules}
    for match in verdict.matched:
        if match.dimension is not Dimension.FORMAT:
            assert rules[match.id].effective_from is None or rules[match.id].effective_from <= day
            assert rules[match.id].effective_until is None or day < rules[match.id].effective_until


@given(countries, senders, st.none() | registrations, contents, days)
def test_low_confidence_never_blocks(
    country: str, sender: Sender, registration: Registration | None, content: Content, day: date
) -> None:
    verdict = evaluate(country, sender, registration, content, day)

    if verdict.policy is Policy.BLOCK:
        assert verdict.deciding is not None
        assert verdict.deciding.confidence is not Confidence.LOW
        assert POLICY_DEFAULT[verdict.deciding.outcome] is Policy.BLOCK


def _from_best_to_worst(sender: str, country: str, host: str) -> list[Registration | None]:
    best = {"approved_hosts": frozenset({host}), "nominated_for_links": True}
    approved = RegistrationStatus.APPROVED
    others = [status for status in RegistrationStatus if status is not approved]
    return [
        Registration(sender, country, approved, **best),
        Registration(sender, country, approved),
        *(Registration(sender, country, status, **best) for status in others),
        None,
    ]


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("host", HOSTS)
def test_severity_never_falls_when_the_registration_gets_worse(country: str, host: str) -> None:
    edges = {edge for rule in REGISTER.countries[country].rules for edge in (rule.effective_from, rule.effective_until)}
    for day in {date(2026, 11, 23)} | {edge + timedelta(step) for edge in edges if edge for step in (-1, 0)}:
        for sender in SENDERS:
            ranked = _verdicts(country, sender, host, day)

            for better, worse in pairwise(ranked):
                assert better.outcome.severity <= worse.outcome.severity
            assert {verdict.outcome for verdict in ranked[2:]} == {ranked[-1].outcome}


def _verdicts(country: str, sender: str, host: str, day: date) -> list[Verdict]:
    registrations = _from_best_to_worst(sender, country, host)
    return [evaluate(country, Sender(sender), one, Content(frozenset({host})), day) for one in registrations]


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_registration_that_is_wrong_is_never_better_than_one_that_is_right(country: str) -> None:
    for day in (date(2026, 7, 15), date(2026, 11, 23)):
        right, wrong_provider, wrong_spelling = (
            evaluate(country, Sender("Altinn", providers=frozenset({provider})), registration, NO_LINKS, day)
            for provider, registration in (
                ("LINK", Registration("Altinn", country, RegistrationStatus.APPROVED, providers=frozenset({"LINK"}))),
                ("X", Registration("Altinn", country, RegistrationStatus.APPROVED, providers=frozenset({"LINK"}))),
                ("LINK", Registration("ALTINN", country, RegistrationStatus.APPROVED)),
            )
        )

        assert right.outcome.severity <= wrong_provider.outcome.severity
        assert right.outcome.severity <= wrong_spelling.outcome.severity
