"""The fast path may only say what the library says of the same number."""

import random
from collections.abc import Iterator

import phonenumbers
import pytest

from app.messaging.phone_metadata import calling_code, counted_country, mobile_country

SEED = 20261123
RECEIVE_SMS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
EVERY_TYPE = sorted(phonenumbers.PhoneNumberType.values())


def country_by_library(number: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.number_type(parsed) not in RECEIVE_SMS or written != number:
        return None
    return counted_country(phonenumbers.region_code_for_number(parsed) or "")


def example_numbers() -> Iterator[str]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in EVERY_TYPE:
            example = phonenumbers.example_number_for_type(region, kind)
            if example:
                yield phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)


def neighbours(number: str, chance: random.Random) -> Iterator[str]:
    """Yield numbers that share a beginning with one: some are of another kind, some of none."""
    for kept in range(2, len(number)):
        yield number[:kept] + "".join(chance.choices("0123456789", k=len(number) - kept))
    yield number + chance.choice("0123456789")
    yield number[:-1]


def random_numbers(chance: random.Random, count: int) -> Iterator[str]:
    codes = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    for _ in range(count):
        digits = "".join(chance.choices("0123456789", k=chance.randint(4, 12)))
        yield f"+{chance.choice(codes)}{digits}"


def corpus() -> list[str]:
    chance = random.Random(SEED)
    examples = list(example_numbers())
    near = [number for example in examples for number in neighbours(example, chance)]
    return examples + near + list(random_numbers(chance, 10_000))


def test_it_never_disagrees_with_the_library_and_answers_most_mobiles_itself() -> None:
    numbers = corpus()

    library = {number: country_by_library(number) for number in numbers}
    answered = {number: country for number in numbers if (country := mobile_country(number))}

    assert {number: country for number, country in answered.items() if library[number] != country} == {}
    assert len(numbers) > 20_000
    assert len(answered) > 0.7 * sum(country is not None for country in library.values())


@pytest.mark.parametrize("region", ["NO", "SE", "DK", "FI", "IS", "DE", "GB", "PL", "ES", "TH", "US"])
def test_a_mobile_of_a_country_that_norwegians_write_to_needs_no_library(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)

    assert example is not None
    assert mobile_country(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)) == region


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+",
        "+4",
        "91234567",
        "+4791234567\n",
        " +4791234567",
        "+47912345\u0666\u0667",
        "+0123",
        "+99912345678",
        "++47",
    ],
)
def test_what_is_not_plain_e164_is_left_to_the_library(text: str) -> None:
    assert mobile_country(text) is None


def test_a_number_of_a_lesser_country_of_a_shared_code_is_left_to_the_library() -> None:
    bahamas = "+12423591234"

    assert mobile_country(bahamas) is None
    assert country_by_library(bahamas) == "BS"


@pytest.mark.parametrize(
    ("prefix", "code"), [("+479", "47"), ("+358", "358"), ("+120", "1"), ("+000", None), ("", None)]
)
def test_a_calling_code_is_known_by_its_first_digits(prefix: str, code: str | None) -> None:
    assert calling_code(prefix) == code
