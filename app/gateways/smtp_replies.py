"""What an SMTP server's refusal means, by its code, its enhanced code (RFC 3463) and the step at which it came."""

import re
from dataclasses import dataclass
from enum import Enum

from app.gateways import reasons
from app.gateways.contract import Refused, RefusedForNow
from app.messaging.status import Status

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)


class Step(Enum):
    """How far a message had come when the server answered."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    DATA = "DATA"
    CONTENTS = "the contents"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the server: its code, its enhanced code (empty where it gives none) and its words."""

    code: int
    enhanced: str
    words: str

    @classmethod
    def of(cls, code: int, words: bytes | str) -> "Reply":
        """The reply as `smtplib` hands it out, on one line and without the NUL that no row can hold."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        text = " ".join(text.replace("\0", "").split())
        found = _ENHANCED.match(text)
        return cls(code, found.group(1) if found else "", f"{code} {text}".rstrip())

    @property
    def shown_code(self) -> str:
        """The most precise code there is."""
        return self.enhanced or str(self.code)


_BY_ENHANCED: tuple[tuple[str, Status, str], ...] = (
    ("5.1.0", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    ("5.1.1", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    ("5.1.2", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    ("5.1.3", Status.EMAIL_FAILED_INVALID_FORMAT, reasons.ADDRESS_FORM),
    ("5.1.6", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    ("5.1.7", Status.EMAIL_FAILED, reasons.SENDER_REFUSED),
    ("5.1.8", Status.EMAIL_FAILED, reasons.SENDER_REFUSED),
    ("5.1.10", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    ("5.2.1", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    ("5.2.2", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_FULL),
    ("5.2.3", Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE, reasons.TOO_LARGE),
    ("5.3.4", Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE, reasons.TOO_LARGE),
)
_BY_CODE: dict[int, tuple[Status, str]] = {
    501: (Status.EMAIL_FAILED_INVALID_FORMAT, reasons.ADDRESS_FORM),
    550: (Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    551: (Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
    552: (Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE, reasons.TOO_LARGE),
    553: (Status.EMAIL_FAILED_INVALID_FORMAT, reasons.ADDRESS_FORM),
}
_ANYTHING_ELSE = (Status.EMAIL_FAILED, reasons.GATEWAY_REFUSED)

_SAYS_SPAM = re.compile(r"\b(spam|junk|bulk mail|unsolicited)\b", re.IGNORECASE)
_SAYS_QUARANTINE = re.compile(r"\bquarantin", re.IGNORECASE)


def outcome_of(step: Step, reply: Reply) -> Refused | RefusedForNow:
    """For now where the server says so (4xx), or breaks the protocol; for good where it says so (5xx)."""
    if not 500 <= reply.code < 600:
        return RefusedForNow(reply.words, reply.shown_code, of_message=reply.code != 421)
    status, reason = _meaning(step, reply)
    return Refused(status, reason, reply.words, reply.shown_code)


def bounce_of(enhanced: str, words: str) -> tuple[Status, str]:
    """What a bounce means, by its status code, empty where it has none, and the words of whoever sent it back."""
    if _SAYS_QUARANTINE.search(words):
        return Status.EMAIL_FAILED_QUARANTINED, reasons.QUARANTINED
    if enhanced.startswith("5.7."):
        is_spam = bool(_SAYS_SPAM.search(words))
        return _forbidden(Step.CONTENTS if is_spam else Step.RECIPIENT)
    if enhanced.startswith("4."):
        return Status.EMAIL_FAILED, reasons.NOT_DELIVERED_IN_TIME
    return _enhanced(enhanced) or (Status.EMAIL_FAILED_BOUNCED, reasons.SENT_BACK)


def _enhanced(code: str) -> tuple[Status, str] | None:
    return next(((status, reason) for enhanced, status, reason in _BY_ENHANCED if enhanced == code), None)


def _meaning(step: Step, reply: Reply) -> tuple[Status, str]:
    if step is Step.SENDER:
        return Status.EMAIL_FAILED, reasons.SENDER_REFUSED
    found = _enhanced(reply.enhanced)
    if found is not None:
        return found
    if reply.enhanced.startswith("5.7."):
        return _forbidden(step)
    if step is Step.RECIPIENT:
        return _BY_CODE.get(reply.code, _ANYTHING_ELSE)
    return _of_contents(reply)


def _forbidden(step: Step) -> tuple[Status, str]:
    """A rule that strikes once the contents are read is about them; before, it is about us, for example relaying."""
    if step is Step.CONTENTS:
        return Status.EMAIL_FAILED_FILTERED_SPAM, reasons.TAKEN_FOR_SPAM
    return Status.EMAIL_FAILED, reasons.REFUSED_BY_POLICY


def _of_contents(reply: Reply) -> tuple[Status, str]:
    """After the contents a bare 552 is about their size; a bare 550 or 554 does not say what it is about."""
    return _BY_CODE[552] if reply.code == 552 else _ANYTHING_ELSE
