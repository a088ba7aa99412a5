"""Questions about single notifications: how they stand, their attempts, their delivery reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, any_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from app.db import db
from app.messaging.status import AttemptOutcome, ReportEffect, Route, Status
from app.shipments.models import Attempt, DeliveryReport, Notification, NotificationState
from app.shipments.table import Line, lines_of


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: a hand-over to a gateway and what came of it."""

    notification_id: int
    no: int
    gateway: str
    route: Route
    outcome: AttemptOutcome
    sender: str
    text: str | None
    """Null where it is the shipment's own text."""
    segments: int
    reference: str | None
    code: str
    words: str
    handed_over_at: datetime
    answered_at: datetime | None

    @property
    def took_s(self) -> float | None:
        """How long the gateway took to answer, in seconds; None where it never did."""
        return None if self.answered_at is None else (self.answered_at - self.handed_over_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Report:
    """One delivery report and what it did."""

    id: int
    gateway: str
    state: str
    status: Status | None
    effect: ReportEffect
    reported_at: datetime | None
    received_at: datetime


def line(notification_id: int) -> Line | None:
    """Tell how one notification stands; None where there is no such notification."""
    return next(iter(lines_of([notification_id])), None)


def next_retry_at(shipment_id: int) -> datetime | None:
    """Tell when the next of a shipment's notifications that were refused for now is handed over again, if any is."""
    waits = NotificationState.due_at.is_not(None)
    found = select(NotificationState.due_at).where(NotificationState.shipment_id == shipment_id, waits)
    return db.session.scalar(found.order_by(NotificationState.due_at).limit(1))


def made_instead(notification_id: int) -> int | None:
    """Find the notification on the other channel that was made because this one failed; its id is the next one."""
    made = select(Notification.id).where(Notification.id == notification_id + 1)
    return db.session.scalar(made.where(Notification.instead_of == notification_id))


def attempts(notification_id: int) -> list[Try]:
    """List a notification's attempts, the first one first."""
    found = select(*_ATTEMPT).where(Attempt.notification_id == notification_id).order_by(Attempt.no)
    return [_try(row) for row in db.session.execute(found)]


def last_attempts(notification_ids: Sequence[int]) -> dict[int, Try]:
    """Find by one question the last attempt of each of these notifications that has one."""
    found = (
        select(*_ATTEMPT)
        .where(Attempt.notification_id == any_(cast(list(notification_ids), ARRAY(BigInteger))))
        .ext(distinct_on(Attempt.notification_id))
        .order_by(Attempt.notification_id, Attempt.no.desc())
    )
    return {row.notification_id: _try(row) for row in db.session.execute(found)}


def reports(notification_id: int) -> list[Report]:
    """List a notification's delivery reports, the first received first."""
    found = (
        select(
            DeliveryReport.id,
            DeliveryReport.gateway,
            DeliveryReport.state,
            DeliveryReport.status,
            DeliveryReport.effect,
            DeliveryReport.reported_at,
            DeliveryReport.received_at,
        )
        .where(DeliveryReport.notification_id == notification_id)
        .order_by(DeliveryReport.id)
    )
    return [_report(*row) for row in db.session.execute(found)]


_ATTEMPT = (
    Attempt.notification_id,
    Attempt.no,
    Attempt.gateway,
    Attempt.route,
    Attempt.outcome,
    Attempt.sender,
    Attempt.text,
    Attempt.segments,
    Attempt.reference,
    Attempt.code,
    Attempt.words,
    Attempt.handed_over_at,
    Attempt.answered_at,
)


def _try(row: Row[*tuple[Any, ...]]) -> Try:
    notification_id, no, gateway, route, outcome, *rest = row
    return Try(notification_id, no, gateway, Route(route), AttemptOutcome(outcome), *rest)


def _report(
    report_id: int, gateway: str, state: str, status: int | None, effect: int, *at: *tuple[datetime | None, datetime]
) -> Report:
    known = None if status is None else Status(status)
    return Report(report_id, gateway, state, known, ReportEffect(effect), *at)
