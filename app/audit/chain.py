"""The chain of the audit log: whether every entry still says what it said when it was committed, and none is gone.

A trigger seals each entry at its commit with SHA-256 over the seal's number, the hash before, and every field of the
entry as the database writes it, each with its length in bytes before it. What is read here is computed anew, without
the database's help. Who has the rights to rewrite the whole chain is caught by a hash that was noted elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from app.db import db

SEALED = """
select s.no, s.hash, s.entry_id, e.id::text, (extract(epoch from e.at) * 1000000)::bigint::text, e.person_id::text,
    e.service_owner_id::text, e.action, e.object_type, e.object_id, e.detail::text
from audit_seal as s left join audit_entry as e on e.id = s.entry_id order by s.no
"""

UNSEALED = """
select e.id from audit_entry as e where not exists (select from audit_seal as s where s.entry_id = e.id) order by e.id
"""

_READ_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its number in the chain and its hash in hexadecimal digits."""

    no: int
    hash: str

    def __str__(self) -> str:
        return f"{self.no}:{self.hash}"


@dataclass(slots=True)
class Checked:
    """How far a chain was read; all of it once the breaks have been listed."""

    last: Link = Link(0, "")


def breaks(checked: Checked, noted: Link | None = None) -> Iterator[str]:
    """Say, in a sentence each, where the chain is broken; nothing where it holds.

    `noted` is a link that was written down earlier and must still be there.
    """
    # One moment for both questions, so that what is committed meanwhile is seen by neither.
    db.session.rollback()
    db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    is_noted_there = noted is None
    for row in db.session.execute(text(SEALED), execution_options={"yield_per": _READ_AT_ONCE}):
        yield from _broken_at(checked.last, *row)
        checked.last = Link(row.no, row.hash.hex())
        is_noted_there = is_noted_there or checked.last == noted
    if not is_noted_there and noted is not None:
        yield f"The chain has no link {noted.no} with the hash that was noted: it was cut off or written anew."
    for row in db.session.execute(text(UNSEALED), execution_options={"yield_per": _READ_AT_ONCE}):
        yield f"Entry {row.id} has no link in the chain: it was added past the trigger, or its link was removed."


def _broken_at(last: Link, no: int, hash_: bytes, entry_id: int, *fields: Any) -> Iterator[str]:
    if no != last.no + 1:
        yield f"After link {last.no} comes link {no}: what was between them was removed."
        return
    if fields[0] is None:
        yield f"Link {no}: its entry {entry_id} was removed."
    elif _hash(str(no), last.hash, *fields) != hash_:
        yield f"Link {no}: entry {entry_id} does not say what it said when it was made, or a hash was changed."


def _hash(*fields: str | None) -> bytes:
    return sha256(b"".join(map(_written, fields))).digest()


def _written(field: str | None) -> bytes:
    if field is None:
        return b"-,"
    in_bytes = field.encode()
    return b"%d:%b," % (len(in_bytes), in_bytes)
