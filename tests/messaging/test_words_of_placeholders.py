"""Placeholders with words of their own, for those without a value or those whose value says yes; and Altinn's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.template import KEYWORDS, MissingColumns, Template

ANYTHING = st.text() | st.text("()|?$ab 1\n", max_size=40) | st.lists(
    st.sampled_from(["((", "))", "|", "??", "a", "$recipientName$", "$recipientNumber$", "(", ")", "yes", "\n", " "]),
    max_size=14,
).map("".join)  # fmt: skip
VALUES = st.none() | st.text(max_size=8) | st.sampled_from(["yes", "JA", "0", "((a))", "$recipientName$", "%s"])


@pytest.mark.parametrize("absent", [None, "", "  "])
def test_words_stand_in_for_a_missing_value(absent: str | None) -> None:
    fill = Template("Hei ((navn| kjære innbygger ))!").compile(["navn"])

    assert fill([absent]) == "Hei kjære innbygger!"
    assert fill(["Kari"]) == "Hei Kari!"


def test_words_stand_in_for_all_where_there_is_no_column() -> None:
    template = Template("Hei ((navn|innbygger))")

    assert template.missing([]) == []
    assert template.compile([])([]) == "Hei innbygger"


@pytest.mark.parametrize("value", ["yes", "Y", " true ", "1", "ja", "SANN", "show", "include", "t", "J"])
def test_words_are_switched_on_by_what_says_yes(value: str) -> None:
    assert Template("Hei.((under18?? Spør en voksen.))").compile(["under 18"])([value]) == "Hei. Spør en voksen."


@pytest.mark.parametrize("value", [None, "", "no", "nei", "0", "false", "2", "yes please"])
def test_words_stay_away_otherwise(value: str | None) -> None:
    assert Template("Hei.((under18?? Spør en voksen.))").compile(["under18"])([value]) == "Hei."


def test_a_switch_needs_its_column() -> None:
    with pytest.raises(MissingColumns) as refused:
        Template("((under18??Spør))").compile(["navn"])

    assert refused.value.names == ("under18",)


def test_words_may_hold_brackets_and_line_breaks_and_a_name_a_question_mark() -> None:
    template = Template("((gift?)): ((barn??Se (ring oss).\nHilsen))")

    assert template.names == ("gift?", "barn")
    assert template.compile(["gift?", "barn"])(["ja", "ja"]) == "ja: Se (ring oss).\nHilsen"


def test_altinns_keywords_are_filled_from_columns_of_their_own_or_are_empty() -> None:
    template = Template("Til $recipientName$ ($recipientNumber$), $recipientname$")

    assert template.compile(KEYWORDS)(["Bakeriet", "910000001"]) == "Til Bakeriet (910000001), $recipientname$"
    assert template.compile([])([]) == "Til  (), $recipientname$"


def test_a_keyword_within_words_is_told_since_it_is_not_filled_there() -> None:
    assert Template("((a??Hei $recipientName$)) $recipientNumber$").nested == ("$recipientName$",)


@given(ANYTHING, VALUES)
def test_no_text_and_no_value_raises_and_the_woven_text_is_the_filled_one(text: str, value: str | None) -> None:
    template = Template(text)
    values = [value for _ in template.names]

    filled = template.compile(template.names)(values)
    told = template.texts_of(template.names)(values)

    assert template.weave(told) == filled
    assert "".join(piece for piece, _ in template.pieces) == text


@given(ANYTHING)
def test_a_text_without_placeholders_is_itself(text: str) -> None:
    template = Template(text)

    assert template.names or template.compile([])([]) == text


@given(ANYTHING, VALUES)
def test_switched_words_written_out_say_the_same(text: str, value: str | None) -> None:
    template = Template(text)
    names = template.names
    settled = template.settled(template.texts_of(names)([value for _ in names]))

    assert not [slot for slot in settled.slots if slot.own and slot not in template.slots]
    assert settled.compile(names)([value for _ in names]) == template.compile(names)([value for _ in names])
