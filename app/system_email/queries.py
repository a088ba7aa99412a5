"""Questions about the e-mails that Varsel itself writes."""

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, case, func, select, true

from app.db import db, utcnow
from app.system_email.models import SystemEmail
from app.system_email.service import given_up
from app.web.paging import Page, Window


class State(Enum):
    """What became of an e-mail so far."""

    WAITS = "waits"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One e-mail as the table shows it."""

    email: SystemEmail
    state: State

    @property
    def id(self) -> int:
        """Its number."""
        return self.email.id


def state() -> ColumnElement[str]:
    """Tell within a statement what became of an e-mail; one that is being handed over waits."""
    return case(
        (SystemEmail.sent_at.is_not(None), State.SENT.value),
        (given_up(), State.FAILED.value),
        else_=State.WAITS.value,
    )


def something_due() -> bool:
    """Whether an e-mail is to be handed over now."""
    return db.session.scalar(select(SystemEmail.id).where(SystemEmail.due_at <= utcnow()).limit(1)) is not None


def page_of(wanted: State | None, window: Window) -> Page[Line]:
    """Read one page of e-mails, the latest written first."""
    is_now = state()
    statement = select(SystemEmail, is_now).where(true() if wanted is None else is_now == wanted.value)
    rows = db.session.execute(window.narrow(statement, SystemEmail.id)).all()
    return window.page([Line(email, State(value)) for email, value in rows], lambda line: line.id)


def revision() -> str:
    """Tell something that changes with every e-mail that is written, handed over or settled."""
    last = select(
        func.max(SystemEmail.id),
        func.max(SystemEmail.sent_at),
        func.max(SystemEmail.failed_at),
        func.sum(SystemEmail.attempts),
    )
    recent = last.where(SystemEmail.id > (select(func.max(SystemEmail.id)).scalar_subquery() - 1000))
    return str(db.session.execute(recent).one())
