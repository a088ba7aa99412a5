"""Bounces and complaints as mail servers of all kinds write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways import Report, reasons
from app.gateways.email_reports import MOST_DIAGNOSTIC, MOST_WORDS, parse_email
from app.gateways.link_reports import BadReports
from app.messaging.status import Status

OURS = "<17-1.0123456789abcdef@varsel.example>"

POSTFIX = f"""Return-Path: <>
To: post@ttd.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x/y"

--x/y
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--x/y
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.eksempel.no
X-Postfix-Queue-ID: 0DE3D1
Arrival-Date: Mon, 23 Nov 2026 22:00:00 +0100 (CET)

Final-Recipient: rfc822; kari@eksempel.no
Original-Recipient: rfc822;kari@eksempel.no
Action: {{action}}
Status: {{status}}
Remote-MTA: dns; mx.eksempel.no
Diagnostic-Code: smtp; {{words}}

--x/y
Content-Description: Undelivered Message
Content-Type: {{returned}}

From: Testdepartementet <post@ttd.example>
To: kari@eksempel.no
Message-ID: {OURS}
Subject: Hei

--x/y--
"""

COMPLAINT = f"""From: <abusedesk@example.com>
To: <abuse@varsel.example>
Subject: FW: Earn money
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {{kind}}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <bounce+17-1.0123456789abcdef@varsel.example>
Original-Rcpt-To: <user@example.com>

--part1
Content-Type: message/rfc822
Content-Disposition: inline

From: <post@ttd.example>
Message-ID: {OURS}
Subject: Hei

Hei.
--part1--
"""


def bounce(
    status: str = "5.1.1",
    words: str = "550 5.1.1 User unknown",
    action: str = "failed",
    returned: str = "text/rfc822-headers",
) -> str:
    """A bounce as Postfix writes it."""
    return POSTFIX.format(status=status, words=words, action=action, returned=returned)


def read(text: str) -> Report:
    [report] = parse_email(text.encode())
    return report


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_bounce_is_known_by_what_it_sends_back(returned: str) -> None:
    report = read(bounce(returned=returned))

    assert (report.reference, report.state) == (OURS, Status.EMAIL_FAILED_BOUNCED)
    assert report.reason == reasons.MAILBOX_UNKNOWN


def test_a_bounce_that_sends_nothing_back_is_known_by_the_address_it_came_to() -> None:
    text = bounce().replace("post@ttd.example\nSubject", "bounce+17-1.0123456789abcdef@varsel.example\nSubject")
    without = text.replace(f"Message-ID: {OURS}\n", "")

    assert read(without).reference == OURS


@pytest.mark.parametrize(
    ("status", "words", "state", "reason"),
    [
        ("5.1.1", "550 User unknown", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_UNKNOWN),
        ("5.1.3", "553 Bad address", Status.EMAIL_FAILED_INVALID_FORMAT, reasons.ADDRESS_FORM),
        ("5.2.2", "552 Mailbox full", Status.EMAIL_FAILED_BOUNCED, reasons.MAILBOX_FULL),
        ("5.3.4", "552 Too big", Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE, reasons.TOO_LARGE),
        ("5.7.1", "550 Looks like spam", Status.EMAIL_FAILED_FILTERED_SPAM, reasons.TAKEN_FOR_SPAM),
        ("5.7.1", "550 Not allowed", Status.EMAIL_FAILED, reasons.REFUSED_BY_POLICY),
        ("5.7.0", "550 Message quarantined", Status.EMAIL_FAILED_QUARANTINED, reasons.QUARANTINED),
        ("5.0.0", "550 No", Status.EMAIL_FAILED_BOUNCED, reasons.SENT_BACK),
        ("4.4.7", "Delivery time expired", Status.EMAIL_FAILED, reasons.NOT_DELIVERED_IN_TIME),
        ("", "", Status.EMAIL_FAILED_BOUNCED, reasons.SENT_BACK),
    ],
)
def test_a_status_code_becomes_a_status_and_a_reason(status: str, words: str, state: Status, reason: str) -> None:
    report = read(bounce(status, words))

    assert (report.state, report.reason) == (state, reason)


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("delayed", Status.EMAIL_SUCCEEDED),
        ("relayed", Status.EMAIL_SUCCEEDED),
        ("expanded", Status.EMAIL_SUCCEEDED),
        ("delivered", Status.EMAIL_DELIVERED),
        ("bananas", None),
    ],
)
def test_a_word_on_the_way_is_no_failure(action: str, state: Status | None) -> None:
    assert read(bounce("4.4.1", action=action)).state is state


@pytest.mark.parametrize("kind", ["abuse", "fraud"])
def test_whoever_complains_has_got_it(kind: str) -> None:
    report = read(COMPLAINT.format(kind=kind))

    assert (report.reference, report.state, report.reason) == (OURS, Status.EMAIL_DELIVERED, reasons.COMPLAINED)


def test_a_complaint_of_an_unknown_kind_is_kept_without_a_meaning() -> None:
    assert read(COMPLAINT.format(kind="bananas")).state is None


def test_no_address_is_kept_among_the_words() -> None:
    report = read(bounce(words="550 5.1.1 <kari@eksempel.no>: Recipient address rejected"))

    assert report.words == "failed 5.1.1 550 5.1.1 <…>: Recipient address rejected"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Subject: Hei\n\nHei.",
        "Subject: Out of office\nAuto-Submitted: auto-replied\n\nI am away.",
        bounce().replace(OURS, "<somebody@else.example>"),
        COMPLAINT.format(kind="abuse").replace("17-1.0123456789abcdef", "nobody"),
    ],
)
def test_what_reports_on_nothing_of_ours_is_refused(text: str) -> None:
    with pytest.raises(BadReports):
        parse_email(text.encode())


def test_parts_within_parts_without_end_are_refused_like_any_e_mail_that_is_not_ours() -> None:
    parts = "".join(f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(3_000))

    with pytest.raises(BadReports):
        parse_email(f"Content-Type: multipart/mixed; boundary=b0\n\n{parts}".encode())


def test_a_diagnosis_is_read_no_longer_than_a_reply_can_be() -> None:
    report = read(bounce("5.0.0", words="550 " + "a " * MOST_DIAGNOSTIC + "quarantined"))

    assert report.state is Status.EMAIL_FAILED_BOUNCED
    assert len(report.words) == MOST_WORDS


def test_words_hold_no_nul_which_no_row_could_hold() -> None:
    assert read(bounce(words="550 No\0 such user")).words == "failed 5.1.1 550 No such user"


@given(st.binary(max_size=2000) | st.integers(0, 3000).map(lambda cut: bounce().encode()[:cut]))
def test_nothing_in_an_e_mail_breaks_the_reading(email: bytes) -> None:
    try:
        reports = parse_email(email)
    except BadReports:
        return
    assert [report.reference for report in reports] == [OURS]
