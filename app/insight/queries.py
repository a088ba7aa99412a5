"""Questions about the daily figures; none of them reads a notification."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Date, cast, func, select, true, tuple_

from app.db import db
from app.insight import buckets
from app.insight.models import InsightCount, InsightDay, InsightTime
from app.insight.periods import Period
from app.messaging.status import DELIVERED, FAILED, Channel, Route, Status

MOST_PARTS = 20
"""How many lines a table of failures shows; the export has all."""

_OF_ROUTE = {False: (Route.NONE, Route.REAL), True: (Route.SIMULATED,)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose figures are asked for, and when."""

    period: Period
    service_owner_ids: Sequence[int] | None = None
    """None for all there are; the caller sees to it that the person may see them."""
    channel: Channel | None = None
    is_simulated: bool = False
    """What went to the simulator, or everything else: they are never added up."""

    @property
    def timed_channel(self) -> Channel:
        """Of which channel the times to delivery are told: they mean different things, and are never mixed."""
        return self.channel or Channel.SMS


@dataclass(frozen=True, slots=True)
class Figures:
    """How the notifications of one step, or of several together, have fared."""

    by_status: Counter[Status] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    """How many were delivered in each step of `buckets`."""

    @property
    def total(self) -> int:
        """All notifications."""
        return self.by_status.total()

    @property
    def delivered(self) -> int:
        """Those with a delivered status."""
        return sum(self.by_status[status] for status in DELIVERED.values())

    @property
    def failed(self) -> int:
        """Those with any of the failed statuses."""
        return sum(n for status, n in self.by_status.items() if status in FAILED)

    @property
    def open(self) -> int:
        """Those without a final status."""
        return self.total - self.delivered - self.failed

    @property
    def share(self) -> float | None:
        """Delivered of those that are final, from 0 to 1; None where none is."""
        final = self.delivered + self.failed
        return self.delivered / final if final else None

    @property
    def median_s(self) -> float | None:
        """Within how many seconds half of the delivered ones were."""
        return buckets.quantile(self.times, 0.5)

    @property
    def p95_s(self) -> float | None:
        """Within how many seconds 95 of 100 delivered ones were."""
        return buckets.quantile(self.times, 0.95)


class By(StrEnum):
    """What failures are told apart by."""

    CAUSE = "cause"
    COUNTRY = "country"
    GATEWAY = "gateway"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class Part:
    """The notifications that have one cause, country, gateway or sender."""

    name: str
    failed: int
    total: int
    """All of them, failed or not; of a cause those that failed."""
    status: Status | None = None
    """Of a cause, whose reason is the name."""

    @property
    def share(self) -> float:
        """Failed of all, from 0 to 1."""
        return self.failed / self.total if self.total else 0.0


def series(wanted: Wanted) -> dict[date, Figures]:
    """Tell the figures of each step of the period, also of those in which nothing was sent."""
    found = {start: Figures() for start in wanted.period.starts}
    for start, status, n in db.session.execute(_statuses(wanted)):
        found[start].by_status[Status(status)] += n
    for start, bucket, n in db.session.execute(_times(wanted)):
        found[start].times[bucket] += n
    return found


def together(figures: Mapping[date, Figures]) -> Figures:
    """Add figures up."""
    whole = Figures()
    for one in figures.values():
        whole.by_status.update(one.by_status)
        whole.times.update(one.times)
    return whole


def parts(wanted: Wanted) -> dict[By, list[Part]]:
    """Tell by cause, country, gateway and sender what failed, most first; by one question."""
    once = _all_at_once(wanted).subquery("once")
    sets = (once.c.country, once.c.gateway, once.c.sender)
    columns = (once.c.status, once.c.reason, *sets)
    failed = cast(func.coalesce(func.sum(once.c.n).filter(once.c.status.in_(sorted(FAILED))), 0), BigInteger)
    statement = (
        select(func.grouping(*columns), *columns, failed, _sum(once.c.n))
        .group_by(func.grouping_sets(tuple_(once.c.status, once.c.reason), *sets))
        .having(failed > 0)
        .order_by(failed.desc(), *columns)
    )
    found: dict[By, list[Part]] = defaultdict(list)
    for row in db.session.execute(statement):
        by, part = _part(*row)
        found[by].append(part)
    return found


def _all_at_once(wanted: Wanted) -> Any:
    """Let go of days and service owners first: what is left is cut four ways without reading it four times."""
    kinds = (
        InsightCount.status,
        InsightCount.reason,
        InsightCount.country,
        InsightCount.gateway,
        InsightCount.sender,
    )
    conditions = (*_of(InsightCount, wanted), _has_channel(InsightCount, wanted.channel))
    return select(*kinds, _sum(InsightCount.n).label("n")).where(*conditions).group_by(*kinds)


def rolled_at() -> datetime | None:
    """Tell when figures were last made; None where none ever were."""
    return db.session.scalar(select(func.max(InsightDay.rolled_at)))


_CAUSE, _COUNTRY, _GATEWAY, _SENDER = 0b00111, 0b11011, 0b11101, 0b11110
"""Which columns are left out of a grouping set, as `grouping` says it."""


def _part(left_out: int, status: int, reason: str, *others: Any) -> tuple[By, Part]:
    country, gateway, sender, failed, total = others
    if left_out == _CAUSE:
        return By.CAUSE, Part(reason, failed, total, Status(status))
    name = {_COUNTRY: country, _GATEWAY: gateway, _SENDER: sender}[left_out]
    return {_COUNTRY: By.COUNTRY, _GATEWAY: By.GATEWAY, _SENDER: By.SENDER}[left_out], Part(name, failed, total)


def _statuses(wanted: Wanted) -> Any:
    conditions = (*_of(InsightCount, wanted), _has_channel(InsightCount, wanted.channel))
    return _by_step(InsightCount, InsightCount.status, wanted, conditions)


def _times(wanted: Wanted) -> Any:
    conditions = (*_of(InsightTime, wanted), _has_channel(InsightTime, wanted.timed_channel))
    return _by_step(InsightTime, InsightTime.bucket, wanted, conditions)


def _by_step(table: type[InsightCount | InsightTime], kind: Any, wanted: Wanted, conditions: Any) -> Any:
    """Add up by days first, of which there are few, so that not every row is asked for its step."""
    days = select(table.day, kind.label("kind"), _sum(table.n).label("n")).where(*conditions).group_by(table.day, kind)
    by_day = days.subquery("by_day")
    start = cast(func.date_trunc(wanted.period.step.value, by_day.c.day), Date)
    return select(start, by_day.c.kind, _sum(by_day.c.n)).group_by(start, by_day.c.kind)


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _of(table: type[InsightCount | InsightTime], wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield table.day.between(wanted.period.first_on, wanted.period.last_on)
    yield table.route.in_(_OF_ROUTE[wanted.is_simulated])
    if wanted.service_owner_ids is not None:
        yield table.service_owner_id.in_(wanted.service_owner_ids)


def _has_channel(table: type[InsightCount | InsightTime], channel: Channel | None) -> ColumnElement[bool]:
    return true() if channel is None else table.channel == channel


def shown(found: Sequence[Part]) -> Sequence[Part]:
    """Give as many as a table shows."""
    return found[:MOST_PARTS]
