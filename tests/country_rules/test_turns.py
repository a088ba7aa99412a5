"""Which days change what: found by asking the engine the day before and on the day."""

from datetime import date, timedelta

from app.country_rules.countries.turns import Turn, changes, changes_of
from app.country_rules.own import Own, joined
from app.country_rules.register import standing_register
from app.country_rules.terms import Outcome
from tests.country_rules.own_rules import SOURCE, saying

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def _with(**words: object) -> object:
    said = saying(**words)
    own = Own(country="NO", rule=said.rule, source=SOURCE, since=date(2026, 11, 20))
    return joined(standing_register(), [own], "test")


def test_finland_tightens_twice_in_2026() -> None:
    found = changes_of(standing_register(), "FI", *YEAR)

    assert [(change.day, change.turn) for change in found] == [
        (date(2026, 5, 4), Turn.TIGHTENS),
        (date(2026, 11, 2), Turn.TIGHTENS),
    ]
    assert found[1].sentence.startswith("Since 2 November 2026 Finland is stricter")


def test_spain_tightens_in_june_and_in_september() -> None:
    found = [change for change in changes_of(standing_register(), "ES", *YEAR) if change.turn is Turn.TIGHTENS]

    assert [change.day for change in found] == [date(2026, 6, 7), date(2026, 9, 15)]


def test_an_own_rule_to_come_is_a_change_on_its_first_day_and_on_its_last() -> None:
    register = _with(effective_from=date(2027, 3, 1), effective_until=date(2027, 4, 1))

    found = changes_of(register, "NO", date(2027, 1, 1), date(2027, 12, 31))

    assert [(change.day, change.turn) for change in found] == [
        (date(2027, 3, 1), Turn.TIGHTENS),
        (date(2027, 4, 1), Turn.EASES),
    ]


def test_a_rule_that_makes_nothing_worse_or_better_only_changes_something() -> None:
    register = _with(effective_from=date(2027, 3, 1), outcome=Outcome.DELIVER)

    assert [change.turn for change in changes_of(register, "NO", date(2027, 1, 1), date(2027, 12, 31))] == [
        Turn.CHANGES
    ]


def test_both_ends_of_the_time_asked_for_count() -> None:
    day = date(2026, 11, 2)

    assert [change.day for change in changes_of(standing_register(), "FI", day, day)] == [day]
    assert not changes_of(standing_register(), "FI", day + timedelta(days=1), day + timedelta(days=30))


def test_changes_of_all_countries_stand_in_the_order_of_their_days() -> None:
    found = changes(standing_register(), *YEAR)

    assert [change.day for change in found] == sorted(change.day for change in found)
    assert {"FI", "ES"} <= {change.country for change in found}
