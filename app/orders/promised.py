"""What was said of each country when a shipment was placed, to be compared with what the worker found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select

from app.accounts.models import Person
from app.db import db, utcnow
from app.orders import kept
from app.orders.kept import Kept, read
from app.orders.outlook import Outlook
from app.orders.placed_models import PlacedOutcome
from app.shipments.models import ShipmentVerdict


@dataclass(frozen=True, slots=True)
class Promise:
    """What was said of one country when it was placed, and who confirmed it by name."""

    country: str
    recipients: int
    stopped: int
    said: Kept
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worsened:
    """A country that became worse between placing and dispatch: what was said then, and what was found."""

    country: str
    then: Kept
    found: Kept


@dataclass(frozen=True, slots=True)
class Compared:
    """What was said when a shipment was placed, the worst first, and the countries that became worse after that."""

    promises: Sequence[Promise]
    worsened: Sequence[Worsened]


def keep(shipment_id: int, seen: Outlook, person_id: int) -> None:
    """Keep with a shipment what is said of each of its countries, the worst of it, and that the person confirmed."""
    if not seen.lines:
        return
    ids, now = kept.keep(shipment_id, [line.worst for line in seen.lines]), utcnow()
    rows = [
        {
            "shipment_id": shipment_id,
            "country": line.country,
            "recipients": line.recipients,
            "stopped": line.stopped,
            "verdict_id": ids[line.worst],
            "confirmed_by_id": person_id if line.needs_confirmation else None,
            "confirmed_at": now if line.needs_confirmation else None,
        }
        for line in seen.lines
    ]
    db.session.execute(insert(PlacedOutcome), rows)


def compared(shipment_id: int) -> Compared:
    """Tell by one question what was said of each country when a shipment was placed, and where it became worse."""
    said, placed = ShipmentVerdict, PlacedOutcome
    columns = (said.country, said.severity, said.strictness, said.facts, placed.verdict_id)
    found = (
        select(*columns, placed.recipients, placed.stopped, Person.name, placed.confirmed_at)
        .outerjoin(placed, and_(placed.shipment_id == said.shipment_id, placed.verdict_id == said.id))
        .outerjoin(Person, Person.id == placed.confirmed_by_id)
        .where(said.shipment_id == shipment_id)
        .order_by(said.severity.desc(), said.strictness.desc(), said.country)
    )
    rows = db.session.execute(found).all()
    promises = {row.country: row for row in rows if row.verdict_id is not None}
    worse = {row.country: row for row in reversed(rows) if _is_worse(row, promises.get(row.country))}
    return Compared([_promise(row) for row in promises.values()], [_worsened(row, promises) for row in worse.values()])


def _is_worse(found: Any, promised: Any) -> bool:
    if promised is None:
        return False
    return bool(found.severity > promised.severity or found.strictness > promised.strictness)


def _promise(row: Any) -> Promise:
    return Promise(row.country, row.recipients, row.stopped, read(row.facts), row.name, row.confirmed_at)


def _worsened(row: Any, promises: Mapping[str, Any]) -> Worsened:
    return Worsened(row.country, read(promises[row.country].facts), read(row.facts))
