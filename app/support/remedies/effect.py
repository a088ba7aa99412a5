"""What a remedy would do, before anybody confirms it: to how many, in which countries, at what cost, by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts.models import ServiceOwner
from app.db import db, driver_cursor
from app.dispatch.transaction import integers
from app.messaging import urls
from app.messaging.scheme import other
from app.messaging.segments import measure
from app.messaging.status import Channel
from app.orders.outcomes import Fate, Fates
from app.prices.queries import price_list
from app.shipments.models import Shipment
from app.support.failures.models import Failure
from app.support.failures.queries import Group
from app.support.remedies.models import RemedyKind

EFFECT = """
with meant as (
    select coalesce(a.segments, 1) as segments, h.expires_at <= %(at)s as is_expired,
        coalesce(s.reason, '') like 'country_rule:%%' as is_blocked, s.uncertain as is_uncertain,
        case when %(country)s::text is not null then %(country)s::text
             when %(moves)s and w.channel = 1 then coalesce(o.country, '') else w.country end as country,
        case when %(country)s::text is not null then true
             when %(moves)s then coalesce(o.address, '') <> '' else w.address <> '' end as is_known,
        %(moves)s and h.looks_up and coalesce(o.address, '') = '' as is_asked
    from failure as f
    join notification as w on w.id = f.notification_id
    join notification_state as s on s.id = f.notification_id
    join shipment as h on h.id = w.shipment_id
    left join lateral (
        select segments from attempt where notification_id = f.notification_id order by no desc limit 1
    ) as a on true
    left join lateral (
        select case when w.channel = 2 then r.email else r.address end as address, r.country from recipient as r
        where r.order_id = h.order_id and r.part = w.part and r.row_no = w.row_no and r.kind = 1 and not h.looks_up
        union all
        select other_address, other_country from addressee
        where h.looks_up and shipment_id = h.id and half = 0 and part = w.part and row_no = w.row_no
        and channel = w.channel and address = w.address
        limit 1
    ) as o on %(moves)s
    where f.group_id = %(group)s and (%(ids)s::bigint[] is null or f.notification_id = any(%(ids)s::bigint[]))
)
select country, count(*), coalesce(sum(greatest(segments, 1)) filter (where is_known), 0)::bigint,
    count(*) filter (where is_expired), count(*) filter (where is_blocked), count(*) filter (where is_uncertain),
    count(*) filter (where is_known), count(*) filter (where is_asked)
from meant group by 1 order by 2 desc, 1
"""


@dataclass(frozen=True, slots=True)
class EffectLine:
    """What a remedy would do in one country."""

    country: str
    """Where it goes to by SMS, or failed by SMS and goes by e-mail; empty for e-mail alone, and for no number."""
    count: int
    segments: int
    """Of all that is sent by SMS; 0 where it goes by e-mail."""
    expired: int
    blocked: int
    uncertain: int
    """How many the gateway may have had all the same."""
    known: int
    """How many have an address to go to."""
    asked: int
    """How many others are persons or organisations, whose register is asked when it is done."""
    cost: Decimal | None = None
    fate: Fate | None = None
    """What the country rules say now; None where none is asked."""

    @property
    def going(self) -> int:
        """How many are sent at most."""
        return self.known + self.asked


@dataclass(frozen=True, slots=True)
class Effect:
    """What a remedy would do."""

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
    def uncertain(self) -> int:
        """How many the gateway may have had all the same."""
        return sum(line.uncertain for line in self.lines)

    @property
    def known(self) -> int:
        """How many have an address to go to."""
        return sum(line.known for line in self.lines)

    @property
    def asked(self) -> int:
        """How many others are looked up in their register when it is done."""
        return sum(line.asked for line in self.lines)

    @property
    def lost(self) -> int:
        """How many have nowhere to go."""
        return self.count - self.known - self.asked

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
    goes_to: tuple[Channel, str] | None = None
    """Channel and country of a corrected address; None where each goes to one of its own."""


class _Latest(NamedTuple):
    """What the latest of the shipments says, and as whom it would say it by SMS."""

    text: str
    sender: str


def effect(group: Group, channel: Channel, plan: Plan) -> Effect:
    """Tell what a remedy would do, by one question, and what the country rules say of it now.

    What has not been an SMS before is measured by the latest text of all, with its placeholders still in it.
    """
    if plan.kind is RemedyKind.CLOSE:
        return Effect(_counted(group, plan, None))
    usually = other(channel) if plan.kind is RemedyKind.MOVE else channel
    goes_by, country = plan.goes_to or (usually, None)
    lines = _counted(group, plan, country)
    if goes_by is Channel.EMAIL:
        return Effect(_by_email(lines))
    latest = _latest(group, plan)
    if channel is Channel.EMAIL:
        each = measure(latest.text).segments
        lines = [replace(line, segments=each * line.going) for line in lines]
    sender = plan.sender or (latest.sender if channel is Channel.EMAIL else group.sender)
    fates = Fates(group.service_owner_id, sender, [line.country for line in lines if line.country], plan.at)
    return Effect(_by_sms(lines, fates, urls.hosts(latest.text)))


def _counted(group: Group, plan: Plan, country: str | None) -> Sequence[EffectLine]:
    ids = None if plan.ids is None else integers(plan.ids)
    meant = {"group": group.id, "ids": ids, "at": plan.at, "moves": plan.kind is RemedyKind.MOVE, "country": country}
    with driver_cursor() as cursor:
        cursor.execute(EFFECT, meant)
        return [EffectLine(*row) for row in cursor.fetchall()]


def _by_email(lines: Sequence[EffectLine]) -> Sequence[EffectLine]:
    price = price_list(Channel.EMAIL).of("")
    return [replace(line, segments=0, cost=None if price is None else price * line.going) for line in lines]


def _by_sms(lines: Sequence[EffectLine], fates: Fates, hosts: frozenset[str]) -> Sequence[EffectLine]:
    prices = price_list(Channel.SMS)
    costs = [_cost(prices.of(line.country), line.segments) for line in lines]
    told = [fates[line.country, hosts] if line.country else None for line in lines]
    return [replace(line, cost=cost, fate=fate) for line, cost, fate in zip(lines, costs, told, strict=True)]


def _cost(price: Decimal | None, segments: int) -> Decimal | None:
    """What is not sent costs nothing, whatever is known of prices."""
    return Decimal(0) if not segments else None if price is None else price * segments


def _latest(group: Group, plan: Plan) -> _Latest:
    meant = Failure.group_id == group.id
    chosen = meant if plan.ids is None else meant & Failure.notification_id.in_(plan.ids)
    last = select(func.max(Failure.shipment_id)).where(chosen).scalar_subquery()
    text = func.coalesce(func.nullif(Shipment.sms_text, ""), Shipment.email_text)
    sender = func.coalesce(func.nullif(Shipment.sms_sender, ""), ServiceOwner.sms_sender)
    found = select(text, sender).join(ServiceOwner, ServiceOwner.id == Shipment.service_owner_id)
    row = db.session.execute(found.where(Shipment.id == last)).one_or_none()
    return _Latest("", "") if row is None else _Latest(*row)
