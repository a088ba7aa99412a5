"""Who of a draft's persons and organisations can be reached, as their registers say while it is checked.

What is found tells the sender and estimates the cost; the look-up when the order is sent decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, tuple_, update

from app.contacts import looking_up
from app.contacts.answer import RegisterDown
from app.contacts.choosing import Reason, usable
from app.contacts.keeping import Known
from app.contacts.sealing import sealer
from app.db import db, driver_cursor, utcnow
from app.messaging.address import parse_phone
from app.messaging.identity import IdentityKind, mask_identity
from app.orders import keywords, weighing
from app.orders.models import Intake, Order, OrderCheck, Recipient, RecipientKind, Unreachable
from app.orders.row_keys import key_of, place_of
from app.web.paging import PAGE_SIZE, Page, Window

CHUNK = 5_000
"""Persons and organisations between two pauses."""

LEASE = timedelta(seconds=120)
_BY_NUMBER = (RecipientKind.PERSON, RecipientKind.ORGANISATION)

_CHUNK_OF = """
    select r.part, r.row_no, r.kind, r.identity, r.identity_hash from recipient r
    left join refused_row f on f.order_id = r.order_id and f.part = r.part and f.row_no = r.row_no
    where r.order_id = %s and (r.part, r.row_no) > (%s, %s) and r.kind in (3, 4) and f.row_no is null
    order by r.part, r.row_no limit %s
