"""An order for a bench: placed at once, with recipients and values, by COPY."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import ServiceOwner
from app.db import db, utcnow
from app.dispatch.transaction import cursor
from app.messaging.status import Channel
from app.orders.models import Intake, Order, RecipientKind
from app.shipments.models import Shipment

TEXT = "Hello ((first name)), your application has been received. You will hear from us within three weeks."
NAMES = ("Kari", "Ola", "Ingrid", "Lars", "Åse", "Per", "Solveig", "Bjørn")

COPY = """
copy recipient (order_id, part, row_no, kind, address, country, "values") from stdin (format binary)
"""
TYPES = ["int8", "int2", "int4", "int2", "text", "text", "text[]"]


def place(recipients: int, short_name: str = "bench") -> int:
    """Place an order for so many recipients, due now, and tell its shipment's id; commits."""
    owner_id = service_owner(short_name)
    order = Order(
        service_owner_id=owner_id, channel=Channel.SMS, sms_sender="Bench", sms_text=TEXT, daytime_only=False,
        placed_at=utcnow(),
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    db.session.add(Intake(order_id=order.id, part=1, columns=["phone", "first name"], valid=recipients))
    _copy_recipients(order.id, recipients)
    shipment = Shipment(
        order_id=order.id, service_owner_id=owner_id, channel=Channel.SMS, requested_send_at=utcnow(),
        daytime_only=False, expires_at=utcnow() + timedelta(hours=48), sms_sender="Bench", sms_text=TEXT,
        recipients=recipients,
    )  # fmt: skip
    db.session.add(shipment)
    db.session.commit()
    return shipment.id


def service_owner(short_name: str = "bench") -> int:
    """Tell the id of the service owner of that name, which is added where it is missing."""
    found = db.session.scalar(select(ServiceOwner.id).where(ServiceOwner.short_name == short_name))
    return found or _add_service_owner(short_name)


def _add_service_owner(short_name: str) -> int:
    owner = ServiceOwner(short_name=short_name, name="Bench", sms_sender="Bench", email_from="bench@varsel.example")
    db.session.add(owner)
    db.session.flush()
    return owner.id


def _copy_recipients(order_id: int, recipients: int) -> None:
    with cursor() as found, found.copy(COPY) as copy:
        copy.set_types(TYPES)
        for n in range(recipients):
            address = number(n)
            copy.write_row((order_id, 1, n + 2, RecipientKind.PHONE, address, "NO", [address, NAMES[n % len(NAMES)]]))


def number(n: int) -> str:
    """The n-th phone number; they neither repeat nor stand in order, as in a real list."""
    return f"+474{(n * 7_654_321) % 10_000_000:07d}"
