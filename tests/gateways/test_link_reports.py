"""LINK's delivery reports as they come to the webhook."""

from datetime import UTC, datetime

import pytest

from app.gateways.link_reports import BadReports, answer_reports, parse_reports
from app.messaging.reasons import REASONS
from app.messaging.status import Status


def post(state="DELIVRD", at="<DELIVERYTIME>2026.01.22 12:38:57</DELIVERYTIME>", declared="iso-8859-1"):
    return (
        f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE MSGLST SYSTEM "pswincom_report_request.dtd">'
        f"<MSGLST><MSG><ID>1</ID><REF>529</REF><RCV>4791234567</RCV><STATE>{state}</STATE>{at}</MSG></MSGLST>"
    ).encode(declared)


def test_a_report_says_who_what_and_when():
    [report] = parse_reports(post())

    assert (report.reference, report.receiver, report.number) == ("529", "4791234567", "1")
    assert (report.state, report.words) == (Status.SMS_DELIVERED, "DELIVRD")
    assert report.at == datetime(2026, 1, 22, 11, 38, 57, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("DELIVRD", Status.SMS_DELIVERED),
        ("EXPIRED", Status.SMS_FAILED_EXPIRED),
        ("DELETED", Status.SMS_FAILED_DELETED),
        ("UNDELIV", Status.SMS_FAILED_UNDELIVERED),
        ("REJECTD", Status.SMS_FAILED_REJECTED),
        ("FAILED", Status.SMS_FAILED),
        ("NULL", Status.SMS_FAILED),
        ("UNKNOWN", Status.SMS_FAILED),
        ("BARRED", Status.SMS_FAILED_BARRED_RECEIVER),
        ("BARREDA", Status.SMS_FAILED_REJECTED),
        ("ZEROBAL", Status.SMS_FAILED),
    ],
)
def test_every_state_has_its_status_and_a_failure_its_reason_in_words(state, status):
    [report] = parse_reports(post(state))

    assert report.state is status
    assert (report.reason in REASONS) is (status is not Status.SMS_DELIVERED)


def test_an_unknown_state_is_kept_in_the_gateways_words():
    [report] = parse_reports(post("BLÅBÆR"))

    assert report.state is None
    assert report.words == "BLÅBÆR"


def test_a_report_in_utf_8_is_read_too():
    [report] = parse_reports(post("BLÅBÆR", declared="utf-8"))

    assert report.words == "BLÅBÆR"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026.07.22 12:38:57", datetime(2026, 7, 22, 10, 38, 57, tzinfo=UTC)),
        ("202607221238", datetime(2026, 7, 22, 10, 38, tzinfo=UTC)),
        ("2026-07-22T12:38:57", datetime(2026, 7, 22, 10, 38, 57, tzinfo=UTC)),
        ("2026.13.41 99:99:99", None),
        ("in the morning", None),
        ("", None),
    ],
)
def test_the_time_is_norwegian_and_a_report_counts_without_it(written, moment):
    [report] = parse_reports(post(at=f"<DELIVERYTIME>{written}</DELIVERYTIME>"))

    assert report.at == moment
    assert report.state is Status.SMS_DELIVERED


def test_a_report_without_a_time_counts():
    [report] = parse_reports(post(at=""))

    assert report.at is None


def test_many_reports_are_answered_by_their_numbers():
    rows = "".join(f"<MSG><ID>{n}</ID><REF>r{n}</REF><STATE>DELIVRD</STATE></MSG>" for n in (1, 2, 3))
    reports = parse_reports(f"<MSGLST>{rows}</MSGLST>".encode())

    answer = answer_reports(reports)

    assert [report.reference for report in reports] == ["r1", "r2", "r3"]
    for number in (1, 2, 3):
        assert f"<MSG><ID>{number}</ID><STATUS>OK</STATUS></MSG>".encode() in answer


def test_a_number_that_is_not_xml_does_no_harm_in_the_answer():
    reports = parse_reports(b"<MSGLST><MSG><ID>&lt;&#8364;&gt;</ID><STATE>DELIVRD</STATE></MSG></MSGLST>")

    assert b"<ID>&lt;&#8364;&gt;</ID>" in answer_reports(reports)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<MSGLST></MSGLST>",
        b"<MSGLST><MSG>",
        b"\x00\x01\x02",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><MSGLST><MSG><REF>&e;</REF></MSG></MSGLST>',
        b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><MSGLST><MSG><REF>&b;</REF></MSG></MSGLST>',
    ],
)
def test_what_is_no_report_is_told_apart(body):
    with pytest.raises(BadReports):
        parse_reports(body)
