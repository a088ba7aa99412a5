"""All shipments of one order, the main one and its reminders: how each stands, and what stands before it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import gettext
from sqlalchemy import bindparam, select

from app.accounts.models import Person
from app.conditions.models import ShipmentGate
from app.conditions.queries import Told, told_of
from app.db import asked, written
from app.messaging.status import SHIPMENT_OPEN, ShipmentStatus
from app.orders.follow.queries import MAIN
from app.orders.reminders import timeline
from app.shipments.counts import NOTHING, Counts, counts_of
from app.shipments.models import Shipment

FIRST_OF_REMEDIES = 1000
"""Shipments numbered from here were made at the desk, out of failures."""


@dataclass(frozen=True, slots=True)
class Link:
    """One shipment of an order."""

    status: ShipmentStatus
    counts: Counts
    told: Sequence[Told]
    """What its condition answered."""
    no: int
    shipment_id: int
    requested_send_at: datetime
    recipients: int
    waits_for: str
    """The register that does not answer, and without which nothing is sent."""
    condition_url: str | None
    """None where nothing stands before its start, empty where it has no condition."""
    holds: bool | None
    only_undelivered: bool | None
    ask_again_at: datetime | None
    met_at: datetime | None
    held_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None

    @property
    def name(self) -> str:
        """Main shipment, or which reminder."""
        return timeline.name(self.no)

    @property
    def args(self) -> dict[str, str]:
        """What an address says to mean this one."""
        return args_of(self.no)

    @property
    def is_open(self) -> bool:
        """Whether it still moves by itself."""
        return self.status in SHIPMENT_OPEN

    @property
    def is_registered(self) -> bool:
        """Whether it has not begun, so that it can be cancelled."""
        return self.status is ShipmentStatus.REGISTERED

    @property
    def has_begun(self) -> bool:
        """Whether its notifications have been made, or never will be: then the next shipment may start."""
        return self.status not in (ShipmentStatus.REGISTERED, ShipmentStatus.PROCESSING)

    @property
    def is_held(self) -> bool:
        """Whether a person must decide whether it is sent."""
        return self.is_registered and self.held_at is not None and self.met_at is None

    @property
    def to_whom(self) -> str:
        """Who gets it, said of a reminder."""
        if self.no == MAIN:
            return ""
        return gettext("only those not yet delivered") if self.only_undelivered else gettext("all of the order")


def args_of(no: int) -> dict[str, Any]:
    """Give what an address says to mean a shipment of an order; nothing for the main one."""
    return {"shipment": str(no)} if no else {}


def chain(order_id: int) -> list[Link]:
    """List an order's shipments by two questions, and a third where conditions were asked."""
    rows = asked(_chain(), {"order_id": order_id, "end": FIRST_OF_REMEDIES})
    links = [Link(ShipmentStatus(status), NOTHING, (), *others) for status, *others in rows]
    counts = counts_of([link.shipment_id for link in links])
    told = told_of([link.shipment_id for link in links if link.condition_url])
    return [_completed(link, counts, told) for link in links]


def stops(links: Collection[Link], now: datetime) -> list[timeline.Stop]:
    """Put them on a line of time; nothing where there is only one."""
    return timeline.after([(link.no, link.requested_send_at, link.status) for link in links], now)


def _completed(link: Link, counts: Mapping[int, Counts], told: Mapping[int, Sequence[Told]]) -> Link:
    its = link.shipment_id
    return replace(link, counts=counts.get(its, NOTHING), told=told.get(its, ()))


@cache
def _chain() -> str:
    found = select(
        Shipment.status,
        Shipment.no,
        Shipment.id,
        Shipment.requested_send_at,
        Shipment.recipients,
        Shipment.waits_for,
        ShipmentGate.condition_url,
        ShipmentGate.holds,
        ShipmentGate.only_undelivered,
        ShipmentGate.ask_again_at,
        ShipmentGate.met_at,
        ShipmentGate.held_at,
        ShipmentGate.decided_at,
        Person.name,
    )
    joined = found.outerjoin(ShipmentGate, ShipmentGate.shipment_id == Shipment.id).outerjoin(
        Person, Person.id == ShipmentGate.decided_by_id
    )
    its = (Shipment.order_id == bindparam("order_id"), Shipment.no < bindparam("end"))
    return written(joined.where(*its).order_by(Shipment.no))
