"""The register of rules is whole, and a file that is not is refused with its line and the reason."""

from collections import Counter
from datetime import date
from pathlib import Path
from time import process_time

import pytest

from app.country_rules.reading import BadData
from app.country_rules.register import RULES_FILE, load, standing_register
from app.country_rules.terms import POLICY_DEFAULT, REMEDY_WORDS, Confidence, Outcome, Policy, Remedy

GOOD = """\
compiled_on: 2026-11-23
note: What was read, and when.
sources:
  boe: {publisher: BOE, kind: regulator, url: 'https://www.boe.es/', as_of: '2025'}
countries:
  'ES':
    name: Spain
    calling_code: '34'
    region: EU
    time_zone: Europe/Madrid
    verified_on: 2026-11-23
    confidence: high
    facts: {names: 'yes', aws_sender_id: 'yes', aws_long_code: 'yes', aws_short_code: 'yes'}
    sources: [boe]
    sender_formats:
      - {min_length: 3, characters: A-Z, sentence: Three at least., sources: [boe], confidence: high}
    rules:
      - id: ES-alpha-1
        dimension: sender
        when: {sender: [name], registration: [unregistered]}
        effective_from: 2026-06-07
        effective_until: 2026-09-15
        outcome: at_risk
        sentence: It may fail.
        confidence: high
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "rules.yaml"
    path.write_text(text)
    return path


def test_the_register_has_every_country_and_rule_with_its_source_and_date() -> None:
    register = standing_register()
    countries = register.countries.values()
    rules = [rule for country in countries for rule in country.rules]

    assert (len(countries), len(rules), len(register.sources)) == (118, 404, 270)
    assert Counter(rule.confidence for rule in rules) == {
        Confidence.HIGH: 96,
        Confidence.MEDIUM: 176,
        Confidence.LOW: 132,
    }
    assert all(country.sources and country.verified_on <= register.compiled_on for country in countries)
    assert all(rule.id.startswith(code) for code, country in register.countries.items() for rule in country.rules)
    assert all(rule.sentence.endswith(".") for rule in rules)


def test_one_rule_of_33_that_would_block_is_kept_from_it_by_low_confidence() -> None:
    rules = [rule for country in standing_register().countries.values() for rule in country.rules]
    blocking = [rule for rule in rules if POLICY_DEFAULT[rule.outcome] is Policy.BLOCK]

    assert len(blocking) == 33
    assert [rule.id for rule in blocking if rule.confidence is Confidence.LOW] == ["SI-alpha-unregistered"]


def test_what_is_shown_is_told_only_where_another_sender_may_be() -> None:
    rules = [rule for country in standing_register().countries.values() for rule in country.rules]

    assert all(rule.outcome is not Outcome.DELIVER for rule in rules if rule.shown_as or rule.shown_like)
    assert not any(rule.shown_as and rule.shown_like for rule in rules)


def test_every_remedy_has_its_words() -> None:
    assert set(REMEDY_WORDS) == set(Remedy)


def test_the_register_is_read_within_a_start_that_nobody_notices() -> None:
    began_at = process_time()
    load(RULES_FILE)

    assert process_time() - began_at < 3


def test_a_good_file_is_read_and_its_version_follows_its_content(tmp_path: Path) -> None:
    register = load(_written(tmp_path, GOOD))
    other = load(_written(tmp_path, GOOD.replace("It may fail.", "It can fail.")))

    (rule,) = register.countries["ES"].rules
    assert rule.effective_from == date(2026, 6, 7)
    assert register.sources_of(register.countries["ES"])[0].key == "boe"
    assert len(register.version) == 12
    assert register.version != other.version


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("outcome: at_risk", "outcome: may_fail", 23, "“may_fail” is not one of deliver,"),
        ("outcome: at_risk\n", "\n", 18, "“outcome” is missing"),
        (
            "confidence: high\n    facts",
            "confidence: high\n    colour: red\n    facts",
            13,
            "“colour” is not known here",
        ),
        ("effective_from: 2026-06-07", "effective_from: 7 June", 21, "not “7 June”"),
        ("effective_from: 2026-06-07", "effective_from: 2026-06-31", 21, "A day such as"),
        ("effective_from: 2026-06-07", "effective_from: 2026-09-15", 18, "must come after"),
        ("sources: [boe]\n    sender", "sources: [cnmc]\n    sender", 14, "There is no source “cnmc”"),
        ("sources: [boe]\n    sender", "sources: []\n    sender", 14, "A list is wanted here"),
        ("Europe/Madrid", "Europe/Toledo", 10, "There is no time zone “Europe/Toledo”"),
        ("  'ES':", "  NO:", 6, "in quotes if need be, not “NO”"),
        ("  'ES':", "  'Spain':", 6, "two letters"),
        ("id: ES-alpha-1", "id: first", 18, "is not a rule's id"),
        ("characters: A-Z", "characters: Z-A", 16, "is not a regular expression"),
        ("min_length: 3", "min_length: 0", 16, "at least 1"),
        ("calling_code: '34'", "calling_code: 34", 8, "in quotes if need be, not “34”"),
        ("name: Spain", "name: Spain\n    name: España", 8, "“name” stands here twice"),
        ("sentence: It may fail.", "sentence: ''", 24, "it is empty"),
        ("registration: [unregistered]", "registration: unregistered", 20, "A list is wanted here"),
        ("note: What", "note: [What", 3, "This is not YAML"),
        ("compiled_on: 2026-11-23\n", "", 1, "“compiled_on” is missing"),
        ("when: {sender: [name]", "when: {nominated_for_links: maybe", 20, "true or false"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD

    with pytest.raises(BadData) as refused:
        load(_written(tmp_path, GOOD.replace(old, new, 1)))

    assert reason in refused.value.reason
    assert refused.value.line == line
    assert str(refused.value).startswith(f"rules.yaml, line {line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "just words", "\x00", "- 1\n- 2\n", "a: &a [*a]"])
def test_what_is_no_register_at_all_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadData):
        load(_written(tmp_path, text))


def test_a_rule_may_not_stand_twice(tmp_path: Path) -> None:
    head, rule = GOOD.split("      - id:")
    path = _written(tmp_path, f"{head}      - id:{rule}      - id:{rule}")

    with pytest.raises(BadData, match=r"line 26: There are two rules “ES-alpha-1”"):
        load(path)
