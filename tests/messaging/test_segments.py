"""Segments are counted as phones pack them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging.segments import GSM7, MAX_SEGMENTS, UCS2, WORDS, Forcing, cheaper, count_segments, measure

EMOJI = "\U0001f600"
GSM7_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = set("\f^{}\\[~]|€")


def packed_one_by_one(text: str) -> int:
    """Put one character after the other into segments, as TS 23.040 has it."""
    if set(text) <= GSM7_BASIC | GSM7_EXTENDED:
        costs, alphabet = [2 if character in GSM7_EXTENDED else 1 for character in text], GSM7
    else:
        costs, alphabet = [2 if character > "\uffff" else 1 for character in text], UCS2
    if sum(costs) <= alphabet.single:
        return min(1, len(text))
    segments, used = 1, 0
    for cost in costs:
        if used + cost > alphabet.joined:
            segments, used = segments + 1, 0
        used += cost
    return segments


@pytest.mark.parametrize(
    ("text", "encoding", "used", "segments"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("æ" * 27, "GSM-7", 27, 1),
        ("å" * 160, "GSM-7", 160, 1),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 8, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("ж" * 70, "UCS-2", 70, 1),
        ("ж" * 71, "UCS-2", 71, 2),
        (EMOJI * 35, "UCS-2", 70, 1),
        (EMOJI * 36, "UCS-2", 72, 2),
        (EMOJI * 67, "UCS-2", 134, 3),
        ("\u2019" + "a" * 69, "UCS-2", 70, 1),
        ("\u2019" + "a" * 70, "UCS-2", 71, 2),
        ("đ" + "a" * 69, "UCS-2", 70, 1),
        ("", "GSM-7", 0, 0),
    ],
)
def test_known_texts_are_measured_right(text: str, encoding: str, used: int, segments: int) -> None:
    measured = measure(text)

    assert (measured.encoding, measured.used, measured.segments) == (encoding, used, segments)
    assert count_segments(text) == segments


def test_all_of_gsm7_and_nothing_else_is_gsm7() -> None:
    as_gsm7 = {chr(point) for point in range(0x3000) if measure(chr(point)).encoding == "GSM-7"}

    assert as_gsm7 == GSM7_BASIC | GSM7_EXTENDED
    assert len(as_gsm7) == 127 + 10


typed = (
    st.text()
    | st.text("a€[æ\u2019\n", max_size=700)
    | st.text(f"aж{EMOJI}", max_size=300)
    | st.text("a€", min_size=150)
)


@given(typed)
def test_any_text_packs_as_one_character_after_the_other(text: str) -> None:
    assert count_segments(text) == measure(text).segments == packed_one_by_one(text)


@given(typed)
def test_removing_the_characters_said_saves_one_segment_and_one_fewer_saves_none(text: str) -> None:
    measured = measure(text)

    if measured.segments <= 1:
        assert measured.remove_for_one_less is None
        return
    removed = measured.remove_for_one_less
    assert removed
    assert count_segments(text[: len(text) - removed]) < measured.segments
    assert count_segments(text[: len(text) - removed + 1]) == measured.segments


@given(st.text("a€ж", max_size=400))
def test_what_is_left_in_the_segment_can_still_be_written(text: str) -> None:
    measured = measure(text)

    if measured.segments == 0:
        assert measured.left_in_segment == 160
        return
    filler = "a" * measured.left_in_segment
    assert count_segments(text + filler) == measured.segments
    assert count_segments(text + filler + "a") == measured.segments + 1


def test_the_characters_that_force_ucs2_are_named_in_order_with_their_replacement() -> None:
    measured = measure("“Hei” č… 10\u00a0kr\u200b \u2013 “nå”")

    assert measured.forcing == (
        Forcing("“", 2, '"'),
        Forcing("”", 2, '"'),
        Forcing("č", 1, None),
        Forcing("…", 1, "..."),
        Forcing("\u00a0", 1, " "),
        Forcing("\u200b", 1, ""),
        Forcing("\u2013", 1, "-"),
    )
    assert [forcing.advice for forcing in measured.forcing] == [
        "replace",
        "replace",
        "keep",
        "replace",
        "replace",
        "remove",
        "replace",
    ]


@pytest.mark.parametrize("letter", "áÁčČđĐŋŊšŠŧŦžŽ")
def test_a_sami_letter_is_never_to_be_replaced(letter: str) -> None:
    (forcing,) = measure(letter).forcing

    assert forcing.replacement is None
    assert "keep" in WORDS[forcing.advice]
    assert cheaper(letter) == letter


def test_a_letter_and_its_ring_typed_apart_are_written_as_one() -> None:
    assert measure("ga\u030a").forcing == (Forcing("a\u030a", 1, "å"),)
    assert cheaper("ga\u030a") == "gå"


@given(typed)
def test_the_cheaper_text_never_costs_more_and_keeps_nothing_that_has_a_replacement(text: str) -> None:
    cheap = cheaper(text)

    assert all(forcing.replacement is None for forcing in measure(cheap).forcing)
    assert measure(cheap).encoding == "GSM-7" or count_segments(cheap) <= count_segments(text) + cheap.count("...")


def test_more_than_sixteen_segments_is_too_long() -> None:
    assert not measure("a" * 153 * MAX_SEGMENTS).too_long
    assert measure("a" * (153 * MAX_SEGMENTS + 1)).too_long
