"""Questions about dead reports; nothing that they tell of a person is shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Row, func, select, text

from app.db import db
from app.dispatch.models import ReportInbox
from app.messaging.status import ReportEffect, Status
from app.shipments.models import DeliveryReport
from app.web.paging import Page, Window

_COVERED = re.compile(r"[^\s<>\"']+@[^\s<>\"']+|\d(?:[\s-]?\d){4,}")
_SHOWN = 300
"""So many characters of a post that cannot be read."""


class Why(Enum):
    """Why a report is dead; the value stands in addresses."""

    UNKNOWN_REFERENCE = "unknown-reference"
    UNKNOWN_STATE = "unknown-state"
    EXPIRED = "expired"


EFFECTS = {
    Why.UNKNOWN_REFERENCE: ReportEffect.UNKNOWN_REFERENCE,
    Why.UNKNOWN_STATE: ReportEffect.UNKNOWN_STATE,
    Why.EXPIRED: ReportEffect.EXPIRED,
}

REPLAYABLE = (Why.UNKNOWN_REFERENCE, Why.UNKNOWN_STATE)
"""A report that came after the time to live comes no earlier by being replayed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A report that changed nothing though it should have."""

    id: int
    gateway: str
    why: Why
    reference: str
    state: str
    status: Status | None
    notification_id: int | None
    reported_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A post that holds no reports as we read them, with its numbers and addresses covered."""

    id: int
    gateway: str
    size: int
    words: str
    received_at: datetime


def page_of(why: Why | None, gateway: str | None, window: Window) -> Page[Line]:
    """One page of dead reports, the latest first."""
    wanted = [int(EFFECTS[one]) for one in (Why if why is None else [why])]
    found = select(
        DeliveryReport.id,
        DeliveryReport.gateway,
        DeliveryReport.effect,
        DeliveryReport.reference,
        DeliveryReport.state,
        DeliveryReport.status,
        DeliveryReport.notification_id,
        DeliveryReport.reported_at,
        DeliveryReport.received_at,
    ).where(DeliveryReport.effect.not_in((1, 2)), DeliveryReport.effect.in_(wanted))
    if gateway is not None:
        found = found.where(DeliveryReport.gateway == gateway)
    rows = db.session.execute(window.narrow(found, DeliveryReport.id)).all()
    return window.page([_line(row) for row in rows], lambda line: line.id)


def unreadable_page(gateway: str | None, window: Window) -> Page[Unreadable]:
    """One page of posts that cannot be read, the latest first."""
    body = ReportInbox.body
    sizes = (func.octet_length(body).label("size"), func.substring(body, 1, 4 * _SHOWN).label("beginning"))
    columns = (ReportInbox.id, ReportInbox.gateway, *sizes, ReportInbox.received_at)
    # Not `due_at` itself: a moment without an end is none in Python.
    found = select(*columns).where(ReportInbox.due_at == text("'infinity'"))
    if gateway is not None:
        found = found.where(ReportInbox.gateway == gateway)
    rows = db.session.execute(window.narrow(found, ReportInbox.id)).all()
    made = [Unreadable(row.id, row.gateway, row.size, covered(row.beginning), row.received_at) for row in rows]
    return window.page(made, lambda line: line.id)


def covered(body: bytes) -> str:
    """The beginning of a post without its numbers and e-mail addresses."""
    return _COVERED.sub("•••", body[: 4 * _SHOWN].decode("iso-8859-1"))[:_SHOWN]


def last_id() -> int:
    """The id of the latest report; 0 where there is none."""
    return db.session.scalar(select(DeliveryReport.id).order_by(DeliveryReport.id.desc()).limit(1)) or 0


def gateways() -> Sequence[str]:
    """The gateways that reports have come from, by name."""
    known = text("select name from gateway union select 'link' union select 'smtp' order by 1")
    return [row[0] for row in db.session.execute(known)]


def _line(row: Row[*tuple[Any, ...]]) -> Line:
    why = next(one for one, effect in EFFECTS.items() if effect == row.effect)
    status = None if row.status is None else Status(row.status)
    told = (row.reference, row.state, status, row.notification_id, row.reported_at, row.received_at)
    return Line(row.id, row.gateway, why, *told)
