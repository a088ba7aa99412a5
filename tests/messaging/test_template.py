"""Placeholders are found, compared and filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.template import MissingColumns, Template, normalise


def test_names_are_as_first_written_in_order_and_each_once() -> None:
    template = Template("Hei ((First name)) og ((frist)), ((first_name)): ((Frist)) ((beløp))")

    assert template.names == ("First name", "frist", "beløp")


@pytest.mark.parametrize(
    "column", ["first name", "FIRST NAME", "First_Name", "first-name", "firstname", " First  Name "]
)
def test_a_column_fills_a_name_whatever_its_case_spaces_and_dashes(column: str) -> None:
    template = Template("Hei ((first name))!")

    assert template.missing([column]) == []
    assert template.compile([column])(["Kari"]) == "Hei Kari!"


def test_missing_columns_are_named_as_written() -> None:
    template = Template("((First name)) ((Frist)) ((beløp))")

    with pytest.raises(MissingColumns) as refused:
        template.compile(["frist"])

    assert template.missing(["frist"]) == ["First name", "beløp"]
    assert refused.value.names == ("First name", "beløp")


def test_values_go_in_by_column_and_are_never_read_again() -> None:
    fill = Template("((a)) 100 % ((b)) %s {a} ((a))").compile(["x", "b", "a"])

    assert fill(["", "((a))", "%s{}"]) == "%s{} 100 % ((a)) %s {a} %s{}"


@pytest.mark.parametrize("absent", [None, ""])
def test_an_absent_value_leaves_nothing(absent: str | None) -> None:
    assert Template("Hei ((navn)).").compile(["navn"])([absent]) == "Hei ."


@pytest.mark.parametrize(
    "text", ["((navn)", "(navn))", "((", "))((", "(( ))", "((-_))", "(())", "((na\nvn))", "(navn)", ""]
)
def test_brackets_that_hold_no_name_are_text(text: str) -> None:
    assert Template(text).names == ()
    assert Template(text).compile([])([]) == text


def test_brackets_around_a_placeholder_stay() -> None:
    assert Template("(((navn))) ((((navn))))").compile(["navn"])(["Kari"]) == "(Kari) ((Kari))"


def test_of_two_columns_with_one_name_the_first_fills() -> None:
    assert Template("((navn))").compile(["Navn", "navn"])(["Kari", "Ola"]) == "Kari"


names = st.text("abcæøå _-ABC1", min_size=1, max_size=8).filter(normalise)
prose = st.text().filter(lambda text: "(" not in text and ")" not in text)


@given(st.lists(st.tuples(prose, names)), prose, st.data())
def test_a_filled_text_is_its_literals_with_the_values_between(
    pieces: list[tuple[str, str]], tail: str, data: st.DataObject
) -> None:
    columns = sorted({normalise(name) for _, name in pieces})
    values = data.draw(st.lists(st.text(), min_size=len(columns), max_size=len(columns)))
    value_of = dict(zip(columns, values, strict=True))

    filled = Template("".join(f"{literal}(({name}))" for literal, name in pieces) + tail).compile(columns)(values)

    assert filled == "".join(literal + value_of[normalise(name)] for literal, name in pieces) + tail


@given(st.text() | st.text("() ab%", max_size=30))
def test_any_text_is_a_template(text: str) -> None:
    template = Template(text)

    filled = template.compile(template.names)([f"(({name}))" for name in template.names])

    assert template.missing(template.names) == []
    assert normalise(filled) == normalise(text)
