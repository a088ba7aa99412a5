"""The column that holds the recipients is found by its heading, else by what it holds."""

import pytest

from app.intake.columns import Channel, recipient_column
from app.intake.refusals import FileRefused


@pytest.mark.parametrize(
    "heading",
    [
        *("phone", "phone number", "Phone_Number", "PHONE-NUMBER", "mobile", "Mobile phone", "mobilnummer", "Mobil"),
        *("telefon", "Tlf", "tlf.", "Tlf.nr", "Telefonnr.", "mobil nr", "recipient", "Mottaker", " phone:", "msisdn"),
    ],
)
def test_a_heading_for_phones_is_known(heading: str) -> None:
    assert recipient_column(["name", heading, "email"], "sms") == 1


@pytest.mark.parametrize(
    "heading",
    ["e-mail", "email", "Email address", "E-post", "epost", "e-postadresse", "EPOST", "mottaker", "recipient"],
)
def test_a_heading_for_email_is_known(heading: str) -> None:
    assert recipient_column(["phone", heading], "email") == 1


@pytest.mark.parametrize(
    ("channel", "columns"), [("sms", ["Telefon", "x", "mobil"]), ("email", ["epost", "x", "Mottaker"])]
)
def test_two_headings_are_refused_and_named(channel: Channel, columns: list[str]) -> None:
    with pytest.raises(FileRefused) as refused:
        recipient_column(columns, channel)

    assert refused.value.code == "two_recipient_columns"
    assert f"{columns[0]}, {columns[2]}" in refused.value.words


def test_no_heading_and_no_addresses_are_refused_with_the_heading_expected() -> None:
    with pytest.raises(FileRefused) as refused:
        recipient_column(["name", "email"], "sms", [("Kari", "kari@example.no")])

    assert refused.value.code == "no_recipient_column"
    assert "phone number" in refused.value.words


def test_without_a_heading_the_only_column_of_mostly_valid_addresses_is_taken() -> None:
    sample = [("Kari", "912 34 567", "22222222")] * 8 + [("Ola", "22222222", "91234567"), ("Per", "", "")]

    assert recipient_column(["a", "b", "c"], "sms", sample) == 1


def test_without_a_heading_two_columns_of_addresses_are_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        recipient_column(["a", "b"], "email", [("kari@example.no", "ola@example.no")])

    assert refused.value.code == "two_recipient_columns"


def test_a_heading_decides_over_what_another_column_holds() -> None:
    assert recipient_column(["a", "phone"], "sms", [("91234567", "hei")]) == 1
