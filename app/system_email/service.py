"""Posting an e-mail, and handing over what is due; bodies never reach a log, and none of this commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.service import record
from app.db import db, utcnow
from app.gateways import Accepted, Message, Outcome, RefusedForNow, Uncertain
from app.messaging.address import mask_email
from app.queue import ring
from app.system_email.models import SystemEmail

RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
)
"""How long to wait after each hand-over that was refused for now; after the last, it is given up."""

AT_ONCE = 10
HANDED_OVER_WITHIN = timedelta(minutes=15)
"""How long a batch takes at most; an e-mail whose hand-over began longer ago has no worker any more."""

UNKNOWN = "Its hand-over began, and nobody knows how it ended."
_JOB = "app.system_email.jobs.send"


@dataclass(frozen=True, slots=True)
class Taken:
    """An e-mail that one worker, and no other, hands over now."""

    id: int
    to: str
    subject: str
    text: str
    attempts: int

    def message(self, sender: str) -> Message:
        """Give it as the gateway takes it."""
        return Message(self.id, self.to, sender, self.text, subject=self.subject, key=f"system-{self.id}")


def post(to: str, subject: str, text: str, *, key: str) -> None:
    """Write an e-mail, which a job sends after the caller's commit; the same key again writes nothing.

    `key` says what it is about, without addresses and names, and makes it one e-mail for ever.
    """
    row = insert(SystemEmail).values(to=to, subject=subject, text=text, key=key)
    added = row.on_conflict_do_nothing(index_elements=[SystemEmail.key]).returning(SystemEmail.id)
    if db.session.scalar(added) is not None:
        ring("intake", _JOB)


def take() -> list[Taken]:
    """Take what is due, at most ten; each is written down as of unknown outcome until `settle` knows better.

    So a worker that dies between two steps leaves an e-mail that a person decides about, never one that goes out twice.
    """
    due = select(SystemEmail.id).where(SystemEmail.due_at <= utcnow()).order_by(SystemEmail.due_at, SystemEmail.id)
    mine = due.limit(AT_ONCE).with_for_update(skip_locked=True).scalar_subquery()
    begun = {"due_at": None, "failed_at": utcnow(), "failure": UNKNOWN, "attempts": SystemEmail.attempts + 1}
    columns = (SystemEmail.id, SystemEmail.to, SystemEmail.subject, SystemEmail.text, SystemEmail.attempts)
    taken = db.session.execute(update(SystemEmail).where(SystemEmail.id.in_(mine)).values(begun).returning(*columns))
    return [Taken(*row) for row in taken]


def settle(taken: Sequence[Taken], outcomes: Sequence[Outcome]) -> None:
    """Write down what came of those that were handed over."""
    for email, outcome in zip(taken, outcomes, strict=True):
        became = update(SystemEmail).where(SystemEmail.id == email.id, SystemEmail.sent_at.is_(None))
        db.session.execute(became.values(_what_became(email, outcome)))


def _what_became(email: Taken, outcome: Outcome) -> dict[str, object]:
    now = utcnow()
    if isinstance(outcome, Accepted):
        return {"sent_at": now, "failed_at": None, "failure": ""}
    failure = outcome.words.replace(email.to, mask_email(email.to))
    if isinstance(outcome, RefusedForNow) and email.attempts <= len(RETRIES):
        return {"due_at": now + RETRIES[email.attempts - 1], "failed_at": None, "failure": failure}
    return {"failed_at": now, "failure": UNKNOWN if isinstance(outcome, Uncertain) else failure}


def given_up() -> ColumnElement[bool]:
    """Limit a statement to what no machine hands over any more."""
    under_way = and_(SystemEmail.failure == UNKNOWN, SystemEmail.failed_at > utcnow() - HANDED_OVER_WITHIN)
    return and_(SystemEmail.failed_at.is_not(None), SystemEmail.sent_at.is_(None), not_(under_way))


def send_again(email_id: int) -> bool:
    """Have an e-mail that was given up handed over again, since a person says so; False where it is not given up."""
    anew = (
        update(SystemEmail)
        .where(SystemEmail.id == email_id, given_up())
        .values(due_at=utcnow(), failed_at=None, attempts=0)
    )
    if db.session.scalar(anew.returning(SystemEmail.id)) is None:
        return False
    record("system_email.sent_again", "system_email", email_id)
    ring("intake", _JOB)
    return True
