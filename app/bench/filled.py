"""A database that holds much already: orders whose notifications stand in one status, made by the database itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app.bench.orders import service_owner
from app.db import db, utcnow
from app.messaging.status import AttemptOutcome, Channel, Route, ShipmentStatus, Status
from app.orders.models import Order
from app.shipments.models import Shipment

ACCEPTED = Status.SMS_ACCEPTED
DELIVERED = Status.SMS_DELIVERED

FAILS_EVERY = 50
"""Of a delivered order every so many-th notification has failed, as in real life."""

_TAKE_IDS = text("update id_block set next_id = next_id + :n where name = 'notification' returning next_id - :n")
_BLOCK = text("""
update shipment set first_id = b.first, last_id = b.first + :recipients - 1
from (select cast(:first as bigint) as first) as b where id = :shipment
""")
_NOTIFICATIONS = text("""
insert into notification (id, shipment_id, channel, address, country, part, row_no)
select b.first + n, :shipment, :sms, '+474' || lpad(((b.first + n) * 7654321 % 10000000)::text, 7, '0'), 'NO', 1, n + 2
from (select cast(:first as bigint) as first) as b, generate_series(0, :recipients - 1) as n
""")
_STATES = text("""
insert into notification_state (id, shipment_id, status, route, attempts, status_at)
select b.first + n, :shipment, case when :delivered and n % :fails_every = 0 then :failed else :status end, :real, 1,
    clock_timestamp()
from (select cast(:first as bigint) as first) as b, generate_series(0, :recipients - 1) as n
""")
_ATTEMPTS = text("""
insert into attempt (notification_id, no, gateway, route, outcome, sender, text, segments, reference, handed_over_at)
select b.first + n, 1, 'link', :real, :accepted, 'Bench', null, 1, 'ref-' || b.first + n, clock_timestamp()
from (select cast(:first as bigint) as first) as b, generate_series(0, :recipients - 1) as n
""")


@dataclass(frozen=True, slots=True)
class Filled:
    """One order that was made, and where its notifications begin."""

    order_id: int
    shipment_id: int
    first_id: int
    recipients: int


def fill(sizes: Sequence[int], status: Status) -> list[Filled]:
    """Make one order of each size whose notifications stand in the status; commits after each."""
    return [_one(size, status) for size in sizes]


def _one(recipients: int, status: Status) -> Filled:
    order, shipment = _placed(recipients, status)
    first_id = int(db.session.scalar(_TAKE_IDS, {"n": recipients}) or 0)
    made = {"first": first_id, "shipment": shipment.id, "recipients": recipients, "status": int(status)}
    kinds = {"sms": int(Channel.SMS), "real": int(Route.REAL), "accepted": int(AttemptOutcome.ACCEPTED)}
    fails = {"failed": int(Status.SMS_FAILED_UNDELIVERED), "delivered": status is DELIVERED, "fails_every": FAILS_EVERY}
    for statement in (_BLOCK, _NOTIFICATIONS, _STATES, _ATTEMPTS):
        wanted = {name: value for name, value in {**made, **kinds, **fails}.items() if f":{name}" in statement.text}
        db.session.execute(statement, wanted)
    db.session.commit()
    return Filled(order.id, shipment.id, first_id, recipients)


def _placed(recipients: int, status: Status) -> tuple[Order, Shipment]:
    owner_id, now = service_owner(), utcnow()
    content = {"service_owner_id": owner_id, "sms_sender": "Bench", "sms_text": "Hello", "daytime_only": False}
    order = Order(channel=Channel.SMS, placed_at=now, **content)
    db.session.add(order)
    db.session.flush()
    ended = ShipmentStatus.COMPLETED if status is DELIVERED else ShipmentStatus.PROCESSED
    shipment = Shipment(
        order_id=order.id, channel=Channel.SMS, status=ended, requested_send_at=now, recipients=recipients,
        expires_at=now + timedelta(hours=48), made=recipients, completed_at=now if status is DELIVERED else None,
        **content,
    )  # fmt: skip
    db.session.add(shipment)
    db.session.flush()
    return order, shipment
