"""Questions about what stands beside a notification: its shipment, the check, the country's verdicts, its siblings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, literal, literal_column, select, union_all

from app.accounts.current import visible_to_me
from app.accounts.models import ServiceOwner
from app.db import db, utcnow
from app.messaging.scheme import channel_of
from app.messaging.status import Route, Status
from app.orders.kept import Kept, read
from app.orders.models import CheckLine, OrderCheck
from app.prices.queries import price_list
from app.shipments.models import Attempt, Notification, NotificationState, Shipment, ShipmentVerdict
from app.shipments.table import Line

SIBLINGS_WITHIN = timedelta(days=30)
MOST_SIBLINGS = 20

_LOOKED_THROUGH: ColumnElement[int] = literal_column("200")
"""How many of an address's last notifications are looked at for siblings that the person may see."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the country rules said, when it was decided what to do about it."""

    at: datetime
    country: str
    outcome: str
    policy: str
    sentence: str
    sender: str
    shown: str
    """What the phone is expected to show as sender; empty where the rules do not say."""
    whole: Kept
    """All of it, with the rules, their sources and what mends it."""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a register said of a person or an organisation, without addresses."""

    at: datetime
    register: str
    phones: int
    emails: int
    is_reserved: bool
    phone_confirmed_at: datetime | None = None
    email_confirmed_at: datetime | None = None
    why_not: str = ""
    """Why nothing was sent, the code of a `contacts.choosing.Reason`; empty where something was."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check page told the sender about this recipient's country."""

    at: datetime | None
    recipients: int
    segments: int
    """Of the dearest message to that country; 0 for e-mail."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another notification to the same address."""

    status: Status
    route: Route
    id: int
    channel: int
    service_owner: str
    at: datetime

    @property
    def is_simulated(self) -> bool:
        """Whether it went to the simulator."""
        return self.route is Route.SIMULATED


def ruled(notification_id: int) -> dict[int, Ruled]:
    """Find the verdicts by the number of the attempt that they were made for; 0 is what kept it from being sent."""
    facts = (ShipmentVerdict.made_at, ShipmentVerdict.country, ShipmentVerdict.facts)
    sent = select(Attempt.no, *facts).join(ShipmentVerdict, ShipmentVerdict.id == Attempt.verdict_id)
    kept = select(literal(0), *facts).join_from(
        NotificationState, ShipmentVerdict, ShipmentVerdict.id == NotificationState.verdict_id
    )
    both = union_all(
        sent.where(Attempt.notification_id == notification_id), kept.where(NotificationState.id == notification_id)
    )
    return {no: _ruled(*told) for no, *told in db.session.execute(both)}


def looked_up(notification_id: int) -> LookedUp | None:
    """Find what a register answered for a notification; None where none was asked."""
    its = select(Notification.register_answer).where(Notification.id == notification_id)
    answer = db.session.scalar(its)
    if not answer:
        return None
    found = (int(answer.get("phones", 0)), int(answer.get("emails", 0)), bool(answer.get("is_reserved")))
    confirmed = (_moment(answer.get("phone_confirmed_at")), _moment(answer.get("email_confirmed_at")))
    at = datetime.fromisoformat(answer["answered_at"])
    return LookedUp(at, answer["register"], *found, *confirmed, answer.get("why_not") or "")


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def checked(order_id: int, country: str) -> Checked | None:
    """Find what the last check said of a country; None where there was none."""
    its = (CheckLine.order_id == order_id, CheckLine.reminder == 0, CheckLine.country == country)
    lines = db.session.execute(select(CheckLine.recipients, CheckLine.segments).where(*its)).all()
    if not lines:
        return None
    ended_at = db.session.scalar(select(OrderCheck.ended_at).where(OrderCheck.order_id == order_id))
    return Checked(ended_at, sum(line.recipients for line in lines), max(line.segments for line in lines))


def siblings(line: Line) -> list[Sibling]:
    """Give the last notifications to the same address that the person at the desk may see, the latest first."""
    if not line.address:
        return []
    same = (Notification.address == line.address, Notification.id != line.id)
    ids = select(Notification.id, Notification.shipment_id, Notification.channel).where(*same)
    last = ids.order_by(Notification.id.desc()).limit(_LOOKED_THROUGH).subquery("last")
    found = (
        select(
            NotificationState.status,
            NotificationState.route,
            last.c.id,
            last.c.channel,
            ServiceOwner.short_name,
            Shipment.requested_send_at,
        )
        .join(NotificationState, NotificationState.id == last.c.id)
        .join(Shipment, Shipment.id == last.c.shipment_id)
        .join(ServiceOwner, ServiceOwner.id == Shipment.service_owner_id)
        .where(Shipment.requested_send_at >= utcnow() - SIBLINGS_WITHIN, visible_to_me(Shipment.service_owner_id))
        .order_by(last.c.id.desc())
        .limit(MOST_SIBLINGS)
    )
    return [_sibling(*row) for row in db.session.execute(found)]


def cost(line: Line, segments: Sequence[int]) -> Decimal | None:
    """Price the attempts, of so many segments each, in NOK without VAT; None where no price is known.

    What only went to the simulator costs nothing.
    """
    if line.is_simulated:
        return Decimal(0)
    price = price_list(channel_of(line.status)).of(line.country)
    return None if price is None else price * sum(max(number, 1) for number in segments)


def _ruled(at: datetime, country: str, facts: dict[str, Any]) -> Ruled:
    shown = facts.get("shown") or {}
    told = (facts.get("outcome", ""), facts.get("policy", ""), facts.get("sentence", ""), facts.get("sender", ""))
    return Ruled(at, country, *told, shown.get("text") or "", read(facts))


def _sibling(status: int, route: int, *others: Any) -> Sibling:
    return Sibling(Status(status), Route(route), *others)
