"""Pasted recipients come apart wherever the person put something between them, and only there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.pasted import split_pasted


def values(text: str) -> list[str]:
    return [value for _, value in split_pasted(text)]


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r", ",", ", ", ";", "; ", "\t", "|", " | ", "\n\n", " ", "  "])
def test_any_separator_divides_numbers_and_addresses(between: str) -> None:
    assert values(between.join(["91234567", "+4741234567", "90000000"])) == ["91234567", "+4741234567", "90000000"]
    assert values(between.join(["kari@example.no", "ola@example.no"])) == ["kari@example.no", "ola@example.no"]


@pytest.mark.parametrize(
    "number",
    [
        "+47 912 34 567",
        "912 34 567",
        "91 23 45 67",
        "0047 912 34 567",
        "(+47) 912 34 567",
        "+46 (0)70-123 45 67",
        "1881 12",
    ],
)
def test_the_spaces_in_one_number_divide_nothing(number: str) -> None:
    assert values(f"  {number} ") == [number]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+47 912 34 567 +47 413 45 678", ["+47 912 34 567", "+47 413 45 678"]),
        ("912 34 567 413 45 678", ["912 34 567", "413 45 678"]),
        ("91 23 45 67 41 34 56 78", ["91 23 45 67", "41 34 56 78"]),
        ("+47 91234567 41234567", ["+47 91234567", "41234567"]),
        ("0047 912 34 567 0046 70 123 45 67", ["0047 912 34 567", "0046 70 123 45 67"]),
        ("91234567 22222222", ["91234567", "22222222"]),
        ("912 34 567 12", ["912 34 567 12"]),
        ("912 34 567, 12", ["912 34 567", "12"]),
    ],
)
def test_spaces_divide_numbers_only_where_it_can_be_done_in_one_way(text: str, numbers: list[str]) -> None:
    assert values(text) == numbers


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Kari Nordmann <kari@example.no>", ["kari@example.no"]),
        ("Kari <kari@example.no>; Ola <ola@example.no>", ["kari@example.no", "ola@example.no"]),
        ("Nordmann, Kari <kari@example.no>, Nordmann, Ola <ola@example.no>", ["kari@example.no", "ola@example.no"]),
        ('"Nordmann, Kari" <mailto:kari@example.no>', ["kari@example.no"]),
        (
            "ola@example.no, Kari <kari@example.no>, per@example.no",
            ["ola@example.no", "kari@example.no", "per@example.no"],
        ),
    ],
)
def test_of_a_name_and_an_address_the_address_is_taken(text: str, addresses: list[str]) -> None:
    assert values(text) == addresses


def test_what_is_no_address_comes_out_whole_for_a_person_to_see() -> None:
    assert values("Kari 912 34 567\nhei du\n4,79E+10,91234567") == ["Kari 912 34 567", "hei du", "4,79E+10", "91234567"]


def test_values_are_numbered_from_one_without_gaps() -> None:
    assert list(split_pasted("91234567\n\n41234567, 90000000")) == [(1, "91234567"), (2, "41234567"), (3, "90000000")]


@given(st.text() | st.text("0123456789+ ,;<>@a.\n", max_size=60))
def test_any_text_comes_apart_without_a_blank_value(text: str) -> None:
    numbered = list(split_pasted(text))

    assert [number for number, _ in numbered] == list(range(1, len(numbered) + 1))
    assert all(value.strip() == value and value for _, value in numbered)


@given(st.text("0123456789+ ,;\n\t|", max_size=60))
def test_no_digit_is_lost(text: str) -> None:
    assert "".join(filter(str.isdigit, "".join(values(text)))) == "".join(filter(str.isdigit, text))
