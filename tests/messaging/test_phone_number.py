"""What people and Excel write becomes E.164, or is refused with its reason."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.messaging.address import WORDS, InvalidAddress, PhoneNumber, mask_phone, parse_phone

KARI = PhoneNumber("+4791234567", "NO")


def reason(text: str) -> str:
    with pytest.raises(InvalidAddress) as refused:
        parse_phone(text)
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "+4791234567",
        "004791234567",
        "4791234567",
        "91234567",
        " 912 34 567 ",
        "912\u00a034\u00a0567",
        "912\u202f34\u202f567",
        "91-23-45-67",
        "912\u201334\u2013567",
        "912.34.567",
        "+47 (0) 912 34 567",
        "(+47) 91234567",
        "0047 912 34 567",
        "tel:+4791234567",
        "TEL: +47 912 34 567",
        "'91234567",
        "'+4791234567",
        '="91234567"',
        '="+4791234567"',
        "4791234567.0",
        "4791234567,0",
        "91234567.00",
        "4.791234567E+9",
        "4,791234567E+09",
        "9.1234567E7",
        "\u202a+47 912 34 567\u202c",
        "\ufeff91234567",
        "\uff0b\uff14\uff17\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "\u0669\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
        "91234567\r\n",
    ],
)
def test_a_norwegian_mobile_is_known_however_it_is_written(text: str) -> None:
    assert parse_phone(text) == KARI


@pytest.mark.parametrize(
    ("text", "e164", "country"),
    [
        ("41234567", "+4741234567", "NO"),
        ("+358 40 123 4567", "+358401234567", "FI"),
        ("+358 (0)40 123 4567", "+358401234567", "FI"),
        ("+66 81 234 5678", "+66812345678", "TH"),
        ("+34 612 345 678", "+34612345678", "ES"),
        ("+46 (0)70-123 45 67", "+46701234567", "SE"),
        ("+44 7911 123456", "+447911123456", "GG"),
        ("+44 7400 123456", "+447400123456", "GB"),
        ("+1 242 359 1234", "+12423591234", "BS"),
        ("+1 202 555 0123", "+12025550123", "US"),
        ("+54 9 11 2345 6789", "+5491123456789", "AR"),
        ("+7 701 234 5678", "+77012345678", "KZ"),
        ("0033 6 12 34 56 78", "+33612345678", "FR"),
    ],
)
def test_a_foreign_mobile_keeps_its_own_country(text: str, e164: str, country: str) -> None:
    assert parse_phone(text) == PhoneNumber(e164, country)


def test_aland_counts_as_finland_and_svalbard_as_norway() -> None:
    aland = phonenumbers.example_number_for_type("AX", phonenumbers.PhoneNumberType.MOBILE)
    svalbard = phonenumbers.example_number_for_type("SJ", phonenumbers.PhoneNumberType.MOBILE)

    assert aland is not None
    assert svalbard is not None
    assert parse_phone(f"+358{aland.national_number}").country == "FI"
    assert parse_phone(f"+47{svalbard.national_number}").country == "NO"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \t\u00a0", "empty"),
        ("''", "empty"),
        ("kari", "not_a_number"),
        ("912 34 567 / 412 34 567", "not_a_number"),
        ("++4791234567", "not_a_number"),
        ("91234567 ext 5", "not_a_number"),
        ("9" * 5_000, "not_a_number"),
        ("4,79E+10", "excel_scientific"),
        ("4.79E+09", "excel_scientific"),
        ("4,79123E+09", "excel_scientific"),
        ("4E+10", "excel_scientific"),
        ("'4,79E+10", "excel_scientific"),
        ("22222222", "landline"),
        ("+4722222222", "landline"),
        ("+4779123456", "landline"),
        ("+34912345678", "landline"),
        ("110", "short_number"),
        ("1881", "short_number"),
        ("02800", "short_number"),
        ("+47 02800", "short_number"),
        ("1234", "too_short"),
        ("12", "too_short"),
        ("12345", "too_short"),
        ("+47 12345", "too_short"),
        ("9123456", "wrong_length"),
        ("9123456.0", "wrong_length"),
        ("+47912345678", "too_long"),
        ("+47 9123 4567 89012345", "too_long"),
        ("81549300", "company_number"),
        ("82012345", "premium"),
        ("80012345", "toll_free"),
        ("81021234", "shared_cost"),
        ("85012345", "voip"),
        ("88012345", "personal_number"),
        ("81212345", "voicemail"),
        ("59000000", "machine"),
        ("+4759000000", "machine"),
        ("580000000001", "machine"),
        ("+47 58 00 00 00 00 01", "machine"),
        ("+4712345678", "not_in_use"),
        ("+4750000004", "not_in_use"),
        ("+34512345678", "company_number"),
        ("46701234567", "missing_plus"),
        ("358401234567", "missing_plus"),
        ("+999123456", "country_code"),
        ("+870773111632", "non_geographic"),
        ("+88213300655", "non_geographic"),
        ("+80012345678", "non_geographic"),
    ],
)
def test_what_cannot_receive_sms_is_refused_with_its_reason(text: str, code: str) -> None:
    assert reason(text) == code


def test_the_refusal_has_words_and_never_the_number() -> None:
    with pytest.raises(InvalidAddress) as refused:
        parse_phone("22222222")

    assert refused.value.words == WORDS["landline"]
    assert "2222" not in str(refused.value) + refused.value.words


anything = st.text() | st.text("0123456789+ -().,Ee'=\u00a0", max_size=25) | st.from_regex(r"\+?[0-9]{3,15}")


@given(anything)
@example("\ud800")
@example("²³")
@example("+" + "0" * 30)
def test_no_text_raises_anything_but_invalid_address(text: str) -> None:
    try:
        number = parse_phone(text)
    except InvalidAddress:
        return

    assert phonenumbers.is_valid_number(phonenumbers.parse(number.e164, None))
    assert parse_phone(number.e164) == number


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.from_regex(r"\A[0-9]{4,11}\Z"))
def test_what_is_accepted_is_e164_that_reads_as_itself(region: str, digits: str) -> None:
    text = f"+{phonenumbers.country_code_for_region(region)}{digits}"
    try:
        number = parse_phone(text)
    except InvalidAddress:
        return

    assert parse_phone(number.e164) == number
    assert (
        phonenumbers.format_number(phonenumbers.parse(number.e164), phonenumbers.PhoneNumberFormat.E164) == number.e164
    )


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+4791234567", "+47 9•• •• •67"),
        ("+358401234567", "+358 4•• •• •67"),
        ("+12025550123", "+1 2•• •• •23"),
        ("+47912", "•••"),
        ("", "•••"),
        ("hei", "•••"),
    ],
)
def test_a_masked_number_shows_its_country_and_three_digits(e164: str, masked: str) -> None:
    assert mask_phone(e164) == masked
