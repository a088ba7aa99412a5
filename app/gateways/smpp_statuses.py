"""What an SMSC's `command_status` means (SMPP 3.4, table 5-2): for now, or for good and why."""

from app.gateways import reasons
from app.gateways.contract import Refused, RefusedForNow
from app.messaging.status import Status

OK = 0x00
INVALID_COMMAND = 0x03
MESSAGE_QUEUE_FULL = 0x14
THROTTLED = 0x58
TRY_AGAIN_LATER = 0x64
"""`ESME_RX_T_APPN`: how we refuse a receipt that we cannot store just now."""

TOO_FAST = frozenset({MESSAGE_QUEUE_FULL, THROTTLED})
"""The SMSC takes nothing more for a while, whatever the message."""

_FOR_NOW = frozenset(
    {
        0x04,
        0x05,
        0x08,
        0x0D,
        0x0E,
        0x0F,
        MESSAGE_QUEUE_FULL,
        0x15,
        0x53,
        THROTTLED,
        TRY_AGAIN_LATER,
    }
)
"""About the SMSC or our account, not the message: an account out of order must not fail messages for good."""

NAMES: dict[int, str] = {
    0x01: "ESME_RINVMSGLEN",
    0x02: "ESME_RINVCMDLEN",
    INVALID_COMMAND: "ESME_RINVCMDID",
    0x04: "ESME_RINVBNDSTS",
    0x05: "ESME_RALYBND",
    0x06: "ESME_RINVPRTFLG",
    0x07: "ESME_RINVREGDLVFLG",
    0x08: "ESME_RSYSERR",
    0x0A: "ESME_RINVSRCADR",
    0x0B: "ESME_RINVDSTADR",
    0x0C: "ESME_RINVMSGID",
    0x0D: "ESME_RBINDFAIL",
    0x0E: "ESME_RINVPASWD",
    0x0F: "ESME_RINVSYSID",
    0x11: "ESME_RCANCELFAIL",
    0x13: "ESME_RREPLACEFAIL",
    MESSAGE_QUEUE_FULL: "ESME_RMSGQFUL",
    0x15: "ESME_RINVSERTYP",
    0x33: "ESME_RINVNUMDESTS",
    0x34: "ESME_RINVDLNAME",
    0x40: "ESME_RINVDESTFLAG",
    0x42: "ESME_RINVSUBREP",
    0x43: "ESME_RINVESMCLASS",
    0x44: "ESME_RCNTSUBDL",
    0x45: "ESME_RSUBMITFAIL",
    0x48: "ESME_RINVSRCTON",
    0x49: "ESME_RINVSRCNPI",
    0x50: "ESME_RINVDSTTON",
    0x51: "ESME_RINVDSTNPI",
    0x53: "ESME_RINVSYSTYP",
    0x54: "ESME_RINVREPFLAG",
    0x55: "ESME_RINVNUMMSGS",
    THROTTLED: "ESME_RTHROTTLED",
    0x61: "ESME_RINVSCHED",
    0x62: "ESME_RINVEXPIRY",
    0x63: "ESME_RINVDFTMSGID",
    TRY_AGAIN_LATER: "ESME_RX_T_APPN",
    0x65: "ESME_RX_P_APPN",
    0x66: "ESME_RX_R_APPN",
    0x67: "ESME_RQUERYFAIL",
    0xC0: "ESME_RINVOPTPARSTREAM",
    0xC1: "ESME_ROPTPARNOTALLWD",
    0xC2: "ESME_RINVPARLEN",
    0xC3: "ESME_RMISSINGOPTPARAM",
    0xC4: "ESME_RINVOPTPARAMVAL",
    0xFE: "ESME_RDELIVERYFAILURE",
    0xFF: "ESME_RUNKNOWNERR",
}

_RECIPIENT = (Status.SMS_FAILED_INVALID_RECIPIENT, reasons.INVALID_RECIPIENT)
_SENDER = (Status.SMS_FAILED_REJECTED, reasons.SENDER_ID_REFUSED)
_LENGTH = (Status.SMS_FAILED, reasons.TEXT_TOO_LONG)
_ANYTHING_ELSE = (Status.SMS_FAILED, reasons.GATEWAY_REFUSED)

_FOR_GOOD: dict[int, tuple[Status, str]] = {
    0x01: _LENGTH,
    0x0A: _SENDER,
    0x0B: _RECIPIENT,
    0x48: _SENDER,
    0x49: _SENDER,
    0x50: _RECIPIENT,
    0x51: _RECIPIENT,
    0x66: (Status.SMS_FAILED_REJECTED, reasons.REJECTED_BY_OPERATOR),
    0xFE: (Status.SMS_FAILED_UNDELIVERED, reasons.NO_ROUTE),
}


def words_of(status: int) -> str:
    """The specification's own name of a status, or its number where the SMSC has its own."""
    return NAMES.get(status, f"command_status 0x{status:08X}")


def refusal(status: int, retry_after_s: float | None = None) -> Refused | RefusedForNow:
    """What a status other than `OK` means for the message; a status of the SMSC's own is for good."""
    words, code = words_of(status), f"0x{status:02X}"
    if status in _FOR_NOW:
        return RefusedForNow(words, code, retry_after_s)
    found, reason = _FOR_GOOD.get(status, _ANYTHING_ELSE)
    return Refused(found, reason, words, code)
