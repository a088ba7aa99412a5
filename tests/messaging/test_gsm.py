"""GSM-7 as octets: the tables and the packing of 3GPP TS 23.038."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messaging import gsm
from app.messaging.segments import BASIC, EXTENDED_CODES, GSM7, UCS2, count_segments, cut

GSM7_TEXTS = st.text(alphabet=BASIC + "".join(EXTENDED_CODES), max_size=800)


def unpacked(octets: bytes, count: int, fill_bits: int = 0) -> bytes:
    """The septets, read bit by bit as a phone does."""
    bits = "".join(f"{octet:08b}"[::-1] for octet in octets)[fill_bits:]
    return bytes(int(bits[place * 7 : place * 7 + 7][::-1], 2) for place in range(count))


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("hellohello", "E8329BFD4697D9EC37"),
        ("Hi", "C834"),
        ("@", "00"),
        ("", ""),
    ],
)
def test_a_text_is_packed_as_others_pack_it(text: str, octets: str) -> None:
    assert gsm.packed(gsm.septets(text)).hex().upper() == octets


def test_the_tables_are_those_of_the_specification() -> None:
    codes = gsm.septets(cut("@Δ ¡¿§à€[]{}\\^~|")[1][0])

    assert (
        codes.hex() == "00102040605f7f" + "1b65" + "1b3c" + "1b3e" + "1b28" + "1b29" + "1b2f" + "1b14" + "1b3d" + "1b40"
    )


def test_seven_empty_bits_at_the_end_are_a_carriage_return_and_no_at_sign() -> None:
    octets = gsm.packed(gsm.septets("1234567"))

    assert unpacked(octets, 8) == b"1234567\r"


@given(GSM7_TEXTS, st.integers(0, 6))
def test_what_is_packed_is_unpacked_the_same(text: str, fill_bits: int) -> None:
    for units in cut(text)[1]:
        codes = gsm.septets(units)

        assert unpacked(gsm.packed(codes, fill_bits), len(codes), fill_bits) == codes


@given(st.text(max_size=400) | GSM7_TEXTS)
def test_a_text_is_cut_into_as_many_segments_as_are_counted(text: str) -> None:
    alphabet, segments = cut(text)

    assert len(segments) == count_segments(text)
    assert all(len(units) <= (alphabet.joined if len(segments) > 1 else alphabet.single) for units in segments)


@given(st.text(min_size=1, max_size=400))
def test_no_segment_ends_within_a_pair(text: str) -> None:
    alphabet, segments = cut(text)

    for units in segments:
        assert alphabet is UCS2 or not units.endswith("\x1b")
        assert alphabet is GSM7 or not "\ud800" <= units[-1] <= "\udbff"
    if alphabet is UCS2:
        assert b"".join(map(gsm.utf16, segments)).decode("utf-16-be", "surrogatepass") == text
