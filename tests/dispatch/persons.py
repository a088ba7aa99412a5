"""Orders to persons and organisations, and what was made of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from app.contacts import service
from app.contacts.sealing import sealer
from app.contacts.service import Details
from app.db import db, utcnow
from app.dispatch.claim import Clock
from app.messaging.identity import parse_any
from app.messaging.scheme import Scheme
from app.messaging.status import Status
from app.orders.models import Intake, Order, Recipient, RecipientKind
from app.shipments.models import Notification, NotificationState, Shipment
from tests.dispatch.desk import Desk


def enter(number: str, *, email: str = "", phone: str = "", **more: Any) -> None:
    """Enter somebody in the embedded register."""
    given = {"emails": (email,) if email else (), "phones": (phone,) if phone else (), **more}
    service.add(parse_any(number), Details(number, **given))
    db.session.commit()


def placer(desk: Desk) -> Callable[..., int]:
    """What places an order to numbers and addresses, and tells its shipment's id."""

    def placed(*given: str, scheme: Scheme = Scheme.SMS, **wishes: Any) -> int:
        content = {
            "sms_sender": "Test",
            "sms_text": "Hi",
            "email_from": "a@b.no",
            "email_subject": "S",
            "email_text": "T",
        }
        owner = desk.owner("ttd")
        order = Order(service_owner_id=owner, channel=scheme, daytime_only=False, placed_at=utcnow(), **content)
        db.session.add(order)
        db.session.flush()
        db.session.add(Intake(order_id=order.id, part=0, columns=[]))
        db.session.add_all([recipient(order.id, row_no, one) for row_no, one in enumerate(given, 1)])
        shipment = Shipment(
            order_id=order.id, service_owner_id=owner, channel=scheme, requested_send_at=utcnow(), daytime_only=False,
            expires_at=utcnow() + timedelta(hours=48), recipients=len(given), looks_up=True, **content, **wishes,
        )  # fmt: skip
        db.session.add(shipment)
        db.session.commit()
        return shipment.id

    return placed


def recipient(order_id: int, row_no: int, given: str) -> Recipient:
    """A recipient as the intake stores it."""
    place = {"order_id": order_id, "part": 0, "row_no": row_no}
    if "@" in given:
        return Recipient(**place, kind=RecipientKind.EMAIL, address=given)
    if given.startswith("+"):
        return Recipient(**place, kind=RecipientKind.PHONE, address=given, country="NO")
    found, seals = parse_any(given), sealer()
    sealed = {"identity": seals.seal(found.number.encode()), "identity_hash": seals.hash(found.number)}
    return Recipient(**place, kind=found.kind, address="", **sealed)


def made(shipment_id: int) -> list[tuple[int, str, Status]]:
    """Row number, address and status of each notification."""
    found = select(Notification.row_no, Notification.address, NotificationState.status)
    joined = found.join(NotificationState, NotificationState.id == Notification.id)
    rows = db.session.execute(joined.where(Notification.shipment_id == shipment_id).order_by(Notification.id))
    return [(row_no, address, Status(status)) for row_no, address, status in rows]


def after_the_first_chunk(deed: Callable[[], object]) -> Clock:
    """A clock by which something is done when the first chunk has been taken and nothing of it stored.

    It is asked the time for taking a chunk and for asking about it.
    """
    asked = count(1)

    def clock() -> datetime:
        if next(asked) == 3:
            deed()
        return utcnow()

    return clock
