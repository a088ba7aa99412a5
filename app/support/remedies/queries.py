"""Questions about remedies: what one would do, how far one has come, and what was done to a notification."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from app.accounts.models import Person
from app.db import db, driver_cursor
from app.dispatch.transaction import integers
from app.messaging import urls
from app.messaging.scheme import other
from app.messaging.status import Channel
from app.orders.outcomes import Fate, Fates
from app.prices.queries import price_list
from app.shipments.models import Shipment
from app.support.failures.models import Failure
from app.support.failures.queries import Group
from app.support.remedies.models import LineOutcome, Remedy, RemedyKind, RemedyLine, RemedyStatus
from app.web.paging import Page, Window

EFFECT = """
select w.country, count(*), sum(greatest(coalesce(a.segments, 1), 1))::bigint,
    count(*) filter (where h.expires_at <= %(at)s), count(*) filter (where s.reason like 'country_rule:%%'),
    count(*) filter (where coalesce(o.address, '') <> ''),
    count(*) filter (where %(moves)s and h.looks_up and coalesce(o.address, '') = '')
from failure as f
join notification as w on w.id = f.notification_id
join notification_state as s on s.id = f.notification_id
join shipment as h on h.id = w.shipment_id
left join lateral (
    select segments from attempt where notification_id = f.notification_id order by no desc limit 1
) as a on true
left join lateral (
    select case when w.channel = 2 then r.email else r.address end as address from recipient as r
    where r.order_id = h.order_id and r.part = w.part and r.row_no = w.row_no and r.kind = 1 and not h.looks_up
    union all
    select other_address from addressee
    where h.looks_up and shipment_id = h.id and half = 0 and part = w.part and row_no = w.row_no
    and channel = w.channel and address = w.address
    limit 1
) as o on %(moves)s
where f.group_id = %(group)s and (%(ids)s::bigint[] is null or f.notification_id = any(%(ids)s::bigint[]))
group by 1 order by 2 desc, 1
"""


@dataclass(frozen=True, slots=True)
class EffectLine:
    """What a remedy would do in one country."""

    country: str
    count: int
    segments: int
    expired: int
    blocked: int
    known: int
    """How many have an address on the other channel."""
    asked: int
    """How many others are persons or organisations, whose register is asked when it is done."""
    cost: Decimal | None = None
    fate: Fate | None = None
    """What the country rules say now; None where none is asked."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a remedy would do, before anybody confirms it."""

    lines: Sequence[EffectLine] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """How many failures are meant."""
        return sum(line.count for line in self.lines)

    @property
    def expired(self) -> int:
        """How many have outlived their time to live."""
        return sum(line.expired for line in self.lines)

    @property
    def blocked(self) -> int:
        """How many a country rule kept back."""
        return sum(line.blocked for line in self.lines)

    @property
    def known(self) -> int:
        """How many have an address on the other channel."""
        return sum(line.known for line in self.lines)

    @property
    def asked(self) -> int:
        """How many others are looked up in their register when it is done."""
        return sum(line.asked for line in self.lines)

    @property
    def is_stopped(self) -> bool:
        """Whether a country's rules would stop any of it now."""
        return any(line.fate is not None and line.fate.is_stopped for line in self.lines)

    @property
    def cost(self) -> Decimal | None:
        """NOK without VAT; None where a price is missing."""
        known = [line.cost for line in self.lines if line.cost is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.lines) else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a remedy, as far as its effect depends on it."""

    kind: RemedyKind
    ids: Sequence[int] | None
    at: datetime
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a remedy did to one notification."""

    at: datetime
    remedy_id: int
    kind: RemedyKind
    outcome: LineOutcome
    person: str
    reason: str
    notification_id: int
    new_id: int | None


def effect(group: Group, channel: Channel, plan: Plan) -> Effect:
    """Tell what a remedy would do, by one question, and what the country rules say of it now."""
    moves = plan.kind is RemedyKind.MOVE
    ids = None if plan.ids is None else integers(plan.ids)
    with driver_cursor() as cursor:
        cursor.execute(EFFECT, {"group": group.id, "ids": ids, "at": plan.at, "moves": moves})
        rows = cursor.fetchall()
    goes_by = other(channel) if moves else channel
    prices, asks = price_list(goes_by), goes_by is Channel.SMS and plan.kind is not RemedyKind.CLOSE
    fates = _fates(group, plan, [row[0] for row in rows]) if asks and not moves else {}
    priced = [prices.of(row[0] if goes_by is Channel.SMS else "") for row in rows]
    costs = [_cost(price, row, moves=moves) for price, row in zip(priced, rows, strict=True)]
    pairs = zip(rows, costs, strict=True)
    return Effect(tuple(replace(EffectLine(*row), cost=cost, fate=fates.get(row[0])) for row, cost in pairs))


def _cost(price: Decimal | None, row: Sequence[Any], *, moves: bool) -> Decimal | None:
    return None if price is None else price * (row[5] + row[6] if moves else row[2])


def _fates(group: Group, plan: Plan, countries: Sequence[str]) -> dict[str, Fate]:
    latest = select(func.max(Failure.shipment_id)).where(Failure.group_id == group.id).scalar_subquery()
    text = db.session.scalar(select(Shipment.sms_text).where(Shipment.id == latest)) or ""
    known = [country for country in countries if country]
    fates = Fates(group.service_owner_id, plan.sender or group.sender, known, plan.at)
    return {country: fates[country, urls.hosts(text)] for country in known}


def remedy(remedy_id: int) -> tuple[Remedy, str] | None:
    """Find a remedy, with the name of who began it."""
    row = db.session.execute(
        select(Remedy, Person.name).join(Person, Person.id == Remedy.person_id).where(Remedy.id == remedy_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def remedies(window: Window, group_id: int | None = None) -> Page[Any]:
    """Give one page of remedies with the names of who began them, the latest first."""
    statement = select(Remedy, Person.name).join(Person, Person.id == Remedy.person_id)
    if group_id is not None:
        statement = statement.where(Remedy.group_id == group_id)
    return window.page(db.session.execute(window.narrow(statement, Remedy.id)).all(), key=lambda row: row[0].id)


def outcomes(remedy_id: int) -> Counter[LineOutcome]:
    """Count what came of it so far."""
    counted = select(RemedyLine.outcome, func.count()).where(RemedyLine.remedy_id == remedy_id)
    rows = db.session.execute(counted.group_by(RemedyLine.outcome))
    return Counter({LineOutcome(row[0]): row[1] for row in rows})


def deeds(notification_id: int) -> list[Deed]:
    """List what remedies did to a notification, or made it by."""
    statement = (
        select(
            RemedyLine.at,
            Remedy.id,
            Remedy.kind,
            RemedyLine.outcome,
            Person.name,
            Remedy.reason,
            RemedyLine.notification_id,
            RemedyLine.new_id,
        )
        .join(Remedy, Remedy.id == RemedyLine.remedy_id)
        .join(Person, Person.id == Remedy.person_id)
        .where(or_(RemedyLine.notification_id == notification_id, RemedyLine.new_id == notification_id))
        .order_by(RemedyLine.at)
    )
    return [_deed(*row) for row in db.session.execute(statement)]


def one_is_open() -> bool:
    """Whether a remedy waits or is under way; cheap."""
    return db.session.scalar(select(Remedy.id).where(Remedy.status == RemedyStatus.OPEN).limit(1)) is not None


def _deed(at: datetime, remedy_id: int, kind: int, outcome: int, *others: Any) -> Deed:
    return Deed(at, remedy_id, RemedyKind(kind), LineOutcome(outcome), *others)
