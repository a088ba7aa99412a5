"""The words that the pages of the allow-list say of entries."""

from datetime import datetime

from flask_babel import gettext, lazy_gettext

from app.allow_list.days import last_day_of
from app.allow_list.models import EntryStatus, KrrStatus
from app.messaging.routes import WORDS, RouteReason
from app.web.formats import OSLO, oslo_day

STATUSES = {
    EntryStatus.REQUESTED: lazy_gettext("Requested"),
    EntryStatus.ACTIVE: lazy_gettext("Active"),
    EntryStatus.REJECTED: lazy_gettext("Rejected"),
    EntryStatus.REVOKED: lazy_gettext("Revoked"),
    EntryStatus.EXPIRED: lazy_gettext("Expired"),
}
COLORS = {
    EntryStatus.REQUESTED: "info",
    EntryStatus.ACTIVE: "success",
    EntryStatus.REJECTED: "danger",
    EntryStatus.REVOKED: "warning",
    EntryStatus.EXPIRED: "neutral",
}
KRR = {
    KrrStatus.NOT_ASKED: lazy_gettext("Not asked"),
    KrrStatus.ASKED: lazy_gettext("Asked on"),
    KrrStatus.IN_PLACE: lazy_gettext("In place"),
}
HISTORY = {
    "allow_list.requested": lazy_gettext("Asked for it"),
    "allow_list.approved": lazy_gettext("Approved it"),
    "allow_list.rejected": lazy_gettext("Rejected it"),
    "allow_list.revoked": lazy_gettext("Revoked it"),
    "allow_list.renewed": lazy_gettext("Renewed it"),
    "allow_list.expired": lazy_gettext("It expired"),
    "allow_list.krr_changed": lazy_gettext("Changed what is known of KRR"),
    "allow_list.code_asked": lazy_gettext("Had a code sent to the phone"),
    "allow_list.verified": lazy_gettext("Verified the phone with the code"),
}


def last_day(until_at: datetime) -> str:
    """Write the last day of an entry, `1 Dec 2026`."""
    return oslo_day(last_day_of(until_at))


def first_day(from_at: datetime) -> str:
    """Write the first day of an entry."""
    return oslo_day(from_at.astimezone(OSLO).date())


def route_reason(code: int | None, at: datetime | None) -> str:
    """Say why a notification took its route; nothing where none was decided."""
    if code is None:
        return ""
    reason = RouteReason(code)
    return gettext(WORDS[reason], day=_day(reason, at))


def _day(reason: RouteReason, at: datetime | None) -> str:
    if at is None:
        return ""
    ends = reason in (RouteReason.LISTED, RouteReason.EXPIRED)
    return last_day(at) if ends else first_day(at)
