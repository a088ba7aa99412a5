"""Deeds on the embedded register; each leaves an audit entry without the number, none commits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.audit.service import record
from app.contacts.answer import Standing
from app.contacts.models import Listed
from app.contacts.sealing import sealer
from app.db import db, utcnow
from app.messaging.identity import Identity


class AlreadyListed(Exception):
    """The register has an entry of this number."""


@dataclass(frozen=True, slots=True)
class Details:
    """What the embedded register says of somebody."""

    name: str
    standing: Standing = Standing.FOUND
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    is_reserved: bool = False
    confirmed_at: datetime | None = None
    language: str = "nb"


def add(identity: Identity, details: Details) -> Listed:
    """Enter a test person or test organisation; raise `AlreadyListed`."""
    values = {
        **_columns(details),
        "kind": identity.kind,
        "number_hash": sealer().hash(identity.number),
        "number_sealed": sealer().seal(identity.number.encode()),
    }
    made: Listed | None = db.session.scalar(insert(Listed).values(values).on_conflict_do_nothing().returning(Listed))
    if made is None:
        raise AlreadyListed
    _note("added", made)
    return made


def change(entry: Listed, details: Details) -> None:
    """Let the register say something else; what was answered before counts for ten minutes at most."""
    changed = {name: value for name, value in _columns(details).items() if getattr(entry, name) != value}
    for name, value in changed.items():
        setattr(entry, name, value)
    if changed:
        entry.changed_at = utcnow()
        _note("changed", entry, changed=sorted(changed))


def remove(entry: Listed) -> None:
    """Take somebody out of the register, unless somebody else just did."""
    removed = db.session.scalar(delete(Listed).where(Listed.id == entry.id).returning(Listed.id))
    if removed is not None:
        record("register.removed", "register_entry", removed)


def _columns(details: Details) -> dict[str, object]:
    return {**asdict(details), "emails": list(details.emails), "phones": list(details.phones)}


def _note(deed: str, entry: Listed, **detail: Any) -> None:
    record(f"register.{deed}", "register_entry", entry.id, **detail)
