"""One notification's page: what was sent, every attempt and report, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import abort
from werkzeug.wrappers import Response

from app.accounts.current import is_covered
from app.db import utcnow
from app.messaging.segments import measure
from app.messaging.status import FINAL, NEW, SENDING, WORDING
from app.orders.follow import content, queries, words
from app.orders.follow.queries import Head
from app.orders.follow.views import EVERYBODY, kept
from app.prices.countries import country_name
from app.shipments import queries as shipments
from app.shipments.queries import Report, Try
from app.shipments.table import Line
from app.support.timeline import timeline
from app.support.views import bp
from app.web import live
from app.web.access import open_to


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of one notification."""

    head: Head
    line: Line
    attempts: Sequence[Try]
    reports: Sequence[Report]

    @property
    def is_under_way(self) -> bool:
        """Whether the first hand-over has begun and its outcome is still to come."""
        return self.line.status in SENDING.values() and not (self.line.is_uncertain or self.attempts)

    @property
    def etag(self) -> str:
        """Changes with everything that the page shows."""
        line, answers = self.line, [attempt.answered_at for attempt in self.attempts]
        last_report = self.reports[-1].id if self.reports else 0
        return f"{line}:{answers}:{last_report}:{self.head.status}"


@bp.get("/notifications/<int:notification_id>")
@open_to(*EVERYBODY)
def notification(notification_id: int) -> Response:
    """Show one notification; it refreshes by itself until it is final."""
    seen = _seen(notification_id)
    if (answer := live.unchanged(seen.etag)) is not None:
        return answer
    return _respond(seen)


def _seen(notification_id: int) -> Seen:
    head = queries.head_of_notification(notification_id) or abort(404)
    line = shipments.line(notification_id) or abort(404)
    return Seen(head, line, shipments.attempts(notification_id), shipments.reports(notification_id))


def _respond(seen: Seen) -> Response:
    head, line = seen.head, seen.line
    row = (line.part, line.row_no)
    source = queries.sources(head.order_id).get(line.part)
    values = queries.values_of(head.order_id, [row]).get(row, [])
    message = content.content_of(head, seen.attempts, source, values)
    return live.respond_part_or_page(
        "support/notification.html",
        "support/_notification_part.html",
        seen.etag,
        finished=line.status in FINAL,
        head=head,
        line=line,
        attempts=seen.attempts,
        is_under_way=seen.is_under_way,
        reports=seen.reports,
        events=timeline(head, line, seen.attempts, seen.reports),
        source=source,
        values=content.personal_values(source, values),
        message=message,
        measured=measure(message.text) if head.is_sms else None,
        wording=WORDING[line.status],
        is_covered=is_covered(head.service_owner_id),
        kept=kept(),
        words=words,
        opens_at=head.opens_at(utcnow()) if line.status in NEW.values() else None,
        country_name=country_name,
        told=_teller(line, is_covered(head.service_owner_id)),
    )


def _teller(line: Line, is_covered_: bool) -> Callable[[str], str]:
    return partial(words.without_address, address=line.address) if is_covered_ else str
