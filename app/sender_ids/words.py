"""The words that pages and e-mails say of registrations."""

from datetime import date, timedelta

from flask_babel import gettext, lazy_gettext

from app.country_rules.terms import Need
from app.country_rules.terms import RegistrationStatus as Status
from app.prices.countries import country_name
from app.sender_ids.moves import Mover, Waiting
from app.sender_ids.queries import End
from app.web.formats import oslo_day

STATUSES = {
    Status.DRAFT: lazy_gettext("Draft"),
    Status.SUBMITTED: lazy_gettext("Submitted"),
    Status.IN_REVIEW: lazy_gettext("In review"),
    Status.ACTION_REQUIRED: lazy_gettext("Action required"),
    Status.APPROVED: lazy_gettext("Approved"),
    Status.REJECTED: lazy_gettext("Rejected"),
    Status.EXPIRED: lazy_gettext("Expired"),
    Status.SUSPENDED: lazy_gettext("Suspended"),
    Status.REVOKED: lazy_gettext("Revoked"),
    Status.WITHDRAWN: lazy_gettext("Withdrawn"),
}
COLORS = {
    Status.DRAFT: "neutral",
    Status.SUBMITTED: "info",
    Status.IN_REVIEW: "info",
    Status.ACTION_REQUIRED: "warning",
    Status.APPROVED: "success",
    Status.REJECTED: "danger",
    Status.EXPIRED: "warning",
    Status.SUSPENDED: "danger",
    Status.REVOKED: "danger",
    Status.WITHDRAWN: "neutral",
}
WAITING = {
    Waiting.US: lazy_gettext("An administrator"),
    Waiting.SERVICE_OWNER: lazy_gettext("The service owner"),
    Waiting.REGISTRY: lazy_gettext("The registry or operators"),
}
MOVERS = {
    Mover.SENDER: lazy_gettext("sender"),
    Mover.ADMINISTRATOR: lazy_gettext("administrator"),
    Mover.TIME: lazy_gettext("by itself"),
}
DEEDS = {
    "begin": lazy_gettext("Begin"),
    "bring_over": lazy_gettext("Bring over"),
    "submit": lazy_gettext("Submit"),
    "hand_on": lazy_gettext("Hand on for review"),
    "ask_for_more": lazy_gettext("Ask for more"),
    "approve": lazy_gettext("Approve"),
    "reject": lazy_gettext("Reject"),
    "withdraw": lazy_gettext("Withdraw"),
    "suspend": lazy_gettext("Suspend"),
    "resume": lazy_gettext("Let it count again"),
    "revoke": lazy_gettext("Revoke"),
    "expire": lazy_gettext("Expire"),
    "begin_again": lazy_gettext("Begin again"),
}
"""What each deed of the table of moves is called on its button."""

CONSEQUENCES = {
    "submit": lazy_gettext("An administrator looks at it and hands it on to the registry or provider."),
    "hand_on": lazy_gettext("It waits on the registry or operators from now on."),
    "ask_for_more": lazy_gettext("It waits on the service owner, who can change it and submit it again."),
    "approve": lazy_gettext("From its first day on it counts as registered, and country rules are applied so."),
    "reject": lazy_gettext("It does not count as registered. The service owner may begin again with it."),
    "withdraw": lazy_gettext("It no longer counts, and cannot be taken up again: a new one would have to be begun."),
    "suspend": lazy_gettext("It does not count from the next SMS on, until it is let count again."),
    "resume": lazy_gettext("It counts as registered again from the next SMS on."),
    "revoke": lazy_gettext("It does not count from the next SMS on, and cannot be taken up again."),
    "begin_again": lazy_gettext("It becomes a draft with all that it says, to be changed and submitted again."),
}
NEEDS = {
    Need.LETTER_OF_AUTHORISATION.value: lazy_gettext("Letter of authorisation"),
    Need.NO_OBJECTION.value: lazy_gettext("No-objection certificate"),
    Need.COMPANY_CERTIFICATE.value: lazy_gettext("Company certificate"),
    Need.TRADEMARK.value: lazy_gettext("Trademark certificate"),
    Need.AUTHORITY.value: lazy_gettext("Power of attorney, or the qualified certificate in its place"),
    Need.IDENTITY_DOCUMENT.value: lazy_gettext("Identity document of who signs"),
    Need.FORM.value: lazy_gettext("The country's own form"),
    "other": lazy_gettext("Something else"),
}
"""What a file proves, by the kind that is kept with it."""


def what_ends(end: End) -> str:
    """Say when a registration ends, and why."""
    day = oslo_day(end.on)
    return (
        gettext("Lapses on %(day)s unless it is used", day=day)
        if end.by_disuse
        else gettext("Ends on %(day)s", day=day)
    )


def days_left(day: date, today: date) -> str:
    """Say how far off a day is."""
    left = (day - today) // timedelta(days=1)
    if left <= 0:
        return gettext("today")
    return gettext("tomorrow") if left == 1 else gettext("in %(number)s days", number=left)


def named(country: str) -> str:
    """Name a country."""
    return country_name(country)
