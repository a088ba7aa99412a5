"""What is told about reminders, in the person's language."""

from flask_babel import gettext, ngettext

from app.orders.models import Order
from app.orders.reminders.foretold import Foretold
from app.orders.reminders.models import Reminder
from app.web.formats import oslo


def when(reminder: Reminder) -> str:
    """Say when it is sent, as it was asked for."""
    if reminder.send_at is not None:
        return oslo(reminder.send_at)
    return ngettext("%(num)s day after the main shipment", "%(num)s days after the main shipment", reminder.after_days)


def planned(draft: Order, foretold: Foretold) -> str:
    """Say when it is due, and when its first SMS leave where that is later."""
    due = oslo(foretold.at)
    if draft.send_at is None and foretold.reminder.after_days:
        due = gettext("%(when)s, if the order is sent now", when=due)
    if foretold.leaves_at <= foretold.at:
        return due
    return gettext(
        "%(due)s, which is outside the window: the first SMS leave on %(opening)s",
        due=due,
        opening=oslo(foretold.leaves_at),
    )


def to_whom(*, only_undelivered: bool) -> str:
    """Say who gets it."""
    if only_undelivered:
        return gettext("Only those to whom nothing of the order has been delivered when it starts")
    return gettext("All recipients of the order")


def unclear(*, holds: bool) -> str:
    """Say what becomes of a shipment whose condition gives no clear answer twice."""
    if holds:
        return gettext("Without a clear answer it is held until a person decides.")
    return gettext("Without a clear answer it is sent all the same.")
