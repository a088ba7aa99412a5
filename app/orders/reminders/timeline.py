"""The shipments of an order on a small line of time, before it is placed and afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from app.messaging.status import ShipmentStatus
from app.orders.models import Order
from app.orders.reminders.foretold import Foretold

MAIN = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """One shipment on the line."""

    name: str
    at: datetime | None
    """When it is due; None for at once."""
    is_past: bool = False
    status: ShipmentStatus | None = None
    """None before the order is placed."""


def name(no: int) -> str:
    """Name a shipment by its number in the order."""
    return gettext("Main shipment") if no == MAIN else gettext("Reminder %(no)s", no=no)


def before(draft: Order, reminders: Sequence[Foretold]) -> list[Stop]:
    """Put the shipments of a draft on the line; nothing for one without reminders."""
    if not reminders:
        return []
    main = Stop(name(MAIN), draft.send_at)
    return [main, *(Stop(name(no), foretold.at) for no, foretold in enumerate(reminders, 1))]


def after(shipments: Iterable[tuple[int, datetime, ShipmentStatus]], now: datetime) -> list[Stop]:
    """Put the shipments of a placed order on the line, by number, time and status; nothing where there is one."""
    stops = [Stop(name(no), at, at <= now, status) for no, at, status in shipments]
    return stops if len(stops) > 1 else []
