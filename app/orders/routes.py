"""Which way the SMS of a draft would go in the test environment, as its check page says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.allow_list import queries as allow_list
from app.allow_list.models import Entry, EntryStatus
from app.db import db
from app.messaging.scheme import has
from app.messaging.status import Channel
from app.orders import queries
from app.orders.models import Order
from app.web.environment import is_production

MOST_LISTED = 50
MOST_REQUESTED = 1_000
"""Numbers that one click asks for."""


@dataclass(frozen=True, slots=True)
class Routes:
    """How many of a draft's numbers would get a real SMS now, and whose."""

    valid: int
    real: int
    listed: Sequence[Entry]

    @property
    def simulated(self) -> int:
        """How many would go to the simulator."""
        return self.valid - self.real


def of(draft: Order, valid: int) -> Routes | None:
    """Tell which way they would go now; None where all of them are real."""
    if not has(draft.channel, Channel.SMS) or is_production():
        return None
    active = allow_list.active_among(queries.valid_numbers(draft))
    return Routes(valid, len(active), active[:MOST_LISTED])


def unlisted(draft: Order) -> list[str]:
    """List the first numbers of a draft that nobody has asked for."""
    numbers = queries.valid_numbers(draft).subquery()
    is_open = Entry.status.in_((EntryStatus.REQUESTED, EntryStatus.ACTIVE))
    known = select(Entry.id).where(Entry.number == numbers.c.address, is_open).exists()
    return list(db.session.scalars(select(numbers.c.address).where(~known).limit(MOST_REQUESTED)))
