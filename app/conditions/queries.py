"""Questions about conditions: what they answered, and which shipments wait for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.conditions.answer import Answer, Asked
from app.conditions.models import ConditionAnswer, ShipmentGate
from app.db import db
from app.messaging.status import ShipmentStatus
from app.shipments.models import Shipment


@dataclass(frozen=True, slots=True)
class Told:
    """What a condition answered once, and when."""

    no: int
    asked_at: datetime
    answered_at: datetime
    asked: Asked


def told_of(shipment_ids: Sequence[int]) -> dict[int, list[Told]]:
    """List by one question what the conditions of these shipments answered, in order."""
    found: dict[int, list[Told]] = {}
    if not shipment_ids:
        return found
    its = select(ConditionAnswer).where(ConditionAnswer.shipment_id.in_(shipment_ids))
    for row in db.session.scalars(its.order_by(ConditionAnswer.shipment_id, ConditionAnswer.no)):
        told = Told(row.no, row.asked_at, row.answered_at, Asked(Answer(row.answer), row.http_status))
        found.setdefault(row.shipment_id, []).append(told)
    return found


def held_among(order_ids: Sequence[int]) -> set[int]:
    """Tell which of these orders have a shipment that waits for a person."""
    waits = (ShipmentGate.held_at.is_not(None), ShipmentGate.met_at.is_(None))
    found = select(Shipment.order_id).join(ShipmentGate, ShipmentGate.shipment_id == Shipment.id)
    mine = (Shipment.order_id.in_(order_ids), Shipment.status == ShipmentStatus.REGISTERED)
    return set(db.session.scalars(found.where(*waits, *mine)))


def held(may_see: ColumnElement[bool], most: int) -> list[tuple[int, int, datetime]]:
    """List shipments that wait for a person, by order, number and since when, the longest waiting first."""
    waits = (ShipmentGate.held_at.is_not(None), ShipmentGate.met_at.is_(None))
    found = select(Shipment.order_id, Shipment.no, ShipmentGate.held_at).join(
        ShipmentGate, ShipmentGate.shipment_id == Shipment.id
    )
    found = found.where(*waits, Shipment.status == ShipmentStatus.REGISTERED, may_see)
    rows = db.session.execute(found.order_by(ShipmentGate.held_at).limit(most))
    return [(order_id, no, at) for order_id, no, at in rows if at is not None]
