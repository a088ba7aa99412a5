"""One notification's page: what was sent, every attempt and report, what came of it, and what stands beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Response as FlaskResponse
from flask import abort
from werkzeug.wrappers import Response

from app.accounts.current import current_person, is_covered
from app.conditions.queries import told_of
from app.db import utcnow
from app.messaging import markdown
from app.messaging.segments import measure
from app.messaging.status import FAILED, FINAL, NEW, SENDING, WORDING
from app.orders import outlook_words
from app.orders.follow import content, queries, words
from app.orders.follow.known import known_by
from app.orders.follow.views import EVERYBODY, kept
from app.orders.views.remedies import country_url, registering_url
from app.prices.countries import country_name
from app.shipments import queries as shipments
from app.shipments.table import Line
from app.support.failures.forms import NoteForm
from app.support.failures.queries import group_of
from app.support.remedies.queries import Deed, deeds
from app.support.remedies.words import events
from app.support.reveals.queries import uncovered_until
from app.support.story import queries as beside
from app.support.story.queries import Ruled
from app.support.story.timeline import Story, timeline
from app.support.views import DESK, bp
from app.support.views.care import care_of
from app.support.words import owner, reason_advice
from app.web import live
from app.web.access import open_to
from app.web.framed import framed
from app.web.person import at_desk


@dataclass(frozen=True, slots=True)
class Seen:
    """A notification's story, and how the person at the desk may see it."""

    story: Story
    is_covered: bool
    uncovered_until: datetime | None
    """Until when it is uncovered for somebody to whom it is usually covered."""

    @property
    def is_under_way(self) -> bool:
        """Whether the first hand-over has begun and its outcome is still to come."""
        line = self.story.line
        return line.status in SENDING.values() and not (line.is_uncertain or self.story.attempts)

    @property
    def never_left(self) -> bool:
        """Whether it ended without a hand-over: stopped by a rule or a person, without an address, or out of time."""
        return self.story.line.status in FAILED and not self.story.attempts

    @property
    def is_finished(self) -> bool:
        """Whether nothing on the page changes any more; what is uncovered is covered again in time."""
        return self.story.line.status in FINAL and self.uncovered_until is None

    @property
    def etag(self) -> str:
        """Changes with everything that the page shows."""
        story = self.story
        answers = [attempt.answered_at for attempt in story.attempts]
        last_report = story.reports[-1].id if story.reports else 0
        return f"{story.line}:{answers}:{last_report}:{story.head.status}:{self.uncovered_until}"


@bp.get("/notifications/<int:notification_id>")
@open_to(*EVERYBODY)
def notification(notification_id: int) -> Response:
    """Show one notification; it refreshes by itself until it is final."""
    seen = _seen(notification_id)
    if (answer := live.unchanged(seen.etag)) is not None:
        return answer
    return _respond(seen)


@bp.get("/notifications/<int:notification_id>/email")
@open_to(*EVERYBODY)
def notification_email(notification_id: int) -> FlaskResponse:
    """Show how a formatted e-mail looks to its recipient, to whom it is not covered."""
    seen = _seen(notification_id)
    head, line = seen.story.head, seen.story.line
    if seen.is_covered or head.is_sms or not head.email_is_markdown:
        abort(404)
    row = content.row_of(head.order_id, line.part, line.row_no)
    page = content.page_of(head, queries.sources(head.order_id).get(line.part), row)
    return framed(page, markdown.STYLE_HASH)


def _seen(notification_id: int) -> Seen:
    head = queries.head_of_notification(notification_id) or abort(404)
    line = shipments.line(notification_id) or abort(404)
    story = Story(head, line, shipments.attempts(notification_id), shipments.reports(notification_id))
    usually = is_covered(head.service_owner_id)
    until = uncovered_until(notification_id, current_person().id) if usually else None
    return Seen(story, usually and until is None, until)


def _respond(seen: Seen) -> Response:
    return live.respond_part_or_page(
        "support/notification.html",
        "support/_notification_part.html",
        seen.etag,
        finished=seen.is_finished,
        is_covered=seen.is_covered,
        uncovered_until=seen.uncovered_until,
        is_under_way=seen.is_under_way,
        never_left=seen.never_left,
        kept=kept(),
        words=words,
        owner=owner,
        country_name=country_name,
        told=_teller(seen.story.line, seen.is_covered),
        notification_id=seen.story.line.id,
        care=_care(seen.story.line.id),
        **_message(seen.story),
        **_facts(seen.story),
    )


def _care(notification_id: int) -> dict[str, Any] | None:
    """Who cares for it, for those at the desk; what refreshes by itself does not ask for it."""
    if live.is_part() or not any(at_desk().has_role(role) for role in DESK):
        return None
    return care_of(notification_id, NoteForm())


def _message(story: Story) -> dict[str, Any]:
    head, line = story.head, story.line
    row = content.row_of(head.order_id, line.part, line.row_no)
    source = queries.sources(head.order_id).get(line.part)
    message = content.content_of(head, story.attempts, source, row)
    return {
        "source": source,
        "values": content.personal_values(source, row.values),
        "known_by": known_by(row.kind, row.identity),
        "message": message,
        "measured": measure(message.text) if head.is_sms else None,
    }


def _facts(story: Story) -> dict[str, Any]:
    head, line = story.head, story.line
    ruled = beside.ruled(line.id)
    done = deeds(line.id)
    told = [event for deed in done for event in events(deed, line.id)]
    checked, looked_up = beside.checked(head.order_id, line.country), beside.looked_up(line.id)
    conditions = told_of([head.shipment_id]).get(head.shipment_id, ())
    whole = replace(story, checked=checked, looked_up=looked_up, ruled=ruled, conditions=conditions, others=told)
    return {
        "head": head,
        "line": line,
        "attempts": story.attempts,
        "reports": story.reports,
        "events": timeline(whole),
        "wording": WORDING[line.status],
        "advice": reason_advice(line.reason),
        "shown": next((verdict.shown for no, verdict in sorted(ruled.items(), reverse=True) if verdict.shown), ""),
        "ruled": _last(ruled),
        "outlook_words": outlook_words,
        "registering_url": registering_url,
        "country_url": country_url,
        "cost": beside.cost(line, [attempt.segments for attempt in story.attempts]),
        "made_instead": _successor(line, done),
        "deeds": done,
        "group_id": group_of(line.id) if any(at_desk().has_role(role) for role in DESK) else None,
        "siblings": beside.siblings(line),
        "opens_at": head.opens_at(utcnow()) if line.status in NEW.values() else None,
    }


def _successor(line: Line, done: Sequence[Deed]) -> int | None:
    """The notification that was sent instead: by a remedy, or on the other channel."""
    by_remedy = [deed.new_id for deed in done if deed.new_id not in (None, line.id)]
    return by_remedy[-1] if by_remedy else shipments.made_instead(line.id)


def _last(ruled: Mapping[int, Ruled]) -> Ruled | None:
    """What kept it from being sent, or else what was said at the last attempt."""
    return ruled.get(0) or (ruled[max(ruled)] if ruled else None)


def _teller(line: Line, is_covered_: bool) -> Callable[[str], str]:
    return partial(words.without_address, address=line.address) if is_covered_ else str
