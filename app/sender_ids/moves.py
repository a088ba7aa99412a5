"""Which status of a registration may follow which, by whom, and whether with a reason: this table and no other.

Pages draw it, forms are made from it, and `service.move` does nothing that is not in it.
"""

from dataclasses import dataclass
from enum import Enum

from app.country_rules.terms import RegistrationStatus as Status


class Mover(Enum):
    """Who may change a status; `TIME` is the calendar, which asks nobody."""

    SENDER = "sender"
    ADMINISTRATOR = "administrator"
    TIME = "time"


class Waiting(Enum):
    """On whom a registration waits."""

    US = "us"
    SERVICE_OWNER = "service_owner"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class Move:
    """One change of status; `old` is None for a registration that begins."""

    old: Status | None
    new: Status
    deed: str
    by: frozenset[Mover]
    needs_reason: bool = False


_BOTH = frozenset({Mover.SENDER, Mover.ADMINISTRATOR})
_CARRIED = frozenset({Mover.ADMINISTRATOR})
_TIME = frozenset({Mover.TIME})

MOVES = (
    Move(None, Status.DRAFT, "begin", _BOTH),
    Move(None, Status.APPROVED, "bring_over", _CARRIED),
    Move(Status.DRAFT, Status.SUBMITTED, "submit", _BOTH),
    Move(Status.DRAFT, Status.WITHDRAWN, "withdraw", _BOTH),
    Move(Status.SUBMITTED, Status.IN_REVIEW, "hand_on", _CARRIED),
    Move(Status.SUBMITTED, Status.ACTION_REQUIRED, "ask_for_more", _CARRIED, needs_reason=True),
    Move(Status.SUBMITTED, Status.REJECTED, "reject", _CARRIED, needs_reason=True),
    Move(Status.SUBMITTED, Status.WITHDRAWN, "withdraw", _BOTH),
    Move(Status.IN_REVIEW, Status.APPROVED, "approve", _CARRIED),
    Move(Status.IN_REVIEW, Status.ACTION_REQUIRED, "ask_for_more", _CARRIED, needs_reason=True),
    Move(Status.IN_REVIEW, Status.REJECTED, "reject", _CARRIED, needs_reason=True),
    Move(Status.IN_REVIEW, Status.WITHDRAWN, "withdraw", _BOTH),
    Move(Status.ACTION_REQUIRED, Status.SUBMITTED, "submit", _BOTH),
    Move(Status.ACTION_REQUIRED, Status.IN_REVIEW, "hand_on", _CARRIED),
    Move(Status.ACTION_REQUIRED, Status.REJECTED, "reject", _CARRIED, needs_reason=True),
    Move(Status.ACTION_REQUIRED, Status.WITHDRAWN, "withdraw", _BOTH),
    Move(Status.APPROVED, Status.SUSPENDED, "suspend", _CARRIED, needs_reason=True),
    Move(Status.APPROVED, Status.REVOKED, "revoke", _CARRIED, needs_reason=True),
    Move(Status.APPROVED, Status.WITHDRAWN, "withdraw", _BOTH, needs_reason=True),
    Move(Status.APPROVED, Status.EXPIRED, "expire", _TIME),
    Move(Status.SUSPENDED, Status.APPROVED, "resume", _CARRIED, needs_reason=True),
    Move(Status.SUSPENDED, Status.REVOKED, "revoke", _CARRIED, needs_reason=True),
    Move(Status.SUSPENDED, Status.WITHDRAWN, "withdraw", _BOTH, needs_reason=True),
    Move(Status.SUSPENDED, Status.EXPIRED, "expire", _TIME),
    Move(Status.REJECTED, Status.DRAFT, "begin_again", _BOTH),
    Move(Status.EXPIRED, Status.DRAFT, "begin_again", _BOTH),
)

WAITS_ON = {
    Status.DRAFT: Waiting.SERVICE_OWNER,
    Status.SUBMITTED: Waiting.US,
    Status.IN_REVIEW: Waiting.REGISTRY,
    Status.ACTION_REQUIRED: Waiting.SERVICE_OWNER,
}
"""On whom a registration waits in a status; in the others it waits on nobody."""

OPEN = frozenset({*WAITS_ON, Status.APPROVED, Status.SUSPENDED})
"""Not at its end: of one sender ID in one country, a service owner has at most one of these."""

CHANGEABLE = {
    Mover.SENDER: frozenset({Status.DRAFT, Status.ACTION_REQUIRED}),
    Mover.ADMINISTRATOR: OPEN,
}
"""In which status who may change what a registration says."""

ENDING = frozenset({Status.APPROVED, Status.SUSPENDED})
"""What comes to an end on its day."""


def move(old: Status | None, new: Status) -> Move | None:
    """Find the change from one status to another; None where there is none."""
    return next((one for one in MOVES if one.old is old and one.new is new), None)


def moves_from(old: Status | None, movers: frozenset[Mover]) -> tuple[Move, ...]:
    """List what somebody may do with a registration of a status, in the order of the table."""
    return tuple(one for one in MOVES if one.old is old and one.by & movers)


USUAL_DAYS = {Status.SUBMITTED: 7, Status.IN_REVIEW: 30, Status.ACTION_REQUIRED: 14}
"""How many days whoever it waits on usually has, where nobody says otherwise."""
