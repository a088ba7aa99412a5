"""Taking a placed order back: it becomes a draft again, with everything that it was composed of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.audit import service as audit
from app.conditions.models import ChosenRecipient
from app.db import db, utcnow
from app.messaging.status import ShipmentStatus
from app.orders import set_aside
from app.orders.models import Order
from app.orders.placed_models import PlacedOutcome
from app.orders.service import touch
from app.shipments.models import Shipment, ShipmentVerdict

# Whoever is just storing some is waited for, and then their addressees go too.
_LOOKED_UP = tuple(
    text(statement).bindparams(bindparam("shipments", type_=ARRAY(BigInteger)))
    for statement in (
        "delete from look_up_chunk where shipment_id = any(:shipments)",
        "delete from addressee where shipment_id = any(:shipments)",
    )
)


class HasBegun(Exception):
    """A shipment of the order has been started, sent, stopped or cancelled, and so it cannot be taken back."""


def may_be_taken_back(order_id: int) -> bool:
    """Whether all shipments of a placed order are still `Registered`."""
    others = func.count().filter(Shipment.status != ShipmentStatus.REGISTERED)
    made, begun = db.session.execute(select(func.count(), others).where(Shipment.order_id == order_id)).one()
    return made > 0 and begun == 0


def take_back(order_id: int, person_id: int) -> Order:
    """Make a placed order a draft again where all its shipments are still `Registered`; raise HasBegun otherwise.

    The order keeps its id and reference; placed again, it gets shipments of its own anew. A draft stays as it is.
    """
    order = db.session.get_one(Order, order_id, with_for_update=True, populate_existing=True)
    if order.placed_at is None:
        return order
    shipments = _withdraw(order_id)
    set_aside.restore(order_id)
    _record(order, person_id, shipments)
    order.placed_at = order.placed_by_id = order.estimated_cost = order.checked_revision = None
    order.taken_back_at, order.taken_back_by_id = utcnow(), person_id
    touch(order)
    return order


def _withdraw(order_id: int) -> Sequence[Shipment]:
    """Delete an order's shipments: none may have been claimed by then, nor be claimed after."""
    its = select(Shipment).where(Shipment.order_id == order_id).order_by(Shipment.no).with_for_update()
    shipments = db.session.scalars(its.execution_options(populate_existing=True)).all()
    if not shipments or any(shipment.status != ShipmentStatus.REGISTERED for shipment in shipments):
        raise HasBegun(order_id)
    ids = [shipment.id for shipment in shipments]
    for table in (PlacedOutcome, ShipmentVerdict, ChosenRecipient):
        db.session.execute(delete(table).where(table.shipment_id.in_(ids)))
    for forget in _LOOKED_UP:
        db.session.execute(forget, {"shipments": ids})
    db.session.execute(delete(Shipment).where(Shipment.id.in_(ids)))
    return shipments


def _record(order: Order, person_id: int, shipments: Sequence[Shipment]) -> None:
    main = shipments[0]
    facts: dict[str, Any] = {
        "shipments": [str(shipment.public_id) for shipment in shipments],
        "recipients": main.recipients,
        "requested_send_at": main.requested_send_at.isoformat(),
        "revision": order.revision,
    }
    owner = order.service_owner_id
    audit.record("order.taken_back", "order", order.id, service_owner_id=owner, person_id=person_id, **facts)
