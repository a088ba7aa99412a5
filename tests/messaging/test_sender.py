"""Senders that the gateway takes and phones show whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.sender import WORDS, InvalidSender, check_sender


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        ("Altinn-test", "Altinn-test"),
        ("  NAV ", "NAV"),
        ("A", "A"),
        ("1881 info", "1881 info"),
        ("R&D (1.0)!", "R&D (1.0)!"),
        ("2440", "2440"),
        ("02800", "02800"),
        ("4791234567", "4791234567"),
        ("+4791234567", "4791234567"),
        ("0047 912 34 567", "4791234567"),
        ("+6831234", "6831234"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_sender_is_taken(text: str, sender: str) -> None:
    assert check_sender(text) == sender


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("Skatteetaten", "too_long"),
        ("Digitaliseringsdirektoratet", "too_long"),
        ("Bærum", "characters"),
        ("Nav_test", "characters"),
        ("NAV\u00a0Oslo", "characters"),
        ("NAV\nOslo", "characters"),
        ("12-34", "no_letter"),
        ("...", "no_letter"),
        ("123", "number_length"),
        ("123456", "number_length"),
        ("1234567890123456", "number_length"),
        ("0912345678", "leading_zero"),
        ("+02800", "leading_zero"),
        ("\u0664\u0667912345678", "characters"),
    ],
)
def test_a_sender_that_would_be_refused_or_cut_is_named(text: str, code: str) -> None:
    with pytest.raises(InvalidSender) as refused:
        check_sender(text)

    assert refused.value.code == code
    assert refused.value.words == WORDS[code]


@given(st.text() | st.text("aZ09 +-_", max_size=16))
def test_a_sender_taken_is_taken_again_as_it_is(text: str) -> None:
    try:
        sender = check_sender(text)
    except InvalidSender:
        return

    assert check_sender(sender) == sender
    assert len(sender) <= (15 if sender.isdigit() else 11)
