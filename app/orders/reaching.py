"""What the check page says of the persons and organisations of a draft."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.contacts import choosing
from app.contacts import words as contact_words
from app.orders import reach
from app.orders.models import Order, OrderCheck
from app.web.environment import is_production

WORDS = {"REASONS": choosing.WORDS, "contact_words": contact_words}


@dataclass(frozen=True, slots=True)
class Reach:
    """Who cannot be reached and why, as of when, and the registers that do not answer, where any does not."""

    number: int
    unknown: int
    """Of how many nothing is known, since their register does not answer."""
    counts: Sequence[reach.Count]
    as_of: str
    waits_for: Sequence[str]
    is_test: bool

    @property
    def unreached(self) -> int:
        """To how many nothing would be sent, as far as is known."""
        return self.unknown + sum(one.number for one in self.counts)


def of(draft: Order, ran: OrderCheck) -> Reach | None:
    """Tell what the last check found; None where nobody had to be looked up."""
    if not ran.to_look_up:
        return None
    as_of = contact_words.as_of(ran.looked_up_at) if ran.looked_up_at else ""
    waits_for = [contact_words.register(code) for code in ran.waits_for.split()]
    unknown = ran.to_look_up - ran.looked_up
    return Reach(ran.looked_up, unknown, reach.counts(draft.id), as_of, waits_for, not is_production())
