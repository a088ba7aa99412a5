"""How long a verification is trusted, and who asks for the next."""

from datetime import UTC, date, datetime, timedelta

from app.country_rules.countries.verified import due, freshness
from app.country_rules.own import Own, joined
from app.country_rules.register import standing_register
from app.country_rules.upkeep.queries import Verified
from tests.country_rules.own_rules import SAID, SOURCE

COMPILED = standing_register().countries["NO"].verified_on


def _verified(days_after: int) -> dict[str, Verified]:
    day = COMPILED + timedelta(days=days_after)
    return {"NO": Verified(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "Astrid")}


def test_a_country_is_fresh_for_ninety_days_and_due_on_the_next() -> None:
    on_the_last = freshness(standing_register(), [], "NO", {}, COMPILED + timedelta(days=90))
    after_it = freshness(standing_register(), [], "NO", {}, COMPILED + timedelta(days=91))

    assert not on_the_last.is_due
    assert after_it.is_due


def test_whoever_verified_it_last_is_named_and_it_is_fresh_again() -> None:
    fresh = freshness(standing_register(), [], "NO", _verified(80), COMPILED + timedelta(days=120))

    assert (fresh.on, fresh.by, fresh.is_due) == (COMPILED + timedelta(days=80), "Astrid", False)


def test_a_newer_file_counts_before_an_older_verification() -> None:
    fresh = freshness(standing_register(), [], "NO", _verified(-10), COMPILED)

    assert (fresh.on, fresh.by) == (COMPILED, None)


def test_all_countries_of_an_old_file_ask_but_those_verified_since() -> None:
    asking = dict(due(standing_register(), [], _verified(60), COMPILED + timedelta(days=100)))

    assert "NO" not in asking
    assert len(asking) == len(standing_register().countries) - 1


def test_an_own_rule_that_nobody_has_looked_at_asks_for_its_country() -> None:
    old = Own(country="NO", rule=SAID.rule, source=SOURCE, since=date(2026, 1, 1))
    register = joined(standing_register(), [old], "test")

    assert freshness(register, [old], "NO", {}, COMPILED).is_due
    assert not freshness(register, [old], "SE", {}, COMPILED).is_due
    assert due(register, [old], {}, COMPILED) == [("NO", date(2026, 1, 1))]
    assert due(register, [old], _verified(0), COMPILED) == []
