"""Placed orders with notifications in any status, made by a few statements however many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from app.accounts.models import Person, ServiceOwner
from app.db import db, utcnow
from app.messaging.status import Channel, Route, ShipmentStatus, Status
from app.orders.models import Intake, Order, Recipient, RecipientKind
from app.shipments.models import Attempt, DeliveryReport, Notification, NotificationState, Shipment
from app.shipments.selection import Block

FIRST_NUMBER = 4_790_000_000


@dataclass(frozen=True)
class Placed:
    """The ids of an order made for a test."""

    order_id: int
    shipment_id: int
    service_owner_id: int
    first_id: int
    last_id: int

    @property
    def block(self) -> Block:
        """Where its notifications are."""
        return Block(self.shipment_id, self.first_id, self.last_id)

    @property
    def ids(self) -> range:
        """The ids of its notifications."""
        return range(self.first_id, self.last_id + 1)


def owner(short_name: str = "ttd") -> int:
    """Make a service owner."""
    made = ServiceOwner(short_name=short_name, name=short_name.upper(), sms_sender="Test", email_from="a@ttd.example")
    db.session.add(made)
    db.session.flush()
    return made.id


def person(name: str = "Kari Nordmann") -> int:
    """Make a person who cannot sign in."""
    made = Person(email=f"{name.replace(' ', '.')}@ttd.example", name=name, password_hash="none")
    db.session.add(made)
    db.session.flush()
    return made.id


def draft(service_owner_id: int, reference: str = "") -> None:
    """Make a draft, which nobody has placed."""
    made = Order(
        service_owner_id=service_owner_id, channel=Channel.SMS, senders_reference=reference, daytime_only=False
    )
    db.session.add(made)
    db.session.flush()


def place(
    service_owner_id: int,
    statuses: Mapping[Status, int] | None = None,
    *,
    status: ShipmentStatus = ShipmentStatus.COMPLETED,
    route: Route = Route.REAL,
    channel: Channel = Channel.SMS,
    reference: str = "",
    body: str = "Hello",
    send_at: datetime | None = None,
    daytime_only: bool = False,
    recipients: int | None = None,
    placed_by_id: int | None = None,
    columns: Sequence[str] = (),
    file_name: str = "",
    values: Sequence[str] = (),
) -> Placed:
    """Make a placed order; its notifications take the given statuses one after another, from row 1 on."""
    counts = statuses or {}
    total = sum(counts.values())
    now = utcnow()
    content = (
        {"sms_sender": "Test", "sms_text": body}
        if channel is Channel.SMS
        else {"email_from": "post@ttd.example", "email_subject": f"About {body}", "email_text": body}
    )
    order = Order(
        service_owner_id=service_owner_id,
        channel=channel,
        senders_reference=reference,
        daytime_only=daytime_only,
        placed_at=now,
        placed_by_id=placed_by_id,
        **content,
    )
    db.session.add(order)
    db.session.flush()
    if columns:
        db.session.add(
            Intake(order_id=order.id, part=1, file_name=file_name, columns=list(columns), recipient_column=0)
        )
    first_id = _take_ids(total)
    shipment = Shipment(
        order_id=order.id,
        service_owner_id=service_owner_id,
        channel=channel,
        status=status,
        requested_send_at=send_at or now,
        daytime_only=daytime_only,
        expires_at=now + timedelta(hours=48),
        recipients=total if recipients is None else recipients,
        first_id=first_id if total else None,
        last_id=first_id + total - 1 if total else None,
        made=total,
        **content,
    )
    db.session.add(shipment)
    db.session.flush()
    made = Placed(order.id, shipment.id, service_owner_id, first_id, first_id + total - 1)
    _notify(made, channel, 1 if columns else 0, list(values))
    _stand(made, counts, route)
    return made


def address_of(placed: Placed, notification_id: int) -> str:
    """The phone number of one of an order's notifications."""
    return f"+{FIRST_NUMBER + notification_id - placed.first_id}"


