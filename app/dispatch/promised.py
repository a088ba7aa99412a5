"""Reports that a gateway promises for what it took, kept in the inbox in a form of our own until they are due."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.dispatch.transaction import Cursor
from app.gateways import Report
from app.gateways.contract import PromisedReports
from app.gateways.link_reports import STATES
from app.messaging.status import Status

KEEP = """
insert into report_inbox (gateway, body, promised, received_at, due_at, tries, reports)
values (%s, %s, true, %s, %s, %s, %s)
"""


class Heard(NamedTuple):
    """One report, and whose it is where that is known already."""

    report: Report
    notification_id: int | None = None


def promise(cursor: Cursor, gateway: str, reports: Sequence[PromisedReports]) -> None:
    """Keep what a gateway promises to report of its answers; one row for all that is due together."""
    for promised in reports:
        body = written(promised)
        # It counts as received when it is due: only then is it said.
        row = (gateway, body, promised.due_at, promised.due_at, 0, len(promised.ids))
        cursor.execute(KEEP, row)


def keep_for_later(
    cursor: Cursor, gateway: str, reports: Sequence[Report], received_at: datetime, due_at: datetime, tries: int
) -> None:
    """Keep reports whose reference is not known yet; they remain received when they were."""
    body = json.dumps({"again": [_plain(report) for report in reports]}).encode()
    cursor.execute(KEEP, (gateway, body, received_at, due_at, tries, len(reports)))


def written(promised: PromisedReports) -> bytes:
    """Many reports that say the same, in one body."""
    said = {"state": promised.state, "reason": promised.reason, "words": promised.words}
    return json.dumps({**said, "ids": promised.ids, "references": promised.references}).encode()


def read(body: bytes) -> list[Heard]:
    """The reports in a body of our own form."""
    told = json.loads(body)
    if "again" in told:
        return [Heard(_report(*plain)) for plain in told["again"]]
    state, reason, words = Status(told["state"]), told["reason"], told["words"]
    return [
        Heard(Report(reference, state, words, reason), notification_id)
        for notification_id, reference in zip(told["ids"], told["references"], strict=True)
    ]


def _plain(report: Report) -> list[object]:
    at = report.at and report.at.isoformat()
    return [report.reference, report.state, report.words, report.reason, at, report.may_be_segment]


def _report(
    reference: str, state: int | None, words: str, reason: str, at: str | None, may_be_segment: bool = False
) -> Report:
    known = STATES.get(words.upper())
    # A word that was not known when it came may be by now, and a replayed report comes without its reason.
    status = (known.status if known else None) if state is None else Status(state)
    moment = datetime.fromisoformat(at) if at else None
    reason = reason or (known.reason if known else "")
    return Report(reference, status, words, reason, moment, may_be_segment=may_be_segment)
