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
from app.contacts.choosing import Reason, Usable, oldest_used, usable
from app.contacts.keeping import Known
from app.contacts.sealing import sealer
from app.db import db, driver_cursor, utcnow, without_sorting
from app.messaging.address import parse_phone
from app.messaging.identity import IdentityKind, mask_identity
from app.messaging.scheme import moved_countries
from app.orders import keywords, weighing
from app.orders.models import Intake, Order, OrderCheck, Recipient, RecipientKind
from app.orders.reach_models import FurtherAddress, Unreachable
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
_NOTE_FURTHER = """
    insert into further_address (order_id, part, row_no, no, country)
    select %s, * from unnest(%s::int[], %s::int[], %s::int[], %s::text[]) on conflict do nothing
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

    Yields False where the check was taken away. Of whom a register does not answer, nothing is known; the others go on.
    """
    if not is_needed(draft.id):
        return
    yield _begin(draft.id, revision)
    part, row_no, done, with_names = -1, 0, 0, _asks_names(draft)
    down: dict[IdentityKind, str] = {}
    while chunk := _chunk(draft.id, part, row_no):
        now, numbers = utcnow(), {row.identity: sealer().open(row.identity).decode() for row in chunk}
        asked = {
            kind: looking_up.begin(kind, _hashes(kind, chunk, numbers), now, with_names=with_names)
            for kind in IdentityKind
            if kind not in down
        }
        yield True
        answers = _answers(asked, now, down)
        known = [row for row in chunk if numbers[row.identity] in answers]
        _store(draft, known, [answers[numbers[row.identity]] for row in known], now, with_names=with_names)
        done += len(known)
        oldest = min((one.answered_at for one in answers.values()), default=None)
        found = {"looked_up_at": func.least(OrderCheck.looked_up_at, oldest), "waits_for": " ".join(down.values())}
        yield _note(draft.id, revision, looked_up=done, **found)
        part, row_no = chunk[-1].part, chunk[-1].row_no


def _answers(
    asked: dict[IdentityKind, looking_up.LookUp], now: datetime, down: dict[IdentityKind, str]
) -> dict[str, Known]:
    """What the registers say, by number; for a kind whose register does not answer it is noted in `down`."""
    for inquiry in asked.values():
        inquiry.ask(now)
    answers: dict[str, Known] = {}
    for kind, inquiry in asked.items():
        inquiry.keep(now)
        try:
            answers |= inquiry.answers()
        except RegisterDown as fault:
            down[kind] = fault.register
    return answers


def _asks_names(draft: Order) -> bool:
    """Whether the main message or a reminder's holds the recipients' names."""
    return any(keywords.asks_names(texts) for texts in weighing.chain_of(draft).values())


def _chunk(order_id: int, part: int, row_no: int) -> list[Row]:
    with without_sorting(driver_cursor()) as cursor:
        rows = cursor.execute(_CHUNK_OF, (order_id, part, row_no, CHUNK), binary=True).fetchall()
    return [Row._make(row) for row in rows]


def _hashes(kind: IdentityKind, chunk: Sequence[Row], numbers: dict[bytes, str]) -> dict[str, bytes]:
    return {numbers[row.identity]: row.identity_hash for row in chunk if row.kind == kind}


def _begin(order_id: int, revision: int) -> bool:
    for table in (Unreachable, FurtherAddress):
        db.session.execute(delete(table).where(table.order_id == order_id))
    mine = (Recipient.order_id == order_id, Recipient.kind.in_(_BY_NUMBER))
    db.session.execute(update(Recipient).where(*mine).values(address="", country="", email=None))
    total = db.session.scalar(select(func.count()).select_from(Recipient).where(*mine)) or 0
    return _note(order_id, revision, to_look_up=total, looked_up=0, looked_up_at=None, waits_for="")


def _note(order_id: int, revision: int, **found: Any) -> bool:
    """Write down how far it has come; False where it is this worker's no longer."""
    mine = (OrderCheck.order_id == order_id, OrderCheck.revision == revision, OrderCheck.ended_at.is_(None))
    noted = update(OrderCheck).where(*mine).values(**found, lease_until=utcnow() + LEASE)
    return db.session.scalar(noted.returning(OrderCheck.order_id)) is not None


def _store(draft: Order, chunk: Sequence[Row], answers: Sequence[Known], now: datetime, *, with_names: bool) -> None:
    oldest = oldest_used(now, uses_stale=draft.uses_stale)
    reached = [usable(known.answer, oldest, ignores_reservation=draft.ignores_reservation) for known in answers]
    phones = [next(iter(one.phones), "") for one in reached]
    countries = [_country(phone) for phone in phones]
    emails = [next(iter(one.emails), "") for one in reached]
    parts, row_nos = [row.part for row in chunk], [row.row_no for row in chunk]
    names = [known.answer.name if with_names else None for known in answers]
    driver_cursor().execute(_NOTE_ADDRESSES, (parts, row_nos, phones, countries, emails, names, draft.id))
    reasons = [one.why_not(draft.channel) for one in reached]
    out = [(row.part, row.row_no, row.kind, str(why)) for row, why in zip(chunk, reasons, strict=True) if why]
    if out:
        driver_cursor().execute(_NOTE_UNREACHABLE, (draft.id, *map(list, zip(*out, strict=True))))
    further = [
        (row.part, row.row_no, no, _country(address))
        for row, one in zip(chunk, reached, strict=True)
        for no, address in enumerate(_beside_the_first(draft, one), 1)
    ]
    if further:
        driver_cursor().execute(_NOTE_FURTHER, (draft.id, *map(list, zip(*further, strict=True))))


def _beside_the_first(draft: Order, one: Usable) -> list[str]:
    """The further addresses that are sent to; who is moved to e-mail gets no SMS."""
    moved = moved_countries(draft.channel, draft.moved_to_email)
    is_moved = bool(moved and one.emails and one.phones) and _country(one.phones[0]) in moved
    return list(one.emails[1:]) if is_moved else one.beside_the_first(draft.channel)


def _country(address: str) -> str:
    """The country of a phone number; nothing for an e-mail address, and for none."""
    return parse_phone(address).country if address.startswith("+") and "@" not in address else ""


def further_emails(order_id: int) -> int:
    """Count the e-mail addresses of organisations beside their first."""
    found = select(func.count()).where(FurtherAddress.order_id == order_id, FurtherAddress.country == "")
    return db.session.scalar(found) or 0


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
