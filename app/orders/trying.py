"""A test of a draft to oneself: a small order of its own, which goes the way that all orders go."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, literal, select

from app.accounts.models import Person
from app.allow_list import queries as allow_list
from app.audit import service as audit
from app.db import db, utcnow
from app.messaging.address import parse_phone
from app.messaging.days import Days
from app.messaging.status import Channel
from app.orders import check, outlook, service
from app.orders.checked import Shown
from app.orders.models import PASTED, Intake, IntakeStatus, Order, Recipient, RecipientKind
from app.orders.queries import FoundRow
from app.orders.service import Content, PlaceOutcome, PlaceResult
from app.prices.queries import price_list
from app.web.environment import is_production

MOST = 20
"""Tests that a person may send within an hour."""

WITHIN = timedelta(hours=1)


class TooMany(Exception):
    """The person has sent as many tests as an hour allows."""


class NoNumber(Exception):
    """The person has given no mobile number."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A test that can be sent: to where, what it costs, and whether the simulator gets it."""

    channel: Channel
    address: str
    """Empty where the person has given none."""
    segments: int
    cost: Decimal | None
    is_simulated: bool


def offers(shown: Shown, person: Person) -> Sequence[Offer]:
    """The tests that the person may send of the messages of one row."""
    return [_offer(one.channel, one.segments, person) for one in shown.messages if one.message.text.strip()]


def _offer(channel: Channel, segments: int, person: Person) -> Offer:
    if channel is Channel.EMAIL:
        return Offer(channel, person.email, 0, price_list(channel).of(""), is_simulated=False)
    price = price_list(channel).of(parse_phone(person.mobile).country) if person.mobile else None
    cost = None if price is None else price * segments
    return Offer(channel, person.mobile, segments, cost, is_simulated=_is_simulated(person.mobile))


def _is_simulated(mobile: str) -> bool:
    return bool(mobile) and not is_production() and not allow_list.active_among(select(literal(mobile)))


def send(draft: Order, row: FoundRow, channel: Channel, person: Person) -> PlaceResult:
    """Place an order of one message, as this row gets it, to the person; raise TooMany, NoNumber.

    What a country says is confirmed by asking for a test to one's own number. Who is not sent to by the country's
    rules is told by the result's problems.
    """
    _admit(person)
    address = person.mobile if channel is Channel.SMS else person.email
    if not address:
        raise NoNumber
    test = service.create_draft(draft.service_owner_id, person.id, _content(draft, channel))
    test.is_test = True
    _add_recipient(test.id, row, channel, address)
    check.ask(test.id)
    db.session.refresh(test)
    confirmed = [line.country for line in outlook.of(test).to_confirm]
    result = service.place(test.id, test.revision, person.id, confirmed)
    if result.outcome is PlaceOutcome.PLACED:
        owner = draft.service_owner_id
        audit.record("order.tested", "order", draft.id, service_owner_id=owner, test=test.id, channel=channel.name)
    return result


def _admit(person: Person) -> None:
    """Tests of one person are counted one after the other, so that two at once are not both the last."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    lately = (Order.placed_by_id == person.id, Order.is_test, Order.placed_at > utcnow() - WITHIN)
    if (db.session.scalar(select(func.count()).select_from(Order).where(*lately)) or 0) >= MOST:
        raise TooMany


def _content(draft: Order, channel: Channel) -> Content:
    """The draft's own words on one channel, at once and at any hour."""
    same = Content(**{field.name: getattr(draft, field.name) for field in fields(Content)})
    alone = replace(same, channel=channel, falls_back=False, send_at=None, daytime_only=False, days=Days.EVERY)
    return replace(alone, ignores_reservation=False, reservation_ground="", uses_stale=False)


def _add_recipient(order_id: int, row: FoundRow, channel: Channel, address: str) -> None:
    is_sms = channel is Channel.SMS
    country = parse_phone(address).country if is_sms else ""
    read = {"status": IntakeStatus.READ, "rows_read": 1, "valid": 1, "ended_at": utcnow()}
    countries = {country: 1} if is_sms else {}
    db.session.add(Intake(order_id=order_id, part=PASTED, columns=list(row.columns), countries=countries, **read))
    kind = RecipientKind.PHONE if is_sms else RecipientKind.EMAIL
    told = {"register_name": row.register_name, "values": list(row.values) or None}
    place = {"order_id": order_id, "part": PASTED, "row_no": 1}
    db.session.add(Recipient(**place, **told, kind=kind, address=address, country=country))
    db.session.flush()