def move(ids: Sequence[int], status: Status, *, route: Route = Route.REAL, **others: Any) -> None:
    """Move notifications on, as a worker does."""
    state = NotificationState.__table__.update().where(NotificationState.id.in_(ids))
    db.session.execute(state.values({"status": status, "route": route, "status_at": utcnow(), **others}))


def attempt(notification_id: int, no: int = 1, **others: Any) -> None:
    """Note a hand-over that LINK accepted, unless `others` say otherwise."""
    now = utcnow()
    usual: dict[str, Any] = {
        "gateway": "link",
        "route": Route.REAL,
        "outcome": 1,
        "sender": "Test",
        "segments": 1,
        "reference": f"ref-{notification_id}-{no}",
        "words": "OK",
        "handed_over_at": now,
        "answered_at": now + timedelta(milliseconds=120),
    }
    db.session.execute(insert(Attempt).values(notification_id=notification_id, no=no, **(usual | others)))


def report(notification_id: int, **others: Any) -> None:
    """Note a delivery report that delivered, unless `others` say otherwise."""
    usual: dict[str, Any] = {
        "gateway": "link",
        "reference": f"ref-{notification_id}-1",
        "state": "DELIVRD",
        "status": Status.SMS_DELIVERED,
        "effect": 1,
        "received_at": utcnow() + timedelta(seconds=1),
    }
    db.session.add(DeliveryReport(notification_id=notification_id, **(usual | others)))
    db.session.flush()


def _take_ids(count: int) -> int:
    taken = text("update id_block set next_id = next_id + :n where name = 'notification' returning next_id - :n")
    return int(db.session.execute(taken, {"n": count}).scalar_one())


def _notify(made: Placed, channel: Channel, part: int, values: Sequence[str]) -> None:
    address = (
        f"'+' || ({FIRST_NUMBER} + g - :first)"
        if channel is Channel.SMS
        else "'person' || (g - :first + 1) || '@example.com'"
    )
    kind = RecipientKind.PHONE if channel is Channel.SMS else RecipientKind.EMAIL
    parameters = {"first": made.first_id, "last": made.last_id, "part": part, "header": 1 if part else 0}
    db.session.execute(
        text(
            f"insert into {Notification.__tablename__} (id, shipment_id, channel, address, country, part, row_no) "
            f"select g, :shipment, :channel, {address}, :country, :part, g - :first + 1 + :header "
            "from generate_series(cast(:first as bigint), :last) as g"
        ),
        {**parameters, "shipment": made.shipment_id, "channel": channel, "country": "NO" if kind == 1 else ""},
    )
    db.session.execute(
        text(
            f"insert into {Recipient.__tablename__} (order_id, part, row_no, kind, address, country, values) "
            f"select :order, :part, g - :first + 1 + :header, :kind, {address}, '', "
            f"case when :is_list then array[{address}] || cast(:values as text[]) end "
            "from generate_series(cast(:first as bigint), :last) as g"
        ),
        {**parameters, "order": made.order_id, "kind": kind, "is_list": bool(part), "values": list(values)},
    )


def _stand(made: Placed, counts: Mapping[Status, int], route: Route) -> None:
    next_id = made.first_id
    for status, count in counts.items():
        db.session.execute(
            text(
                f"insert into {NotificationState.__tablename__} (id, shipment_id, status, route, status_at) "
                "select g, :shipment, :status, :route, now() from generate_series(cast(:first as bigint), :last) as g"
            ),
            {
                "shipment": made.shipment_id,
                "status": status,
                "route": route,
                "first": next_id,
                "last": next_id + count - 1,
            },
        )
        next_id += count


def set_shipment(placed: Placed, status: ShipmentStatus) -> None:
    """Give a shipment another status, as a worker does."""
    table = Shipment.__table__
    db.session.execute(table.update().where(table.c.id == placed.shipment_id).values(status=status))
