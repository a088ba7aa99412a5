"""What goes out to an SMSC, read by a codec that is not ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from app.gateways import Message
from app.gateways.smpp_pdu import written
from app.gateways.smpp_submit import Writing, operations, validity_period
from app.messaging.segments import count_segments

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
UNPACKED, PACKED = Writing(packed=False, payload=False), Writing(packed=True, payload=False)
PAYLOAD = Writing(packed=False, payload=True)


def sent(text: str, writing: Writing = UNPACKED, sender: str = "Altinn", **more: Any) -> list[Any]:
    """The operations of a message as the other codec reads them."""
    message = Message(1, "+4741000000", sender, text, **more)
    return [
        smpp34.decode(written("submit_sm", number, 0, fields))
        for number, fields in enumerate(operations(message, writing, NOW), 1)
    ]


def test_a_short_text_is_one_operation_that_asks_for_a_receipt() -> None:
    [one] = sent("Hei på deg", expires_at=NOW + timedelta(hours=48))

    assert (one.dest_addr_ton, one.dest_addr_npi, one.destination_addr) == (1, 1, "4741000000")
    assert (one.data_coding, one.esm_class, one.short_message) == (0, 0, b"Hei p\x0f deg")
    assert (one.registered_delivery, one.validity_period) == (1, "000002000000000R")


@pytest.mark.parametrize(
    ("sender", "ton", "npi", "address"),
    [("Altinn", 5, 0, "Altinn"), ("2660", 3, 0, "2660"), ("4741000000", 1, 1, "4741000000"), ("+4741", 3, 0, "4741")],
)
def test_a_sender_says_what_kind_of_address_it_is(sender: str, ton: int, npi: int, address: str) -> None:
    [one] = sent("Hei", sender=sender)

    assert (one.source_addr_ton, one.source_addr_npi, one.source_addr) == (ton, npi, address)


def test_what_gsm7_lacks_goes_as_ucs2() -> None:
    [one] = sent("Čáhppes 😀")

    assert one.data_coding == 8
    assert one.short_message.decode("utf-16-be") == "Čáhppes 😀"


def test_an_smsc_that_wants_it_packed_gets_it_packed() -> None:
    [one] = sent("hellohello", PACKED)

    assert one.short_message.hex() == "e8329bfd4697d9ec37"


@given(st.text(min_size=1, max_size=500))
def test_each_segment_of_a_long_text_has_its_header_and_fits(text: str) -> None:
    for writing in (UNPACKED, PACKED):
        parts = sent(text, writing)

        assert len(parts) == count_segments(text)
        assert all(part.sm_length <= (160 if part.data_coding == 0 and writing is UNPACKED else 140) for part in parts)
        if len(parts) > 1:
            headers = [part.short_message[:6] for part in parts]
            assert {part.esm_class for part in parts} == {0x40}
            assert [header[4:] for header in headers] == [bytes((len(parts), n)) for n in range(1, len(parts) + 1)]
            assert {header[:3] for header in headers} == {b"\x05\x00\x03"}
            assert len({header[3] for header in headers}) == 1


def test_a_long_text_as_payload_is_one_operation_without_headers() -> None:
    [one] = sent("x" * 400, PAYLOAD)

    assert (one.esm_class, one.sm_length) == (0, 0)
    assert [(tlv.tag, tlv.value) for tlv in one.tlvs] == [(smpp34.TLV_MESSAGE_PAYLOAD, b"x" * 400)]


@pytest.mark.parametrize(
    ("left", "written_as"),
    [
        (timedelta(hours=48), "000002000000000R"),
        (timedelta(minutes=1, seconds=30), "000000000130000R"),
        (timedelta(hours=71, minutes=59, seconds=59), "000002235959000R"),
        (timedelta(seconds=-5), "000000000001000R"),
    ],
)
def test_the_validity_is_what_is_left_of_the_time_to_live(left: timedelta, written_as: str) -> None:
    assert validity_period(NOW + left, NOW) == written_as


def test_without_a_time_to_live_the_smsc_uses_its_own() -> None:
    assert validity_period(None, NOW) == ""
