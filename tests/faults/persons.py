"""Orders to persons, whom KRR's stand-in knows."""

from datetime import timedelta

from app.contacts.sealing import sealer
from app.db import db, utcnow
from app.orders.models import Recipient, RecipientKind
from app.shipments.models import Shipment
from app.standin.registers import Mood
from tests.faults.house import House
from tests.fixtures.identities import tenor_persons


def place_persons(house: House, persons: int, first: int = 0) -> None:
    """Place an order to persons, each of whom KRR knows by a mobile number of their own, and ring for it."""
    numbers = tenor_persons(first + persons)[first:]
    confirmed_at = f"{utcnow() - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    people = {
        one: {"phone": f"+47{41_000_000 + first + n}", "confirmed_at": confirmed_at} for n, one in enumerate(numbers)
    }
    house.standin.desk.registers.people.update(people)
    with house.app.app_context():
        shipment = db.session.get_one(Shipment, house.desk.place([], send_at=utcnow() + timedelta(days=1)))
        seals, its = sealer(), {"order_id": shipment.order_id, "part": 0, "kind": RecipientKind.PERSON, "address": ""}
        rows = [
            {**its, "row_no": n, "identity": seals.seal(one.encode()), "identity_hash": seals.hash(one)}
            for n, one in enumerate(numbers, 1)
        ]
        db.session.execute(Recipient.__table__.insert(), rows)
        shipment.recipients, shipment.looks_up, shipment.requested_send_at = persons, True, utcnow()
        db.session.commit()
    house.ring("app.dispatch.jobs.look_up", of="intake")


def stall(house: House, slow_s: float) -> None:
    """Let KRR take so long over each answer."""
    house.standin.desk.registers.moods["krr"] = Mood(slow_s=slow_s)
