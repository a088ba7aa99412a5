"""What comes back of an e-mail: bounces as mail servers write them (RFC 3464), complaints as others do (RFC 5965)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime, localtime

from app.standin.reporter import Reporter, ReportRow

COMPLAINT = "complaint"
_US = "Mail delivery <postmaster@standin.example>"


@dataclass(frozen=True, slots=True)
class Taken:
    """An e-mail that was taken: its envelope and its headers."""

    envelope_from: str
    envelope_to: str
    headers: str


class Returns(Reporter):
    """Posts bounces and complaints, each as one e-mail; `ReportRow.reference` is the returned e-mail's headers."""

    content_type = "message/rfc822"

    def body_of(self, rows: Sequence[ReportRow]) -> bytes:
        """The e-mail that tells of the first row; posts hold no more."""
        row = rows[0]
        sender, _, headers = row.reference.partition("\n")
        return written(Taken(sender, row.receiver, headers), row.state)


def row_of(number: int, taken: Taken, returns: str) -> ReportRow:
    """What is to come back, for `Returns`."""
    return ReportRow(number, f"{taken.envelope_from}\n{taken.headers}", taken.envelope_to, returns)


def written(taken: Taken, returns: str) -> bytes:
    """A complaint, or a bounce with a status code and words."""
    text = _complaint(taken) if returns == COMPLAINT else _bounce(taken, returns)
    return text.replace("\n", "\r\n").encode()


def _complaint(taken: Taken) -> str:
    fields = {
        "Feedback-Type": "abuse",
        "User-Agent": "Standin/1.0",
        "Version": "1",
        "Original-Mail-From": f"<{taken.envelope_from}>",
        "Original-Rcpt-To": f"<{taken.envelope_to}>",
    }
    return _report(taken, "feedback-report", "Complaint about an e-mail", [fields])


def _bounce(taken: Taken, returns: str) -> str:
    code, _, words = returns.partition(" ")
    is_final = code.startswith("5")
    server = {"Reporting-MTA": "dns; standin.example"}
    recipient = {
        "Final-Recipient": f"rfc822; {taken.envelope_to}",
        "Action": "failed" if is_final else "delayed",
        "Status": code,
        "Diagnostic-Code": f"smtp; {550 if is_final else 450} {code} {words or 'Not delivered'}",
    }
    subject = "Undelivered Mail Returned to Sender" if is_final else "Delayed Mail"
    return _report(taken, "delivery-status", subject, [server, recipient])


def _report(taken: Taken, kind: str, subject: str, blocks: list[dict[str, str]]) -> str:
    boundary = f"=-{secrets.token_hex(8)}"
    told = "\n".join("".join(f"{name}: {value}\n" for name, value in block.items()) for block in blocks)
    parts = (
        ("text/plain; charset=utf-8", "This is the mail server of the stand-in.\n"),
        (f"message/{kind}", told),
        ("text/rfc822-headers", f"{taken.headers}\n"),
    )
    head = {
        "From": _US,
        "To": taken.envelope_from,
        "Subject": subject,
        "Date": format_datetime(localtime()),
        "Auto-Submitted": "auto-replied",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/report; report-type={kind}; boundary="{boundary}"',
    }
    headers = "".join(f"{name}: {value}\n" for name, value in head.items())
    body = "".join(f"--{boundary}\nContent-Type: {content_type}\n\n{text}\n" for content_type, text in parts)
    return f"{headers}\n{body}--{boundary}--\n"
