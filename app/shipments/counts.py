"""How a shipment's notifications stand: sums of the counters that the database keeps, never a count of rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import asked
from app.messaging.status import DELIVERED, FAILED, OPEN, Route, Status

_SUMS = """
select shipment_id, status, route = %s, uncertain, sum(n)::bigint, sum(changes)::bigint from shipment_count
where shipment_id = any(%s::bigint[]) group by 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How many notifications stand in a status, those that went to the simulator apart."""

    status: Status
    is_simulated: bool
    n: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How all notifications of one shipment stand."""

    lines: tuple[Count, ...] = ()
    """Only what there is, by status, real before simulated."""
    uncertain: int = 0
    """How many of them may or may not have reached the gateway, whatever their status."""
    changes: int = 0
    """The revision of all that is shown of the shipment's notifications; it only grows."""

    @property
    def total(self) -> int:
        """All notifications made so far."""
        return sum(line.n for line in self.lines)

    @property
    def open(self) -> int:
        """Those without a final status."""
        return sum(line.n for line in self.lines if line.status in OPEN)

    @property
    def failed(self) -> int:
        """Those with any of the failed statuses."""
        return sum(line.n for line in self.lines if line.status in FAILED)

    @property
    def delivered(self) -> int:
        """Those delivered to people."""
        return sum(line.n for line in self.lines if line.status in DELIVERED.values() and not line.is_simulated)

    @property
    def delivered_simulated(self) -> int:
        """Those that the simulator says it delivered; they reached nobody."""
        return sum(line.n for line in self.lines if line.status in DELIVERED.values() and line.is_simulated)

    @property
    def simulated(self) -> int:
        """Those that went to the simulator, whatever became of them."""
        return sum(line.n for line in self.lines if line.is_simulated)


NOTHING = Counts()


def counts_of(shipment_ids: Sequence[int]) -> dict[int, Counts]:
    """Tell by one question how the shipments stand; one without notifications is left out."""
    rows: dict[int, list[_Sum]] = {}
    for shipment_id, *its in asked(_SUMS, (int(Route.SIMULATED), list(shipment_ids))):
        rows.setdefault(shipment_id, []).append(_Sum(*its))
    return {shipment_id: _added(sums) for shipment_id, sums in rows.items()}


@dataclass(frozen=True, slots=True)
class _Sum:
    status: int
    is_simulated: bool
    is_uncertain: bool
    n: int
    changes: int


def _added(sums: Sequence[_Sum]) -> Counts:
    found: dict[tuple[int, bool], int] = {}
    for one in sums:
        key = (one.status, one.is_simulated)
        found[key] = found.get(key, 0) + one.n
    return Counts(
        lines=tuple(Count(Status(status), simulated, n) for (status, simulated), n in sorted(found.items()) if n),
        uncertain=sum(one.n for one in sums if one.is_uncertain),
        changes=sum(one.changes for one in sums),
    )
