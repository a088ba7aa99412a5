"""Reports as they lie in the inbox: each body says by its beginning how it is to be read."""

from collections.abc import Callable

from app.gateways import email_reports, smpp_receipts
from app.gateways.contract import Report
from app.gateways.link_reports import parse_reports

_READERS: tuple[tuple[bytes, Callable[[bytes], list[Report]]], ...] = (
    (smpp_receipts.MARK, smpp_receipts.parse_receipts),
    (email_reports.MARK, email_reports.parse_email),
)


def reports_in(body: bytes) -> list[Report]:
    """The reports that a gateway told; raises `BadReports`. Without a mark they are LINK's."""
    for mark, read in _READERS:
        if body.startswith(mark):
            return read(body)
    return parse_reports(body)
