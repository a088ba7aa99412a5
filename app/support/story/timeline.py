"""What happened to a notification and when, put together from what each part wrote down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from flask_babel import gettext, ngettext

from app.conditions import words as condition_words
from app.conditions.queries import Told
from app.contacts import words as contacts
from app.contacts.choosing import WORDS, Reason
from app.country_rules.policies import words as policies
from app.country_rules.terms import Outcome, Policy
from app.messaging.scheme import channel_of
from app.messaging.status import ACCEPTED, FINAL, NEW, SENDING, AttemptOutcome, ReportEffect, Route, Status
from app.orders.follow import words
from app.orders.follow.queries import Head
from app.prices.countries import country_name
from app.shipments.queries import Report, Try
from app.shipments.table import Line
from app.support.story.queries import Checked, LookedUp, Ruled
from app.web.formats import OSLO, oslo_day


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in a sentence, with the gateway's own words if it said any."""

    at: datetime
    text: str
    said: str = ""
    after: timedelta | None = None
    """How long after the event before; None for the first."""


@dataclass(frozen=True, slots=True)
class Story:
    """All that was written down about a notification."""

    head: Head
    line: Line
    attempts: Sequence[Try]
    reports: Sequence[Report]
    checked: Checked | None = None
    looked_up: LookedUp | None = None
    ruled: Mapping[int, Ruled] = field(default_factory=dict)
    """Verdicts by the number of the attempt that they were made for; 0 for one that kept it from being sent."""
    conditions: Sequence[Told] = ()
    """What the shipment's condition answered."""
    others: Sequence[Event] = ()
    """What was done to it at the desk."""


_LEADS_TO = {AttemptOutcome.ACCEPTED: ACCEPTED, AttemptOutcome.REFUSED_FOR_NOW: NEW}
"""The status that follows an answer which is not the end."""


def timeline(story: Story) -> list[Event]:
    """Tell the events in the order in which they happened, each with the time since the one before."""
    events = sorted(_told(story), key=lambda event: event.at)
    return [*events[:1], *(replace(event, after=event.at - before.at) for before, event in pairwise(events))]


def _told(story: Story) -> Iterator[Event]:
    yield from _placed(story)
    for told in story.conditions:
        yield Event(told.answered_at, gettext("The condition was asked"), condition_words.said(told.asked))
    if story.looked_up is not None:
        yield _looked_up(story.looked_up, story.line)
    for attempt in story.attempts:
        yield from _attempted(story, attempt)
    yield from _reported(story)
    yield from _kept_back(story)
    yield from story.others
    yield from _now(story.line)


def _placed(story: Story) -> Iterator[Event]:
    head = story.head
    if story.checked is not None and story.checked.at is not None:
        yield Event(
            min(story.checked.at, head.placed_at), gettext("Checked"), _what_was_told(story.checked, story.line)
        )
    by = head.placed_by
    yield Event(head.placed_at, gettext("Order placed by %(name)s", name=by) if by else gettext("Order placed"))
    if head.requested_send_at > head.placed_at:
        yield Event(head.requested_send_at, gettext("Due: the send time"))


def _looked_up(found: LookedUp, line: Line) -> Event:
    text = gettext("Contact looked up in %(register)s", register=contacts.register(found.register))
    return Event(found.at, text, " ".join(_what_was_found(found, line)))


def _what_was_found(found: LookedUp, line: Line) -> Iterator[str]:
    yield gettext("Phone numbers: %(phones)s. E-mail addresses: %(emails)s.", phones=found.phones, emails=found.emails)
    if found.phone_confirmed_at is not None:
        yield gettext("Phone number confirmed on %(day)s.", day=_day(found.phone_confirmed_at))
    if found.email_confirmed_at is not None:
        yield gettext("E-mail address confirmed on %(day)s.", day=_day(found.email_confirmed_at))
    if found.is_reserved:
        yield gettext("Reserved against electronic communication.")
    yield contacts.shows_by(found.at)
    if found.why_not and not line.address:
        yield gettext("Not sent: %(why)s.", why=WORDS[Reason(found.why_not)])


def _day(moment: datetime) -> str:
    return oslo_day(moment.astimezone(OSLO).date())


def _what_was_told(checked: Checked, line: Line) -> str:
    number = ngettext("%(num)s recipient", "%(num)s recipients", checked.recipients)
    if not line.country:
        return gettext("The sender was told: e-mail to %(number)s.", number=number)
    where, segments = country_name(line.country), ngettext("%(num)s segment", "%(num)s segments", checked.segments)
    told = gettext("The sender was told: %(number)s in %(country)s, at most", number=number, country=where)
    return f"{told} {segments}."


def _attempted(story: Story, attempt: Try) -> Iterator[Event]:
    verdict, channel = story.ruled.get(attempt.no), channel_of(story.line.status)
    if verdict is not None:
        yield _verdict(verdict, attempt.handed_over_at)
    yield Event(attempt.handed_over_at, gettext("Attempt %(no)s: its route", no=attempt.no), _route(story, attempt))
    handed = gettext("Attempt %(no)s: handed over to %(gateway)s", no=attempt.no, gateway=attempt.gateway)
    yield Event(attempt.handed_over_at, handed, _becomes(SENDING[channel], attempt))
    if attempt.answered_at is not None:
        yield Event(attempt.answered_at, _answer(attempt), _said(attempt.code, attempt.words))
    if attempt.answered_at is not None and attempt.outcome in _LEADS_TO:
        yield Event(attempt.answered_at, _becomes(_LEADS_TO[attempt.outcome][channel], attempt))


def _route(story: Story, attempt: Try) -> str:
    is_last = attempt is story.attempts[-1]
    why = words.route_reason(story.line) if is_last else ""
    route = words.route(attempt.route, channel_of(story.line.status))
    return f"{route} ({why})" if why else route


def _becomes(status: Status, attempt: Try) -> str:
    is_simulated = attempt.route is Route.SIMULATED
    return gettext("Status: %(status)s", status=words.status(status, is_simulated=is_simulated))


def _verdict(verdict: Ruled, at: datetime) -> Event:
    outcome, policy = policies.outcome(Outcome(verdict.outcome)), policies.policy(Policy(verdict.policy))
    told = {"country": country_name(verdict.country), "outcome": outcome, "policy": policy}
    text = gettext("Country rules of %(country)s: %(outcome)s. What we do: %(policy)s", **told)
    # A verdict is kept once for all that share it: it may be older than this notification's turn, but not younger.
    return Event(at, text, verdict.sentence)


def _answer(attempt: Try) -> str:
    outcome = str(words.OUTCOMES[attempt.outcome])
    if attempt.outcome is AttemptOutcome.UNCERTAIN:
        return gettext("Attempt %(no)s: outcome not known", no=attempt.no)
    return gettext("Attempt %(no)s: %(outcome)s", no=attempt.no, outcome=outcome)


def _reported(story: Story) -> Iterator[Event]:
    for report in story.reports:
        if report.status is None:
            yield Event(report.received_at, gettext("Delivery report"), report.state)
            continue
        meant = words.status(report.status, is_simulated=story.line.is_simulated)
        yield Event(report.received_at, gettext("Delivery report: %(status)s", status=meant), report.state)
        if report.effect is not ReportEffect.APPLIED:
            yield Event(report.received_at, str(words.EFFECTS[report.effect]))


def _kept_back(story: Story) -> Iterator[Event]:
    if (verdict := story.ruled.get(0)) is not None:
        yield _verdict(verdict, story.line.status_at)


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
