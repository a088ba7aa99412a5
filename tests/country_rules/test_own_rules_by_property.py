"""Own rules laid over the file, whatever they say: never outside their dates, never once ended, never in the way."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.country_rules.engine import evaluate
from app.country_rules.own import Own, joined, rule_id
from app.country_rules.register import standing_register
from app.country_rules.terms import Confidence, Dimension, Outcome, Policy
from app.country_rules.verdict import NO_LINKS, Sender
from tests.country_rules.own_rules import SAID, SOURCE

FEWER = settings(max_examples=60)
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))
COUNTRIES = st.sampled_from(sorted(standing_register().countries))
SENDERS = st.sampled_from([Sender("Digdir"), Sender("4721000000"), Sender("Skatt 1"), Sender("")])


@st.composite
def own_rules(draw: st.DrawFn) -> list[Own]:
    """Some own rules of one country, each within dates of its own."""
    country = draw(COUNTRIES)
    return [draw(_own(country, number)) for number in range(draw(st.integers(1, 4)))]


@st.composite
def _own(draw: st.DrawFn, country: str, number: int) -> Own:
    first, last = sorted(draw(st.lists(DAYS, min_size=2, max_size=2, unique=True)))
    code = rule_id(country, number)
    rule = replace(
        SAID.rule,
        id=code,
        sources=(code,),
        dimension=draw(st.sampled_from([Dimension.SENDER, Dimension.CONTENT])),
        outcome=draw(st.sampled_from(Outcome)),
        confidence=draw(st.sampled_from(Confidence)),
        policy=draw(st.sampled_from([None, Policy.ALLOW, Policy.WARN, Policy.BLOCK])),
        effective_from=draw(st.sampled_from([None, first])),
        effective_until=draw(st.sampled_from([None, last])),
    )
    return Own(country=country, rule=rule, source=replace(SOURCE, key=code), since=date(2026, 11, 23))


@FEWER
@given(own=own_rules(), sender=SENDERS, day=DAYS)
def test_an_own_rule_outside_its_dates_never_matches(own: list[Own], sender: Sender, day: date) -> None:
    register = joined(standing_register(), own, "test")

    verdict = evaluate(own[0].country, sender, None, NO_LINKS, day, register)

    over = {one.rule.id for one in own if not one.rule.holds_on(day)}
    assert not over & {match.id for match in verdict.matched}


@FEWER
@given(own=own_rules(), sender=SENDERS, day=DAYS)
def test_of_the_own_rules_that_hold_the_first_counts(own: list[Own], sender: Sender, day: date) -> None:
    register = joined(standing_register(), own, "test")

    verdict = evaluate(own[0].country, sender, None, NO_LINKS, day, register)

    matched = {match.dimension: match.id for match in verdict.matched if match.id.startswith(own[0].country)}
    for dimension in (Dimension.SENDER, Dimension.CONTENT):
        holding = [one.rule.id for one in own if one.rule.dimension is dimension and one.rule.holds_on(day)]
        if holding and sender.text in ("Digdir", "Skatt 1"):
            assert matched[dimension] == holding[0]


@FEWER
@given(own=own_rules(), sender=SENDERS, day=DAYS)
def test_an_own_rule_of_low_confidence_never_blocks(own: list[Own], sender: Sender, day: date) -> None:
    register = joined(standing_register(), own, "test")

    verdict = evaluate(own[0].country, sender, None, NO_LINKS, day, register)

    weak = {one.rule.id for one in own if one.rule.confidence is Confidence.LOW}
    assert all(match.policy is not Policy.BLOCK for match in verdict.matched if match.id in weak)


@FEWER
@given(own=own_rules(), other=COUNTRIES, sender=SENDERS, day=DAYS)
def test_other_countries_are_left_as_they_are(own: list[Own], other: str, sender: Sender, day: date) -> None:
    register = joined(standing_register(), own, standing_register().version)

    if other != own[0].country:
        before = evaluate(other, sender, None, NO_LINKS, day)
        assert evaluate(other, sender, None, NO_LINKS, day, register) == before


@FEWER
@given(own=own_rules())
def test_the_files_rules_stay_beneath_in_their_order(own: list[Own]) -> None:
    entry = joined(standing_register(), own, "test").countries[own[0].country]

    assert entry.rules[: len(own)] == tuple(one.rule for one in own)
    assert entry.rules[len(own) :] == standing_register().countries[own[0].country].rules
