"""Receipts in both notations, made by a codec that is not ours, and in the wild forms that SMSCs have."""

import pytest
import smpp34

from app.gateways import reasons
from app.gateways.contract import Report
from app.gateways.smpp_receipts import BadReceipts, body_of, canonical, is_readable, is_receipt, parse_receipts
from app.messaging.status import Status
from tests.fixtures.smsc import text_receipt


def octets(text: str = "", esm_class: int = 0x04, **tlvs: bytes) -> bytes:
    """A `deliver_sm`."""
    told = [smpp34.Tlv(getattr(smpp34, f"TLV_{name.upper()}"), value) for name, value in tlvs.items()]
    encoded: bytes = smpp34.DeliverSm(
        "4741000000", "Varsel", text.encode("latin-1"), esm_class=esm_class, tlvs=told
    ).encode()
    return encoded


def read(one: bytes, ids: str = "text") -> Report:
    [report] = parse_receipts(body_of([one], ids))
    return report


@pytest.mark.parametrize(
    ("word", "state", "reason"),
    [
        ("DELIVRD", Status.SMS_DELIVERED, ""),
        ("delivrd", Status.SMS_DELIVERED, ""),
        ("EXPIRED", Status.SMS_FAILED_EXPIRED, reasons.EXPIRED_AT_OPERATOR),
        ("DELETED", Status.SMS_FAILED_DELETED, reasons.DELETED_AT_OPERATOR),
        ("UNDELIV", Status.SMS_FAILED_UNDELIVERED, reasons.NO_ROUTE),
        ("REJECTD", Status.SMS_FAILED_REJECTED, reasons.REJECTED_BY_OPERATOR),
        ("UNKNOWN", Status.SMS_FAILED, reasons.NO_INFORMATION),
        ("ACCEPTD", Status.SMS_ACCEPTED, ""),
        ("ENROUTE", Status.SMS_ACCEPTED, ""),
        ("BANANAS", None, ""),
    ],
)
def test_the_text_notation_is_read(word: str, state: Status | None, reason: str) -> None:
    report = read(octets(text_receipt("A1b-2", word)))

    assert (report.reference, report.state, report.reason, report.words) == ("A1b-2", state, reason, word)


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (1, Status.SMS_ACCEPTED),
        (2, Status.SMS_DELIVERED),
        (3, Status.SMS_FAILED_EXPIRED),
        (4, Status.SMS_FAILED_DELETED),
        (5, Status.SMS_FAILED_UNDELIVERED),
        (6, Status.SMS_ACCEPTED),
        (7, Status.SMS_FAILED),
        (8, Status.SMS_FAILED_REJECTED),
        (99, None),
    ],
)
@pytest.mark.parametrize("end", [b"\0", b""])
def test_the_notation_in_optional_fields_is_read(number: int, state: Status | None, end: bytes) -> None:
    report = read(octets(receipted_message_id=b"17" + end, message_state=bytes([number])))

    assert (report.reference, report.state) == ("17", state)


def test_an_operators_own_error_stands_beside_the_word() -> None:
    by_text = read(octets(text_receipt("1", "UNDELIV", "027")))
    by_field = read(octets(receipted_message_id=b"1\0", message_state=b"\x05", network_error_code=b"\x03\x00\x1b"))

    assert by_text.words == "UNDELIV, error 027"
    assert by_field.words == "UNDELIV, error 27"


def test_a_text_that_is_cut_off_after_the_state_is_enough() -> None:
    report = read(octets("id:77 sub:001 dlvrd:001 stat:DELIVRD"))

    assert (report.reference, report.state) == ("77", Status.SMS_DELIVERED)


@pytest.mark.parametrize(
    ("answered", "answers", "received", "receipts"),
    [
        ("7B", "hex", "123", "decimal"),
        ("0000007b", "hex", "0000000123", "decimal"),
        ("123", "decimal", "7b", "hex"),
        ("a-b", "text", "a-b", "text"),
        ("not a number", "hex", "not a number", "decimal"),
    ],
)
def test_an_id_in_hexadecimal_and_in_decimal_is_the_same(
    answered: str, answers: str, received: str, receipts: str
) -> None:
    assert canonical(answered, answers) == canonical(received, receipts)


def test_an_optional_field_that_nobody_knows_does_no_harm() -> None:
    told = [smpp34.Tlv(0x1501, b"vendor"), smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, b"5\0")]
    one = smpp34.DeliverSm("47", "Varsel", b"stat:DELIVRD", esm_class=4, tlvs=told).encode()

    report = read(one)

    assert (report.reference, report.state) == ("5", Status.SMS_DELIVERED)


def test_a_nul_ends_an_id_and_an_error_since_no_row_can_hold_it() -> None:
    by_text = read(octets("id:7\0 stat:UNDELIV err:027\0"))
    by_field = read(octets(receipted_message_id=b"7\x00rest\0", message_state=b"\x05"))

    assert (by_text.reference, by_text.words, by_field.reference) == ("7", "UNDELIV, error 027", "7")


def test_several_receipts_lie_in_one_body() -> None:
    body = body_of([octets(text_receipt(str(n))) for n in range(3)], "text")

    assert [report.reference for report in parse_receipts(body)] == ["0", "1", "2"]


def test_what_people_write_to_us_is_no_receipt() -> None:
    assert not is_receipt(octets("Hei", esm_class=0))
    assert is_receipt(octets(text_receipt("1")))
    assert is_receipt(octets("", esm_class=0, receipted_message_id=b"1\0", message_state=b"\2"))


@pytest.mark.parametrize(
    "harmed", [lambda one: one[:30], lambda one: one[:18], lambda one: one[:4] + b"\xff" * 4 + one[8:]]
)
def test_what_cannot_be_read_is_told_from_what_can(harmed: object) -> None:
    assert callable(harmed)
    one = harmed(octets(text_receipt("1")))
    cut = len(one).to_bytes(4, "big") + one[4:]

    assert is_receipt(cut)
    assert not is_readable(cut)
    with pytest.raises(BadReceipts):
        parse_receipts(body_of([cut], "text"))
