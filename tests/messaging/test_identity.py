"""National identity numbers and organisation numbers: which are real, which are Tenor's, and what is wrong with one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.address import EmailAddress, InvalidAddress, PhoneNumber
from app.messaging.identity import (
    Identity,
    IdentityKind,
    cover,
    mask_identity,
    parse_any,
    parse_organisation,
    parse_person,
)
from tests.fixtures.identities import organisation_number, person_number


@pytest.mark.parametrize(
    ("day", "month", "is_test"),
    [(1, 1, False), (41, 1, False), (1, 81, True), (71, 92, True), (31, 12, False), (29, 82, True)],
)
def test_d_numbers_and_tenors_numbers_are_valid_and_only_tenors_are_test_persons(
    day: int, month: int, is_test: bool
) -> None:
    number = person_number(day, month, 80, 123)

    assert parse_person(number) == Identity(IdentityKind.PERSON, number, is_test)


@pytest.mark.parametrize("number", ["20914695016", "23906398699", "24856399504", "13873249565"])
def test_the_registers_own_test_persons_are_valid(number: str) -> None:
    assert parse_person(number).is_test


@given(st.integers(0, 10), st.integers(1, 9), st.integers(0, 999))
def test_one_wrong_digit_is_always_found(place: int, difference: int, individual: int) -> None:
    number = person_number(17, 5, 84, individual)
    wrong = number[:place] + str((int(number[place]) + difference) % 10) + number[place + 1 :]

    with pytest.raises(InvalidAddress) as refused:
        parse_person(wrong)

    assert refused.value.code in ("identity_control", "identity_date")


@pytest.mark.parametrize("date", ["320180", "001080", "311180", "300280", "019980", "017380", "818180"])
def test_what_is_no_date_is_no_identity_number(date: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        parse_person(date + "12345")

    assert refused.value.code == "identity_date"


def test_spaces_and_the_zero_that_a_spreadsheet_took_are_mended() -> None:
    number = person_number(1, 2, 90, 311)

    assert parse_person(f"{number[:6]} {number[6:]}").number == number
    assert parse_person(number[1:]).number == number


@pytest.mark.parametrize("number", ["974760673", "974 760 673", "991825827"])
def test_an_organisation_is_known_by_nine_digits(number: str) -> None:
    found = parse_organisation(number)

    assert (found.kind, found.is_test, len(found.number)) == (IdentityKind.ORGANISATION, False, 9)


def test_synthetic_organisations_are_marked() -> None:
    assert parse_organisation(organisation_number(21_000_000)).is_test
    assert parse_organisation(organisation_number(31_000_000)).is_test


def test_an_organisation_number_with_a_wrong_digit_is_refused() -> None:
    with pytest.raises(InvalidAddress) as refused:
        parse_organisation("974760674")

    assert refused.value.code == "organisation_control"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kari@example.no", EmailAddress),
        ("+4791234567", PhoneNumber),
        ("912 34 567", PhoneNumber),
        ("004791234567", PhoneNumber),
        ("4791234567", PhoneNumber),
        ("974760673", Identity),
        ("20914695016", Identity),
        ("209146 95016", Identity),
    ],
)
def test_each_row_is_known_for_what_it_is(text: str, kind: type) -> None:
    assert isinstance(parse_any(text), kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20914695017", "identity_control"),
        ("01990012345", "identity_date"),
        ("46701234567", "missing_plus"),
        ("974760670", "organisation_control"),
        ("Kari Nordmann", "nothing_known"),
        ("kari@", "no_top_domain"),
        ("12345", "too_short"),
        ("", "empty"),
    ],
)
def test_a_row_that_is_nothing_gets_the_reason_of_what_it_looks_like(text: str, code: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        parse_any(text)

    assert refused.value.code == code


@given(st.text(max_size=40))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    with suppress(InvalidAddress):
        assert parse_any(text)


def test_a_person_is_covered_and_an_organisation_is_not() -> None:
    assert mask_identity("20914695016") == "209146 •••••"
    assert mask_identity("974760673") == "974 760 673"


@pytest.mark.parametrize("typed", ["20914695017", "209146 95017", "2091469501", "209146950166"])
def test_a_mistyped_identity_number_is_covered_too(typed: str) -> None:
    assert cover(typed) == "2091•••"


def test_a_mistyped_phone_number_is_left_to_be_read() -> None:
    assert cover("+47912345678") == "+47912345678"
    assert cover("974760670") == "974760670"
