"""The words that pages say of remedies."""

from collections.abc import Iterator

from flask_babel import gettext, lazy_gettext

from app.messaging.status import Route
from app.orders.follow import words
from app.support.remedies.models import LineOutcome, RemedyKind, RemedyStatus
from app.support.remedies.queries import Deed
from app.support.story.timeline import Event

KINDS = {
    RemedyKind.RESEND: lazy_gettext("Send again"),
    RemedyKind.OTHER_SENDER: lazy_gettext("Send again with another sender"),
    RemedyKind.MOVE: lazy_gettext("Move to the other channel, where an address is known"),
    RemedyKind.CLOSE: lazy_gettext("Close without sending"),
    RemedyKind.CORRECT: lazy_gettext("Correct the address and send again"),
    RemedyKind.REOPEN: lazy_gettext("Take a closing back"),
}

STATUSES = {
    RemedyStatus.OPEN: (lazy_gettext("Under way"), "info"),
    RemedyStatus.DONE: (lazy_gettext("Done"), "success"),
    RemedyStatus.STOPPED: (lazy_gettext("Stopped"), "warning"),
}

OUTCOMES = {
    LineOutcome.SENT_AGAIN: lazy_gettext("Sent again"),
    LineOutcome.SENT_ANEW: lazy_gettext("Sent as a new notification"),
    LineOutcome.CLOSED: lazy_gettext("Closed"),
    LineOutcome.LEFT_EXPIRED: lazy_gettext("Left: its time to live has ended"),
    LineOutcome.LEFT_BLOCKED: lazy_gettext("Left: a country rule keeps it back"),
    LineOutcome.LEFT_WITHOUT_ADDRESS: lazy_gettext("Left: no address is known to send it to"),
    LineOutcome.LEFT_UNASKED: lazy_gettext("Left: the register did not answer"),
    LineOutcome.REOPENED: lazy_gettext("Put back among the failures"),
    LineOutcome.LEFT_CHANGED: lazy_gettext("Left: something else was done about it since"),
}


def events(deed: Deed, notification_id: int) -> Iterator[Event]:
    """Tell a remedy in the timeline of the notification that it was done to, or that it made."""
    if (was := deed.was) is not None:
        status = words.status(was.status, is_simulated=was.route is Route.SIMULATED)
        yield Event(was.since, gettext("Status then: %(status)s", status=status), words.reason(was.reason))
    yield Event(deed.at, _what(deed, notification_id), f"{deed.person}: {deed.reason}")


def _what(deed: Deed, notification_id: int) -> str:
    if deed.new_id == notification_id:
        return gettext("Made instead of notification %(number)s", number=deed.notification_id)
    if deed.new_id is not None:
        what = gettext("Sent as the new notification %(number)s", number=deed.new_id)
    else:
        what = str(OUTCOMES[deed.outcome])
    return gettext("Remedy: %(what)s", what=what)
