"""How a sender ID must be written in a country, and which names are nobody's or somebody else's."""

from datetime import date

import pytest

from app.country_rules.register import standing_register
from app.country_rules.senders import kind_of, number_origin, objections
from app.country_rules.terms import Confidence, NumberOrigin, Outcome, SenderKind

TODAY = date(2026, 11, 23)


def codes(country: str, sender: str, owner: str | None = None, day: date = TODAY) -> list[str]:
    return [objection.code for objection in objections(standing_register(), country, sender, owner, day)]


@pytest.mark.parametrize(
    ("country", "sender", "found"),
    [
        ("NO", "Altinn", []),
        ("AQ", "Altinn", []),
        ("NO", "Digitaliseringsdirektoratet", ["too_long"]),
        ("NO", "12-34", ["no_letter"]),
        ("FI", "NA", ["too_short"]),
        ("AX", "NA", ["too_short"]),
        ("FI", "NAV", []),
        ("ES", "NA", ["too_short"]),
        ("ES", "NAV (Oslo)", ["characters"]),
        ("ES", "NAV  Oslo", ["spaces"]),
        ("ES", "NAV Oslo", []),
        ("ES", "34612345678", []),
        ("TH", "NAV Oslo", ["characters"]),
        ("TH", "NAV-Oslo", []),
        ("GB", "NAV!", ["characters"]),
        ("GB", "NAV", []),
        ("GB", "61234", []),
        ("GB", "2440", ["short_code"]),
        ("NO", "2440", []),
        ("NO", "info", ["generic"]),
        ("NO", "S-M-S", ["generic"]),
        ("NO", "Infoland", []),
        ("GB", "Appointment", ["generic"]),
        ("NO", "Appointment", []),
        ("GB", "Smith Bank", ["generic_within"]),
        ("GB", "SkattInfo", ["generic_within"]),
        ("GB", "Banken", []),
        ("PH", "REMINDERS", ["generic"]),
    ],
)
def test_what_a_country_has_against_a_sender_is_named(country: str, sender: str, found: list[str]) -> None:
    assert codes(country, sender) == found


def test_france_has_taken_letters_and_digits_only_since_march_2026() -> None:
    assert codes("FR", "Altinn-test", day=date(2026, 2, 28)) == []
    assert codes("FR", "Altinn-test", day=date(2026, 3, 1)) == ["characters"]


def test_an_objection_says_why_and_who_says_so() -> None:
    (objection,) = objections(standing_register(), "ES", "NA", None, TODAY)

    assert objection.words.startswith("In Spain, a name has 3 to 11 characters")
    assert objection.sources == ("arena_es", "esendex_es")


def test_a_generic_word_within_a_name_warns_only() -> None:
    (objection,) = objections(standing_register(), "GB", "Smith Bank", None, TODAY)

    assert (objection.outcome, objection.confidence) == (Outcome.AT_RISK, Confidence.LOW)


@pytest.mark.parametrize(("owner", "found"), [("nav", []), ("skd", ["protected"]), ("", ["protected"]), (None, [])])
def test_a_protected_name_is_for_its_owner_only(owner: str | None, found: list[str]) -> None:
    assert codes("NO", "NAV", owner) == found


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("Altinn", SenderKind.NAME),
        ("1881 info", SenderKind.NAME),
        ("2440", SenderKind.SHORT_CODE),
        ("02800", SenderKind.SHORT_CODE),
        ("4791234567", SenderKind.NUMBER),
    ],
)
def test_digits_are_a_short_code_or_a_number(sender: str, kind: SenderKind) -> None:
    assert kind_of(sender) is kind


@pytest.mark.parametrize(
    ("digits", "country", "origin"),
    [
        ("34612345678", "ES", NumberOrigin.DOMESTIC),
        ("4791234567", "ES", NumberOrigin.FOREIGN),
        ("4779012345", "NO", NumberOrigin.DOMESTIC),
        ("77011234567", "KZ", NumberOrigin.DOMESTIC),
        ("77011234567", "RU", NumberOrigin.FOREIGN),
        ("0", "NO", NumberOrigin.FOREIGN),
        ("9999999999", "NO", NumberOrigin.FOREIGN),
    ],
)
def test_a_number_is_domestic_where_its_own_country_is_the_recipients(
    digits: str, country: str, origin: NumberOrigin
) -> None:
    assert number_origin(digits, country) is origin
