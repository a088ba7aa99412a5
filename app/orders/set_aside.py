"""Rows that placing takes out of an order's recipients, kept so that it can be taken back as it was composed."""

from typing import Any

from sqlalchemy import delete, exists, insert, select

from app.db import Base, db
from app.messaging.status import ShipmentStatus
from app.orders.addressed import Addressed
from app.orders.models import Recipient, RefusedRow
from app.shipments.models import Shipment

_FORGOTTEN_AT_ONCE = 100
"""Orders whose rows are deleted in one transaction."""


class SetAside(Addressed, Base):
    """A recipient that got no notification; gone once the order cannot be taken back."""

    __tablename__ = "set_aside"


_COLUMNS = [column.name for column in SetAside.__table__.columns]


def put(order_id: int) -> None:
    """Take every refused row out of an order's recipients, and keep it here."""
    same_row = (RefusedRow.part == Recipient.part, RefusedRow.row_no == Recipient.row_no)
    refused = exists().where(RefusedRow.order_id == order_id, *same_row)
    gone = delete(Recipient).where(Recipient.order_id == order_id, refused).returning(*_of(Recipient)).cte("gone")
    db.session.execute(insert(SetAside).from_select(_COLUMNS, select(*gone.c)))


def restore(order_id: int) -> None:
    """Let what was set aside be recipients again, as they were before the order was placed."""
    kept = delete(SetAside).where(SetAside.order_id == order_id).returning(*_of(SetAside)).cte("kept")
    db.session.execute(insert(Recipient).from_select(_COLUMNS, select(*kept.c)))


def forget_begun() -> bool:
    """Delete the rows of some orders that cannot be taken back any more, and tell whether there were any."""
    begun = exists().where(Shipment.order_id == SetAside.order_id, Shipment.status != ShipmentStatus.REGISTERED)
    some = select(SetAside.order_id).where(begun).distinct().limit(_FORGOTTEN_AT_ONCE)
    orders = db.session.scalars(some).all()
    db.session.execute(delete(SetAside).where(SetAside.order_id.in_(orders)))
    return bool(orders)


def _of(table: type[Recipient] | type[SetAside]) -> list[Any]:
    return [table.__table__.c[name] for name in _COLUMNS]
