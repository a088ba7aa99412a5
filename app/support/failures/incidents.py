"""A jump of one group against its usual rate opens an incident, which is told once, by e-mail and by a webhook.

Usual is what came in the same hour of the week, on average over the last fourteen days. None of this commits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db, utcnow
from app.messaging.status import WORDING
from app.support.failures import queries, words
from app.support.failures.models import FailureInflow, Incident
from app.support.failures.queries import HOUR
from app.support.failures.service import tell, told
from app.system_email.service import post

LEAST = 20
"""Fewer failures in an hour are no jump."""

TIMES = 3
"""How many times the usual rate is one."""

WEEK = timedelta(days=7)
KEPT = timedelta(days=15)
"""How long the inflow is kept: two weeks, and the hour before them."""

MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the webhook that is due."""

    incident_id: int
    body: dict[str, Any]


def watch(now: datetime | None = None) -> list[int]:
    """Open incidents where failures jump, end those that are over; tell the ids of the new ones."""
    moment = now or utcnow()
    recent = _inflow(moment)
    usual = _usual(list(recent), moment)
    jumping = {group_id: n for group_id, n in recent.items() if is_jump(n, usual.get(group_id, 0))}
    _end(jumping)
    _forget(moment)
    opened = [incident for group_id, n in jumping.items() if (incident := _open(group_id, n, usual.get(group_id, 0)))]
    for incident_id, group_id in opened:
        _tell(incident_id, group_id)
    return [incident_id for incident_id, _ in opened]


def is_jump(in_an_hour: int, usually: int) -> bool:
    """Tell whether so many in an hour are a jump."""
    return in_an_hour >= LEAST and in_an_hour >= TIMES * usually


def take_call() -> Call | None:
    """Take one call of the webhook that is due, with the next try put off; None where none is."""
    due = (
        select(Incident)
        .where(Incident.webhook_due_at <= utcnow())
        .order_by(Incident.webhook_due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    incident = db.session.scalars(due).first()
    if incident is None:
        return None
    incident.webhook_tries += 1
    is_last = incident.webhook_tries >= MOST_TRIES
    incident.webhook_due_at = None if is_last else utcnow() + FIRST_PAUSE * 2**incident.webhook_tries
    return Call(incident.id, _body(incident))


def note_called(incident_id: int) -> None:
    """Write down that the webhook has taken it."""
    db.session.execute(update(Incident).where(Incident.id == incident_id).values(webhook_due_at=None))


def call_is_due() -> bool:
    """Whether a call of the webhook is due; cheap."""
    due = select(Incident.id).where(Incident.webhook_due_at <= utcnow()).limit(1)
    return db.session.scalar(due) is not None


def _inflow(moment: datetime) -> dict[int, int]:
    hour = (FailureInflow.began_at > moment - HOUR, FailureInflow.began_at <= moment)
    summed = select(FailureInflow.group_id, func.sum(FailureInflow.n)).where(*hour).group_by(FailureInflow.group_id)
    return {group_id: int(n) for group_id, n in db.session.execute(summed)}


def _usual(group_ids: list[int], moment: datetime) -> dict[int, int]:
    weeks = [queries.inflow(group_ids, moment - WEEK), queries.inflow(group_ids, moment - 2 * WEEK)]
    return {group_id: sum(week.get(group_id, 0) for week in weeks) // len(weeks) for group_id in group_ids}


def _open(group_id: int, in_an_hour: int, usually: int) -> tuple[int, int] | None:
    due = utcnow() if current_app.config["ALERT_WEBHOOK_URL"] else None
    row = insert(Incident).values(group_id=group_id, in_an_hour=in_an_hour, usually=usually, webhook_due_at=due)
    opened = db.session.scalar(row.on_conflict_do_nothing().returning(Incident.id))
    return None if opened is None else (opened, group_id)


def _end(jumping: dict[int, int]) -> None:
    over = (Incident.ended_at.is_(None), Incident.group_id.not_in(jumping))
    db.session.execute(update(Incident).where(*over).values(ended_at=utcnow()))


def _forget(moment: datetime) -> None:
    db.session.execute(delete(FailureInflow).where(FailureInflow.began_at < moment - KEPT))


def _tell(incident_id: int, group_id: int) -> None:
    found = queries.group(group_id)
    if found is None:
        return
    subject = gettext("Failures jump: %(group)s", group=words.title(found))
    for number, address in enumerate(_addresses()):
        post(address, subject, told(found), key=f"incident-{incident_id}-to-{number}")
    tell(found, f"incident-{incident_id}", subject)


def _addresses() -> list[str]:
    return [address.strip() for address in current_app.config["ALERT_EMAILS"].split(",") if address.strip()]


def _body(incident: Incident) -> dict[str, Any]:
    """What the webhook gets: no address, no text, no name of a person."""
    found = queries.group(incident.group_id)
    about = {} if found is None else {
        "status": WORDING[found.status].name,
        "reason": found.reason,
        "country": found.country,
        "sender": found.sender,
        "gateway": found.gateway,
        "service_owner": found.service_owner,
        "route": found.route.name.lower(),
        "sentence": words.what(found),
    }  # fmt: skip
    numbers = {"in_an_hour": incident.in_an_hour, "usually": incident.usually}
    return {"incident": incident.id, "began_at": incident.began_at.isoformat(), **numbers, **about}
