"""Delivery receipts of an SMSC: kept as they came, and read in both notations (SMPP 3.4, 5.3.2 and appendix B)."""

import re
from collections.abc import Iterator, Sequence

from app.gateways import reasons
from app.gateways.contract import Report
from app.gateways.link_reports import BadReports, State
from app.gateways.smpp_pdu import (
    HEADER_OCTETS,
    MESSAGE_STATE,
    NETWORK_ERROR_CODE,
    RECEIPTED_MESSAGE_ID,
    BadPdu,
    Delivered,
    Head,
    delivered,
)
from app.messaging.status import Status

MARK = b"smpp "
"""How a stored body of receipts begins, before the notation of its ids and a line's end."""

_IS_RECEIPT = 0x04 | 0x20
"""A receipt of the SMSC, or a word on the way; without either bit somebody has written to us."""

_ID = re.compile(rb"\bid:\s*([^\s\0]+)", re.IGNORECASE)
_STATE = re.compile(rb"\bstat:\s*([A-Za-z_]+)", re.IGNORECASE)
_ERROR = re.compile(rb"\berr:\s*([^\s\0]+)", re.IGNORECASE)

_ON_THE_WAY = State(Status.SMS_ACCEPTED, "")

STATES: dict[str, State] = {
    "SCHEDULED": _ON_THE_WAY,
    "ENROUTE": _ON_THE_WAY,
    "ACCEPTD": _ON_THE_WAY,
    "DELIVRD": State(Status.SMS_DELIVERED, ""),
    "EXPIRED": State(Status.SMS_FAILED_EXPIRED, reasons.EXPIRED_AT_OPERATOR),
    "DELETED": State(Status.SMS_FAILED_DELETED, reasons.DELETED_AT_OPERATOR),
    "UNDELIV": State(Status.SMS_FAILED_UNDELIVERED, reasons.NO_ROUTE),
    "REJECTD": State(Status.SMS_FAILED_REJECTED, reasons.REJECTED_BY_OPERATOR),
    "UNKNOWN": State(Status.SMS_FAILED, reasons.NO_INFORMATION),
    "FAILED": State(Status.SMS_FAILED, reasons.NO_OPERATOR_TOOK_IT),
    "SKIPPED": State(Status.SMS_FAILED, reasons.NO_OPERATOR_TOOK_IT),
}
"""By the words of the text notation."""

_NUMBERED = (
    "SCHEDULED", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "SKIPPED",
)  # fmt: skip
"""The words by the numbers of `message_state`."""


class BadReceipts(BadReports):
    """The stored body holds no receipts that can be read."""


def is_receipt(octets: bytes) -> bool:
    """Whether a `deliver_sm` or `data_sm` reports on a message of ours; what cannot be read may do so."""
    try:
        found = delivered(octets)
    except BadPdu:
        return True
    return bool(found.esm_class & _IS_RECEIPT) or RECEIPTED_MESSAGE_ID in found.tlvs


def is_readable(octets: bytes) -> bool:
    """Whether `parse_receipts` will take it."""
    try:
        delivered(octets)
    except BadPdu:
        return False
    return True


def body_of(receipts: Sequence[bytes], ids: str) -> bytes:
    """Receipts as they came, with the notation of their ids (`text`, `decimal` or `hex`), in one body."""
    return MARK + ids.encode() + b"\n" + b"".join(receipts)


def parse_receipts(body: bytes) -> list[Report]:
    """The reports in a body that `body_of` has made; raises `BadReceipts`."""
    line, _, octets = body.removeprefix(MARK).partition(b"\n")
    try:
        return [_report(delivered(one), line.decode("ascii", "replace")) for one in _apart(octets)]
    except BadPdu as fault:
        raise BadReceipts(str(fault)) from None


def canonical(reference: str, notation: str) -> str:
    """A message's id in one notation, so that an id in hexadecimal answers and decimal receipts is the same one."""
    base = {"decimal": 10, "hex": 16}.get(notation)
    if base is None:
        return reference
    try:
        return str(int(reference, base))
    except ValueError:
        return reference


def _apart(octets: bytes) -> Iterator[bytes]:
    while octets:
        if len(octets) < HEADER_OCTETS:
            raise BadPdu("A receipt is cut off.")
        length = Head.of(octets).octets
        yield octets[:length]
        octets = octets[length:]


def _report(found: Delivered, ids: str) -> Report:
    word = _word(found)
    status, reason = STATES.get(word.upper(), (None, ""))
    return Report(
        reference=canonical(_reference(found), ids),
        state=status,
        words=word + _error(found),
        reason=reason,
        receiver=found.source,
        may_be_segment=True,
    )


def _reference(found: Delivered) -> str:
    told = found.tlvs.get(RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0]
    return _ascii(told) if told else _first(_ID, found.text)


def _word(found: Delivered) -> str:
    """The text's word where there is one: it tells more, and SMSCs that send both mean the same."""
    written = _first(_STATE, found.text)
    told = found.tlvs.get(MESSAGE_STATE, b"")
    if written.upper() in STATES or not told:
        return written
    number = told[-1]
    return _NUMBERED[number] if number < len(_NUMBERED) else f"message_state {number}"


def _error(found: Delivered) -> str:
    """The operator's own number of what went wrong, where it is told and is not nought."""
    told = found.tlvs.get(NETWORK_ERROR_CODE, b"")
    number = str(int.from_bytes(told[1:3], "big")) if len(told) >= 3 else _first(_ERROR, found.text)
    return f", error {number}" if number.strip("0") else ""


def _first(pattern: re.Pattern[bytes], text: bytes) -> str:
    match = pattern.search(text)
    return _ascii(match.group(1)) if match else ""


def _ascii(octets: bytes) -> str:
    return octets.decode("ascii", "replace")
