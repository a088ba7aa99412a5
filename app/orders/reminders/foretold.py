"""What is told of an order's reminders before it is sent: when, what it costs at most, what each country will do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.messaging.scheme import has
from app.messaging.status import Channel
from app.orders import contents, cost, outlook
from app.orders.models import Order
from app.orders.outlook import NOTHING, CountryLine, Outlook
from app.orders.reminders import queries
from app.orders.reminders.models import Reminder


@dataclass(frozen=True, slots=True)
class Foretold:
    """One reminder as its order was last checked."""

    reminder: Reminder
    at: datetime
    """When it is due."""
    leaves_at: datetime
    """When the first SMS leave, by the send window."""
    estimate: cost.Estimate
    """What it costs if it goes to everybody."""
    seen: Outlook


def foretell(order: Order, now: datetime) -> Sequence[Foretold]:
    """Foretell each reminder, the first first."""
    timed = queries.by_time(queries.reminders_of(order.id), order.send_at or now)
    return [_foretold(order, reminder, at, now) for at, reminder in timed]


def _foretold(order: Order, reminder: Reminder, at: datetime, now: datetime) -> Foretold:
    leaves = outlook.leaves_at(at, now, daytime_only=order.daytime_only, days=order.days)
    estimate = cost.estimate(order.id, order.channel, reminder.no)
    return Foretold(reminder, at, leaves, estimate, _seen(order, reminder, leaves))


def _seen(order: Order, reminder: Reminder, at: datetime) -> Outlook:
    if not has(order.channel, Channel.SMS):
        return NOTHING
    found = contents.contents_of(order.id, reminder.no)
    return outlook.among(found, order.service_owner_id, reminder.sms_sender or order.sms_sender, at)


def to_confirm(seen: Outlook, reminders: Sequence[Foretold]) -> list[CountryLine]:
    """List the countries to be confirmed by name for any of the shipments, each once, those of the main one first."""
    lines: dict[str, CountryLine] = {}
    for one in (seen, *(foretold.seen for foretold in reminders)):
        for line in one.to_confirm:
            lines.setdefault(line.country, line)
    return list(lines.values())


def together(main: Decimal | None, reminders: Sequence[Foretold]) -> Decimal | None:
    """Price the order with all its reminders to everybody; None where a price is missing."""
    costs = [main, *(foretold.estimate.total for foretold in reminders)]
    known = [one for one in costs if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def outlooks(reminders: Sequence[Foretold]) -> Mapping[int, Outlook]:
    """Give what countries do by the reminders' numbers."""
    return {foretold.reminder.no: foretold.seen for foretold in reminders}
