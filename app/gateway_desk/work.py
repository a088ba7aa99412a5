"""What the dispatch has under way with each gateway, and what waits for one.

The dispatch stands floors above and answers; without it there is nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Work:
    """Notifications that are being handed over to a gateway now, and those that wait for it."""

    under_way: int = 0
    waits: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """So many notifications of a shipment wait for a gateway, which has no name where none serves them."""

    gateway: str
    notifications: int
    since: datetime


ByGateway = Callable[[], Mapping[str, Work]]
OfShipment = Callable[[int], Sequence[Wait]]


def _nothing() -> Mapping[str, Work]:
    return {}


def _no_waits(shipment_id: int) -> Sequence[Wait]:
    return ()


@dataclass(slots=True)
class _Answers:
    by_gateway: ByGateway
    of_shipment: OfShipment


_answers = _Answers(_nothing, _no_waits)


def answered_by(by_gateway: ByGateway, of_shipment: OfShipment) -> None:
    """Say who answers."""
    _answers.by_gateway, _answers.of_shipment = by_gateway, of_shipment


def by_gateway() -> Mapping[str, Work]:
    """The work of each gateway that has some."""
    return _answers.by_gateway()


def waits_of(shipment_id: int) -> Sequence[Wait]:
    """What of a shipment waits for a gateway."""
    return _answers.of_shipment(shipment_id)
