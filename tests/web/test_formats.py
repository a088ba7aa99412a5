"""Moments, numbers, money and covered addresses as a person reads them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.web import formats

WINTER = datetime(2026, 11, 23, 13, 32, 7, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 13, 32, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_a_request(desk: Flask) -> object:
    with desk.test_request_context():
        yield


def test_moments_are_norwegian_time_in_winter_and_summer() -> None:
    assert formats.oslo(WINTER) == "23 Nov 2026 14:32"
    assert formats.oslo(SUMMER) == "1 Jul 2026 15:32"


def test_seconds_are_written_where_they_matter() -> None:
    assert formats.oslo_seconds(WINTER) == "23 Nov 2026 14:32:07"
    assert formats.oslo_clock(WINTER) == "14:32:07"


def test_no_moment_is_nothing() -> None:
    assert (formats.oslo(None), formats.oslo_seconds(None), formats.oslo_clock(None)) == ("", "", "")


def test_numbers_have_separators() -> None:
    assert formats.number(1204) == "1,204"
    assert formats.number(1_000_000) == "1,000,000"


@pytest.mark.parametrize(
    ("amount", "written"),
    [(Decimal("1204.5"), "NOK\u00a01,204.50"), (Decimal(0), "NOK\u00a00.00"), (Decimal("-3.456"), "NOK\u00a0-3.46")],
)
def test_money_is_written_with_its_currency_and_two_decimals(amount: Decimal, written: str) -> None:
    assert formats.nok(amount) == written


@pytest.mark.parametrize(
    ("count", "word", "written"),
    [
        (1, "recipient", "1 recipient"),
        (0, "recipient", "0 recipients"),
        (1204, "sms", "1,204 SMS"),
        (2, "country", "2 countries"),
    ],
)
def test_nouns_agree_with_their_count(count: int, word: str, written: str) -> None:
    assert formats.counted(count, word) == written


@pytest.mark.parametrize(
    ("address", "covered"),
    [
        ("+4791234567", "+47 9•• •• •67"),
        ("kari.nordmann@example.no", "k•••@e•••.no"),
        ("01010012345", "••••••"),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses_are_covered(address: str | None, covered: str) -> None:
    assert formats.mask(address) == covered


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_covered_phone_number_shows_at_most_three_digits_beside_its_country_code(number: str) -> None:
    assert sum(character.isdigit() for character in formats.mask(number).partition(" ")[2]) <= 3


def test_the_language_of_the_page_is_told() -> None:
    assert formats.page_language() == "en"
