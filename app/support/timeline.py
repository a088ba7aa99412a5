"""What happened to a notification and when, put together from what each part wrote down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.messaging.status import FINAL, AttemptOutcome
from app.orders.follow import words
from app.orders.follow.queries import Head
from app.shipments.queries import Report, Try
from app.shipments.table import Line


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in a sentence, with the gateway's own words if it said any."""

    at: datetime
    text: str
    said: str = ""


def timeline(head: Head, line: Line, attempts: Sequence[Try], reports: Sequence[Report]) -> list[Event]:
    """Tell the events in the order in which they happened."""
    events = [*_placed(head), *_attempted(attempts), *_reported(line, reports), *_now(line)]
    return sorted(events, key=lambda event: event.at)


def _placed(head: Head) -> Iterator[Event]:
    by = head.placed_by
    yield Event(head.placed_at, gettext("Order placed by %(name)s", name=by) if by else gettext("Order placed"))
    if head.requested_send_at > head.placed_at:
        yield Event(head.requested_send_at, gettext("Send time"))


def _attempted(attempts: Sequence[Try]) -> Iterator[Event]:
    for attempt in attempts:
        handed = gettext("Attempt %(no)s: handed over to %(gateway)s", no=attempt.no, gateway=attempt.gateway)
        yield Event(attempt.handed_over_at, handed)
        if attempt.answered_at is not None:
            yield Event(attempt.answered_at, _answer(attempt), _said(attempt.code, attempt.words))


def _answer(attempt: Try) -> str:
    outcome = str(words.OUTCOMES[attempt.outcome])
    if attempt.outcome is AttemptOutcome.UNCERTAIN:
        return gettext("Attempt %(no)s: outcome not known", no=attempt.no)
    return gettext("Attempt %(no)s: %(outcome)s", no=attempt.no, outcome=outcome)


def _reported(line: Line, reports: Sequence[Report]) -> Iterator[Event]:
    for report in reports:
        if report.status is None:
            yield Event(report.received_at, gettext("Delivery report"), report.state)
        else:
            meant = words.status(report.status, is_simulated=line.is_simulated)
            yield Event(report.received_at, gettext("Delivery report: %(status)s", status=meant), report.state)


def _now(line: Line) -> Iterator[Event]:
    status = words.status(line.status, is_simulated=line.is_simulated)
    if line.status in FINAL:
        yield Event(line.status_at, gettext("Final status: %(status)s", status=status), words.reason(line.reason))
    elif line.is_uncertain:
        yield Event(line.status_at, gettext("Uncertain since then"), str(words.UNCERTAIN_MEANING))
    else:
        yield Event(line.status_at, gettext("Status since then: %(status)s", status=status))


def _said(code: str, said: str) -> str:
    if code in said:
        return said
    return " ".join(part for part in (code, said) if part)
