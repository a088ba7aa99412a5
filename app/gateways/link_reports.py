"""LINK's delivery reports: the body it posts to our webhook, and the answer that tells it which ones we have."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from app.gateways import reasons
from app.gateways.contract import Report
from app.gateways.link_xml import BadXml, rows_of
from app.messaging.status import Status

GATEWAY_ZONE = ZoneInfo("Europe/Oslo")
"""LINK writes no zone beside `DELIVERYTIME`. It is a Norwegian gateway, whose clocks show Norwegian time."""

_TIME = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?", re.ASCII)
"""`2014.10.22 12:38:57`, as in LINK's examples; `201410221238`, as in its requests, is read too."""


class BadReports(Exception):
    """The body holds no delivery reports that can be read; the gateway deserves a 400."""


class State(NamedTuple):
    """What one of LINK's states means here."""

    status: Status
    reason: str


STATES: dict[str, State] = {
    "DELIVRD": State(Status.SMS_DELIVERED, ""),
    "EXPIRED": State(Status.SMS_FAILED_EXPIRED, reasons.EXPIRED_AT_OPERATOR),
    "DELETED": State(Status.SMS_FAILED_DELETED, reasons.DELETED_AT_OPERATOR),
    "UNDELIV": State(Status.SMS_FAILED_UNDELIVERED, reasons.NO_ROUTE),
    "REJECTD": State(Status.SMS_FAILED_REJECTED, reasons.REJECTED_BY_OPERATOR),
    "FAILED": State(Status.SMS_FAILED, reasons.NO_OPERATOR_TOOK_IT),
    "NULL": State(Status.SMS_FAILED, reasons.NO_OPERATOR_REPORT),
    "UNKNOWN": State(Status.SMS_FAILED, reasons.NO_INFORMATION),
    "BARRED": State(Status.SMS_FAILED_BARRED_RECEIVER, reasons.BARRED),
    "BARREDA": State(Status.SMS_FAILED_REJECTED, reasons.AGE_LIMIT),
    "ZEROBAL": State(Status.SMS_FAILED, reasons.PREPAID_EMPTY),
}
"""LINK's states; the last two belong to premium messages and may come all the same."""


def parse_reports(body: bytes) -> list[Report]:
    """The reports in one post, those with unknown states included (`state` is `None`); raises `BadReports`."""
    try:
        _, rows = rows_of(body)
    except BadXml as fault:
        raise BadReports("The body is not XML as the gateway writes it.") from fault
    if not rows:
        raise BadReports("The body holds no delivery report.")
    return [_report(row) for row in rows]


def answer_reports(reports: Sequence[Report]) -> bytes:
    """The answer to a post: each report's number with `OK`, so that the gateway does not send it again."""
    rows = "".join(f"<MSG><ID>{escape(report.number)}</ID><STATUS>OK</STATUS></MSG>" for report in reports)
    document = f'<?xml version="1.0" encoding="ISO-8859-1"?><MSGLST>{rows}</MSGLST>'
    return document.encode("iso-8859-1", "xmlcharrefreplace")


def _report(row: dict[str, str]) -> Report:
    words = row.get("STATE", "")
    status, reason = STATES.get(words.upper(), (None, ""))
    return Report(
        reference=row.get("REF", ""),
        state=status,
        words=words,
        reason=reason,
        at=_moment(row.get("DELIVERYTIME", "")),
        receiver=row.get("RCV", ""),
        number=row.get("ID", ""),
    )


@lru_cache(maxsize=4096)
def _moment(written: str) -> datetime | None:
    """The moment in UTC, or nothing where it is missing or makes no sense: a report counts without it."""
    found = _TIME.fullmatch(written)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=GATEWAY_ZONE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