"""
_NOTE_ADDRESSES = """
    update recipient as r set address = d.address, country = d.country, email = nullif(d.email, ''),
        register_name = d.name
    from unnest(%s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
        as d (part, row_no, address, country, email, name)
    where r.order_id = %s and r.part = d.part and r.row_no = d.row_no
"""
_NOTE_UNREACHABLE = """
    insert into unreachable (order_id, part, row_no, kind, reason)
    select %s, * from unnest(%s::int[], %s::int[], %s::int[], %s::text[]) on conflict do nothing
"""


class Row(NamedTuple):
    """One person or organisation of a draft, number sealed."""

    part: int
    row_no: int
    kind: int
    identity: bytes
    identity_hash: bytes


@dataclass(frozen=True, slots=True)
class Count:
    """How many persons, or organisations, cannot be reached for one reason."""

    kind: IdentityKind
    reason: Reason
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """One who cannot be reached, the number covered where it is a person's."""

    part: int
    row_no: int
    file_name: str
    kind: IdentityKind
    number: str
    reason: Reason

    @property
    def key(self) -> int:
        """Its place among all rows of the order."""
        return key_of(self.part, self.row_no)


def is_needed(order_id: int) -> bool:
    """Whether an order has persons or organisations."""
    found = select(Recipient.row_no).where(Recipient.order_id == order_id, Recipient.kind.in_(_BY_NUMBER)).limit(1)
    return db.session.scalar(found) is not None


def steps(draft: Order, revision: int) -> Iterator[bool]:
    """Look up everybody of a draft; pauses where what was done may be committed, and before a register is asked.

    Yields False where the check was taken away. A register that does not answer is noted, and ends it.
    """
    if not is_needed(draft.id):
        return
    yield _begin(draft.id, revision)
    part, row_no, done, with_names = -1, 0, 0, _asks_names(draft)
    while chunk := _chunk(draft.id, part, row_no):
        now, numbers = utcnow(), {row.identity: sealer().open(row.identity).decode() for row in chunk}
        asked = [
            looking_up.begin(kind, _hashes(kind, chunk, numbers), now, with_names=with_names) for kind in IdentityKind
        ]
        yield True
        for inquiry in asked:
            inquiry.ask(now)
        for inquiry in asked:
            inquiry.keep(now)
        try:
            answers = {number: known for inquiry in asked for number, known in inquiry.answers().items()}
        except RegisterDown as fault:
            yield _note(draft.id, revision, waits_for=fault.register)
            return
        _store(draft, chunk, [answers[numbers[row.identity]] for row in chunk], now)
        done += len(chunk)
        oldest = min(known.answered_at for known in answers.values())
        yield _note(draft.id, revision, looked_up=done, looked_up_at=func.least(OrderCheck.looked_up_at, oldest))
        part, row_no = chunk[-1].part, chunk[-1].row_no


def _asks_names(draft: Order) -> bool:
    """Whether the main message or a reminder's holds the recipients' names."""
    return any(keywords.asks_names(texts) for texts in weighing.chain_of(draft).values())


def _chunk(order_id: int, part: int, row_no: int) -> list[Row]:
    rows = driver_cursor().execute(_CHUNK_OF, (order_id, part, row_no, CHUNK), binary=True).fetchall()
    return [Row._make(row) for row in rows]


def _hashes(kind: IdentityKind, chunk: Sequence[Row], numbers: dict[bytes, str]) -> dict[str, bytes]:
    return {numbers[row.identity]: row.identity_hash for row in chunk if row.kind == kind}


def _begin(order_id: int, revision: int) -> bool:
    db.session.execute(delete(Unreachable).where(Unreachable.order_id == order_id))
    mine = (Recipient.order_id == order_id, Recipient.kind.in_(_BY_NUMBER))
    db.session.execute(update(Recipient).where(*mine).values(address="", country="", email=None))
    total = db.session.scalar(select(func.count()).select_from(Recipient).where(*mine)) or 0
    return _note(order_id, revision, to_look_up=total, looked_up=0, looked_up_at=None, waits_for="")


def _note(order_id: int, revision: int, **found: Any) -> bool:
    """Write down how far it has come; False where it is this worker's no longer."""
    mine = (OrderCheck.order_id == order_id, OrderCheck.revision == revision, OrderCheck.ended_at.is_(None))
    noted = update(OrderCheck).where(*mine).values(**found, lease_until=utcnow() + LEASE)
    return db.session.scalar(noted.returning(OrderCheck.order_id)) is not None


def _store(draft: Order, chunk: Sequence[Row], answers: Sequence[Known], now: datetime) -> None:
    wishes = {"ignores_reservation": draft.ignores_reservation, "uses_stale": draft.uses_stale}
    reached = [usable(known.answer, now, **wishes) for known in answers]
    phones = [next(iter(one.phones), "") for one in reached]
    countries = [parse_phone(phone).country if phone else "" for phone in phones]
    emails = [next(iter(one.emails), "") for one in reached]
    parts, row_nos = [row.part for row in chunk], [row.row_no for row in chunk]
    names = [known.answer.name if _asks_names(draft) else None for known in answers]
    driver_cursor().execute(_NOTE_ADDRESSES, (parts, row_nos, phones, countries, emails, names, draft.id))
    reasons = [one.why_not(draft.channel) for one in reached]
    out = [(row.part, row.row_no, row.kind, str(why)) for row, why in zip(chunk, reasons, strict=True) if why]
    if out:
        driver_cursor().execute(_NOTE_UNREACHABLE, (draft.id, *map(list, zip(*out, strict=True))))


def counts(order_id: int) -> list[Count]:
    """Count who cannot be reached, by kind and reason, the most first."""
    number = func.count()
    found = select(Unreachable.kind, Unreachable.reason, number).where(Unreachable.order_id == order_id)
    grouped = found.group_by(Unreachable.kind, Unreachable.reason).order_by(number.desc())
    return [Count(IdentityKind(kind), Reason(reason), n) for kind, reason, n in db.session.execute(grouped)]


def unreachable(order_id: int, window: Window) -> Page[Line]:
    """List one page of those who cannot be reached, as they stand in the files."""
    place = tuple_(Unreachable.part, Unreachable.row_no)
    shown = (Unreachable.part, Unreachable.row_no, Intake.file_name, Unreachable.kind, Recipient.identity)
    same_row = (Recipient.order_id == Unreachable.order_id) & (Recipient.part == Unreachable.part)
    found = select(*shown, Unreachable.reason).where(Unreachable.order_id == order_id)
    found = found.join(Recipient, same_row & (Recipient.row_no == Unreachable.row_no))
    found = found.join(Intake, (Intake.order_id == Unreachable.order_id) & (Intake.part == Unreachable.part))
    if window.before is not None:
        found = found.where(place < place_of(window.before))
    if window.after is not None:
        found = found.where(place > place_of(window.after))
    columns = (Unreachable.part, Unreachable.row_no)
    ordered = [column.asc() if window.climbs else column.desc() for column in columns]
    rows = db.session.execute(found.order_by(*ordered).limit(PAGE_SIZE + 1)).all()
    return window.page([_line(*row) for row in rows], lambda line: line.key)


def _line(part: int, row_no: int, file_name: str, kind: int, identity: bytes | None, reason: str) -> Line:
    number = mask_identity(sealer().open(identity).decode()) if identity else ""
    return Line(part, row_no, file_name, IdentityKind(kind), number, Reason(reason))
