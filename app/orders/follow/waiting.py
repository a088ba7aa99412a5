"""What keeps an order's new notifications from being handed over, and when the next of them is tried again."""

from dataclasses import dataclass
from datetime import datetime

from app.gateway_desk.standstill import why_it_waits
from app.messaging.status import NEW
from app.orders.follow.queries import Head
from app.shipments.counts import Counts
from app.shipments.queries import next_retry_at


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why it waits, in sentences, and the moment of the next retry; nothing where nothing waits."""

    sentences: tuple[str, ...] = ()
    retry_at: datetime | None = None


def waiting(head: Head, counts: Counts) -> Waiting:
    """Tell of an order what waits for something else than its turn."""
    present = {line.status for line in counts.lines}
    channels = [channel for channel, status in NEW.items() if status in present]
    if not head.is_open or not channels:
        return Waiting()
    return Waiting(tuple(why_it_waits(head.shipment_id, channels)), next_retry_at(head.shipment_id))
