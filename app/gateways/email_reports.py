"""What comes back of an e-mail: bounces (RFC 3464) and complaints (RFC 5965), as posted or as they lie in a mailbox."""

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message as Mail
from email.policy import compat32

from app.gateways import reasons
from app.gateways.contract import Report
from app.gateways.link_reports import BadReports, State
from app.gateways.smtp_replies import bounce_of
from app.messaging.status import Status

MARK = b"email\n"
"""How a stored body begins that holds one e-mail as it came."""

MOST_WORDS = 500
MOST_DIAGNOSTIC = 2_000
"""More than a server's reply holds; whoever wrote the bounce does not decide how long we read it."""

_OURS = r"\d{1,19}-\d{1,5}\.[0-9a-f]{16}"
_OUR_MESSAGE_ID = re.compile(rf"<{_OURS}@[^<>\s]+>")
_OUR_RETURN_ADDRESS = re.compile(rf"\+({_OURS}@[^<>\s,]+)")
_RETURN_FIELDS = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "Original-Mail-From")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

_ADDRESS = re.compile(r"<?[^\s<>;:,]+@[^\s<>;:,]+>?")
"""Servers quote the recipient, which does not belong among words."""

_ON_THE_WAY = State(Status.EMAIL_SUCCEEDED, "")
_ACTIONS: dict[str, State] = {
    "delivered": State(Status.EMAIL_DELIVERED, ""),
    "delayed": _ON_THE_WAY,
    "relayed": _ON_THE_WAY,
    "expanded": _ON_THE_WAY,
}
"""RFC 3464, 2.3.3, but for `failed`, of which the status code tells more."""

_COMPLAINTS: dict[str, State] = {
    "abuse": State(Status.EMAIL_DELIVERED, reasons.COMPLAINED),
    "fraud": State(Status.EMAIL_DELIVERED, reasons.COMPLAINED),
    "not-spam": State(Status.EMAIL_DELIVERED, ""),
}
"""RFC 5965, 3.1: whoever complains about an e-mail has got it."""


def parse_email(body: bytes) -> list[Report]:
    """The reports in one e-mail; raises `BadReports` where it reports on nothing of ours, or cannot be read."""
    try:
        return _reports(body)
    except (RecursionError, ValueError, LookupError) as fault:
        # Anybody may write to the address, and parts within parts without end exhaust the library's stack.
        raise BadReports("The e-mail is written so that it cannot be read.") from fault


def _reports(body: bytes) -> list[Report]:
    mail = message_from_bytes(body.removeprefix(MARK), policy=compat32)
    fields = _reported(mail)
    if not fields:
        raise BadReports("The e-mail is neither a bounce nor a complaint.")
    reference = _reference(mail)
    if not reference:
        raise BadReports("The e-mail reports on no e-mail of ours.")
    return [_report(reference, told) for told in fields[:1]]


def _reported(mail: Mail) -> list[Mail]:
    """What is told of each recipient, failures first, or of the complaint; ours have one recipient each."""
    recipients = [fields for fields in _blocks(mail, "message/delivery-status") if "Action" in fields]
    recipients.sort(key=lambda fields: _field(fields, "Action").lower() != "failed")
    return [*recipients, *(fields for fields in _blocks(mail, "message/feedback-report") if "Feedback-Type" in fields)]


def _blocks(mail: Mail, kind: str) -> Iterator[Mail]:
    for part in mail.walk():
        if part.get_content_type() == kind:
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Mail)) if isinstance(blocks, list) else ()


def _reference(mail: Mail) -> str:
    """Our own `Message-ID`: told by the address that it came back to, or in what was sent back."""
    told = (_field(part, name) for part in mail.walk() for name in _RETURN_FIELDS)
    for address in told:
        found = _OUR_RETURN_ADDRESS.search(address)
        if found:
            return f"<{found.group(1)}>"
    return next(_references(mail), "")


def _references(mail: Mail) -> Iterator[str]:
    for part in mail.walk():
        if part is not mail:
            yield from _OUR_MESSAGE_ID.findall(_field(part, "Message-ID"))
        if part.get_content_type() == "text/rfc822-headers":
            returned = part.get_payload(decode=True)
            if isinstance(returned, bytes):
                headers = message_from_string(returned.decode("utf-8", "replace"), policy=compat32)
                yield from _OUR_MESSAGE_ID.findall(_field(headers, "Message-ID"))


def _report(reference: str, told: Mail) -> Report:
    state, words = _complaint(told) if "Feedback-Type" in told else _delivery(told)
    status, reason = state if state is not None else (None, "")
    return Report(reference, status, words[:MOST_WORDS], reason)


def _complaint(told: Mail) -> tuple[State | None, str]:
    kind = _field(told, "Feedback-Type").lower()
    return _COMPLAINTS.get(kind), f"complaint: {kind}"


def _delivery(told: Mail) -> tuple[State | None, str]:
    action, status = _field(told, "Action").lower(), _STATUS.search(_field(told, "Status"))
    code = status.group() if status else ""
    diagnostic = _field(told, "Diagnostic-Code")[:MOST_DIAGNOSTIC].partition(";")[2].strip()
    words = " ".join(part for part in (action, code, _ADDRESS.sub("<…>", diagnostic)) if part)
    if action != "failed":
        return _ACTIONS.get(action), words
    return State(*bounce_of(code, diagnostic)), words


def _field(mail: Mail, name: str) -> str:
    """A field on one line, without the NUL that no row can hold; empty where it is not there."""
    return " ".join(str(mail.get(name, "")).replace("\0", "").split())
