"""Questions about the embedded register."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from app.contacts.models import Listed
from app.contacts.sealing import sealer
from app.db import db, utcnow
from app.messaging.identity import Identity, IdentityKind, parse_organisation, parse_person
from app.messaging.invalid import InvalidAddress
from app.web.paging import Page, Window

STALE_AFTER = timedelta(days=548)
"""Eighteen months, after which Altinn leaves unconfirmed contact points out."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the pages show it."""

    id: int
    kind: IdentityKind
    number: str
    entry: Listed

    @property
    def is_stale(self) -> bool:
        """Whether its contact points have not been confirmed for 18 months."""
        return is_stale(self.entry.confirmed_at, utcnow())


def is_stale(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether a contact point was last confirmed more than 18 months ago; one that is never confirmed is not stale."""
    return confirmed_at is not None and confirmed_at < now - STALE_AFTER


def entries(window: Window, searched: str = "") -> Page[Line]:
    """List one page of entries, the latest first: all, those of a number, or those with a text in their name."""
    statement = window.narrow(_matching(searched), Listed.id)
    return window.page([line_of(entry) for entry in db.session.scalars(statement)], lambda line: line.id)


def _matching(searched: str) -> Select[Listed]:
    identity = number_in(searched)
    if identity is not None:
        return select(Listed).where(Listed.kind == identity.kind, Listed.number_hash == sealer().hash(identity.number))
    if not searched:
        return select(Listed)
    return select(Listed).where(func.strpos(func.lower(Listed.name), searched.lower()) > 0)


def number_in(text: str) -> Identity | None:
    """The identity number or organisation number that a text is, if it is one."""
    for parse in (parse_person, parse_organisation):
        try:
            return parse(text)
        except InvalidAddress:
            continue
    return None


def entry(entry_id: int) -> Listed | None:
    """Find an entry."""
    return db.session.get(Listed, entry_id)


def line_of(found: Listed) -> Line:
    """An entry with its number opened."""
    return Line(found.id, IdentityKind(found.kind), sealer().open(found.number_sealed).decode(), found)
