"""How conditions are asked in this installation, and what a person decides where the answer is not clear."""

from flask import current_app
from sqlalchemy import select, update

from app.conditions.asking import Rules
from app.conditions.models import ShipmentGate
from app.db import db, utcnow
from app.messaging.status import ShipmentStatus
from app.queue import ring
from app.shipments.models import Shipment


def rules_here() -> Rules:
    """Tell how conditions are asked, from the application's settings; this machine is never asked in production."""
    config = current_app.config
    with_loopback = bool(config["CONDITION_LOOPBACK"]) and config["ENVIRONMENT"] != "production"
    return Rules(with_loopback, str(config["CONDITION_CA_FILE"]))


def send_unanswered(shipment_id: int, person_id: int) -> bool:
    """Let a shipment that is held go without a clear answer, and tell whether it still was."""
    waits = select(Shipment.id).where(Shipment.status == ShipmentStatus.REGISTERED).with_for_update()
    if db.session.scalar(waits.where(Shipment.id == shipment_id)) is None:
        return False
    its = (ShipmentGate.shipment_id == shipment_id, ShipmentGate.held_at.is_not(None), ShipmentGate.met_at.is_(None))
    now = utcnow()
    decided = {"met_at": now, "decided_at": now, "decided_by_id": person_id}
    if db.session.scalar(update(ShipmentGate).where(*its).values(decided).returning(ShipmentGate.shipment_id)) is None:
        return False
    ring("intake", "app.dispatch.jobs.open_gates")
    return True
