"""Deeds on remedies: begin one, stop it, correct one address, ask an administrator; each is one audit entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select, update

from app.accounts.models import Person
from app.audit.service import record
from app.db import db, driver_cursor, utcnow
from app.messaging.address import parse_email, parse_phone
from app.messaging.scheme import channel_of
from app.messaging.status import Channel, Status
from app.queue import ring
from app.support.failures import queries as failures
from app.support.failures import words as group_words
from app.support.failures.queries import Group
from app.support.failures.service import tell, told
from app.support.remedies import queries
from app.support.remedies.models import LineOutcome, Remedy, RemedyKind, RemedyLine, RemedyStatus
from app.support.remedies.sending import Target, Way, anew
from app.system_email.service import post


class NoFailure(Exception):
    """It is no failure any more: somebody has resolved it meanwhile."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A remedy as a person has confirmed it."""

    kind: RemedyKind
    reason: str
    ids: Sequence[int] | None = None
    """None where all of the group are meant."""
    send_at: datetime | None = None
    sender: str = ""
    subject: str = ""
    with_expired: bool = False
    with_blocked: bool = False


def begin(group: Group, person_id: int, asked: Asked, total: int) -> Remedy:
    """Write down what is to be done; a job does it after the commit."""
    remedy = _made(group, person_id, asked, total)
    ring("intake", "app.support.jobs.apply_remedies")
    return remedy


def take_back(closing: Remedy, group: Group, person_id: int, reason: str) -> Remedy:
    """Begin to put back what a closing closed; where somebody has begun that already, give theirs."""
    db.session.refresh(closing, with_for_update=True)
    open_ = (Remedy.takes_back_id == closing.id, Remedy.status == RemedyStatus.OPEN)
    begun = db.session.scalar(select(Remedy).where(*open_))
    if begun is not None:
        return begun
    total = queries.outcomes(closing.id)[LineOutcome.CLOSED]
    remedy = _made(group, person_id, Asked(RemedyKind.REOPEN, reason), total, takes_back_id=closing.id)
    ring("intake", "app.support.jobs.apply_remedies")
    return remedy


def stop(remedy_id: int) -> bool:
    """Let a remedy go no further, and tell whether it was still going."""
    open_ = (Remedy.id == remedy_id, Remedy.status == RemedyStatus.OPEN)
    values = {"status": RemedyStatus.STOPPED, "ended_at": utcnow()}
    stopped = db.session.execute(update(Remedy).where(*open_).values(values).returning(Remedy.service_owner_id)).first()
    if stopped is None:
        return False
    record("remedy.stopped", "remedy", remedy_id, service_owner_id=stopped[0])
    return True


def correct(group: Group, person_id: int, asked: Asked, address: str) -> int:
    """Send one failure to another address, on whichever channel that is; give the new notification's id.

    Raises `InvalidAddress`, and `NoFailure` where somebody was faster. The address is kept on the notification alone.
    """
    (notification_id,) = asked.ids or ()
    target, channel = _target(notification_id, address)
    with driver_cursor() as cursor:
        cursor.execute("select 1 from failure where notification_id = %s for update", (notification_id,))
        if cursor.fetchone() is None:
            raise NoFailure
        new_id = anew(cursor, [target], Way(channel, asked.send_at or utcnow(), subject=asked.subject))[notification_id]
    remedy = _made(group, person_id, asked, 1)
    remedy.status, remedy.reached_id, remedy.ended_at = RemedyStatus.DONE, notification_id, utcnow()
    line = {"remedy_id": remedy.id, "notification_id": notification_id, "new_id": new_id}
    db.session.add(RemedyLine(outcome=LineOutcome.SENT_ANEW, **line))
    ring("dispatch", "app.dispatch.jobs.sweep")
    return new_id


def ask_for_registration(group: Group, person: Person, reason: str, where: str) -> None:
    """Ask the administrators by e-mail to register the sender ID of a group in its country; `where` that is done."""
    owner_id = group.service_owner_id
    record("failures.asked", "failure_group", group.id, service_owner_id=owner_id, what="registration", reason=reason)
    subject = gettext("The support desk asks for a registration: %(group)s", group=group_words.title(group))
    begin = str(current_app.config["PUBLIC_URL"]).rstrip("/")
    text = "\n\n".join((f"{person.name}: {reason}", told(group), gettext("Begin it: %(url)s", url=begin + where)))
    administrators = select(Person).where(Person.is_administrator, Person.disabled_at.is_(None))
    for administrator in db.session.scalars(administrators):
        post(administrator.email, subject, text, key=f"ask-{group.id}-{utcnow():%Y%m%d%H%M%S}-{administrator.id}")


def tell_of_end(remedy_id: int) -> None:
    """Let those who follow the group know that a remedy has ended."""
    remedy = db.session.get_one(Remedy, remedy_id)
    group = failures.group(remedy.group_id)
    if group is not None:
        subject = gettext("A remedy has ended: %(group)s", group=group_words.title(group))
        tell(group, f"remedy-{remedy_id}", subject, but_not=remedy.person_id)


def _made(group: Group, person_id: int, asked: Asked, total: int, *, takes_back_id: int | None = None) -> Remedy:
    remedy = Remedy(
        kind=asked.kind,
        group_id=group.id,
        service_owner_id=group.service_owner_id,
        person_id=person_id,
        reason=asked.reason,
        ids=None if asked.ids is None else sorted(set(asked.ids)),
        send_at=asked.send_at,
        sender=asked.sender,
        subject=asked.subject,
        with_expired=asked.with_expired,
        with_blocked=asked.with_blocked,
        total=total,
        takes_back_id=takes_back_id,
    )
    db.session.add(remedy)
    db.session.flush()
    kind = asked.kind.name.lower()
    told_ = {"kind": kind, "count": total, "reason": asked.reason, "failures": group.id}
    record("remedy.began", "remedy", remedy.id, service_owner_id=group.service_owner_id, person_id=person_id, **told_)
    return remedy


def _target(notification_id: int, address: str) -> tuple[Target, Channel]:
    if "@" in address:
        return Target(notification_id, parse_email(address).address, ""), Channel.EMAIL
    number = parse_phone(address)
    return Target(notification_id, number.e164, number.country), Channel.SMS


def channel_of_group(group: Group) -> Channel:
    """Tell on which channel a group's failures failed."""
    return channel_of(Status(group.status))
