"""Asking for numbers: what each pasted text or row says, what stands against it, and the entries that come of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, BinaryIO, cast

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.datastructures import FileStorage

from app.allow_list import days
from app.allow_list.models import Entry, EntryStatus
from app.allow_list.refusals import AllowListRefused
from app.audit.service import record
from app.db import db, utcnow
from app.intake.files import open_table
from app.intake.pasted import split_pasted
from app.intake.refusals import FileRefused
from app.messaging.address import InvalidAddress, parse_phone
from app.web.days import begin_of, end_of, today

MOST_AT_ONCE = 1_000
"""Numbers in one request."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is said of all numbers of one request."""

    service_owner_id: int
    holder: str
    consent_on: date
    consent_how: str
    purpose: str
    from_on: date
    until_on: date
    """The last day."""
    note: str = ""
    is_tenor: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One text that was given for a number: the number, or what stands against it."""

    row_no: int
    text: str
    number: str = ""
    refusal: str = ""


def check_days(from_on: date, until_on: date) -> None:
    """Raise `AllowListRefused` where the days cannot be those of an entry."""
    if until_on < from_on:
        raise AllowListRefused(gettext("The last day is before the first."), "until_on")
    if from_on > today() + timedelta(days=days.MOST_DAYS):
        words = gettext("That is more than %(most)s days from now. Choose an earlier day.", most=days.MOST_DAYS)
        raise AllowListRefused(words, "from_on")
    if until_on < today():
        raise AllowListRefused(gettext("The last day has passed."), "until_on")
    if (until_on - from_on).days >= days.MOST_DAYS:
        words = gettext("That is more than %(most)s days. Choose an earlier last day.", most=days.MOST_DAYS)
        raise AllowListRefused(words, "until_on")


def usual_last_day(from_on: date) -> date:
    """Tell the last day of an entry that says nothing else: 90 days, the first and the last counted."""
    return from_on + timedelta(days=days.USUAL_DAYS - 1)


def from_pasted(text: str) -> list[Asked]:
    """Read numbers with whatever stands between them, each with its place."""
    return _judged(split_pasted(text))


def from_file(file: FileStorage) -> list[Asked]:
    """Read the numbers of a CSV file or workbook, with their row numbers; raises `AllowListRefused` for the file."""
    try:
        table = open_table(cast("BinaryIO", file.stream), file.filename or "")
        column = table.recipient_column("sms")
        given = [
            (row.row_no, row.values[column]) for row, _ in zip(table.rows(), range(MOST_AT_ONCE + 1), strict=False)
        ]
    except FileRefused as refused:
        raise AllowListRefused(gettext(refused.words), "file") from refused
    return _judged((row_no, text) for row_no, text in given if text.strip())


def _judged(given: Iterable[tuple[int, str]]) -> list[Asked]:
    texts = list(given)
    if len(texts) > MOST_AT_ONCE:
        raise AllowListRefused(gettext("Ask for at most %(most)s numbers at once.", most=MOST_AT_ONCE), "numbers")
    read = [_read(row_no, text) for row_no, text in texts]
    taken = _open_entries([asked.number for asked in read if asked.number])
    seen: dict[str, int] = {}
    return [_against(asked, seen, taken) for asked in read]


def _read(row_no: int, text: str) -> Asked:
    try:
        return Asked(row_no, text[:80], parse_phone(text).e164)
    except InvalidAddress as error:
        return Asked(row_no, text[:80], refusal=gettext(error.words))


def _against(asked: Asked, seen: dict[str, int], taken: dict[str, int]) -> Asked:
    if not asked.number:
        return asked
    first = seen.setdefault(asked.number, asked.row_no)
    if first != asked.row_no:
        return _refused(asked, gettext("Repeats row %(row_no)s.", row_no=first))
    if asked.number in taken:
        return _refused(asked, _taken_words(taken[asked.number]))
    return asked


def _refused(asked: Asked, words: str) -> Asked:
    return Asked(asked.row_no, asked.text, refusal=words)


def _taken_words(status: int) -> str:
    if status == EntryStatus.ACTIVE:
        return gettext("This number is on the list already.")
    return gettext("This number is requested already and waits for an administrator.")


def _open_entries(numbers: Sequence[str]) -> dict[str, int]:
    is_open = Entry.status.in_((EntryStatus.REQUESTED, EntryStatus.ACTIVE))
    still = (Entry.status != EntryStatus.ACTIVE) | (Entry.until_at > utcnow())
    found = select(Entry.number, Entry.status).where(Entry.number.in_(numbers), is_open, still)
    return {row.number: row.status for row in db.session.execute(found)}


def request(wish: Wish, asked: Sequence[Asked], person_id: int) -> tuple[list[Entry], list[Asked]]:
    """Ask for all good numbers at once; gives the entries, and the rows that come to nothing with the reason.

    Whoever asks for the same number at the same moment as another gets it refused on its own row.
    """
    check_days(wish.from_on, wish.until_on)
    good = {one.number: one for one in asked if one.number}
    expire_due(good)
    made = [entry for number in sorted(good) if (entry := _request_one(wish, number, person_id)) is not None]
    got = {entry.number for entry in made}
    lost = [_refused(one, _taken_words(EntryStatus.REQUESTED)) for number, one in good.items() if number not in got]
    return made, [one for one in asked if not one.number] + lost


def _request_one(wish: Wish, number: str, person_id: int) -> Entry | None:
    values = {
        "number": number,
        "holder": wish.holder,
        "consent_on": wish.consent_on,
        "consent_how": wish.consent_how,
        "service_owner_id": wish.service_owner_id,
        "purpose": wish.purpose,
        "note": wish.note,
        "from_at": begin_of(wish.from_on),
        "until_at": end_of(wish.until_on),
        "requested_by_id": person_id,
        "is_tenor": wish.is_tenor,
    }
    added = insert(Entry).values(values).on_conflict_do_nothing().returning(Entry)
    entry: Entry | None = db.session.scalar(added)
    if entry is not None:
        note("requested", entry, person_id=person_id)
    return entry


def expire_due(numbers: Iterable[str] | None = None) -> int:
    """Write down which entries have come to their end, of these numbers or of all; tells how many."""
    ended = select(Entry).where(Entry.status == EntryStatus.ACTIVE, Entry.until_at <= utcnow())
    if numbers is not None:
        ended = ended.where(Entry.number.in_(list(numbers)))
    found = db.session.scalars(ended.order_by(Entry.id).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)).all()
    for entry in found:
        entry.status, entry.ended_at = EntryStatus.EXPIRED, entry.until_at
        note("expired", entry, person_id=None)
    db.session.flush()
    return len(found)


def something_expired() -> bool:
    """Whether an entry has come to its end and nobody has written it down."""
    ended = select(Entry.id).where(Entry.status == EntryStatus.ACTIVE, Entry.until_at <= utcnow())
    return db.session.scalar(ended.limit(1)) is not None


def note(deed: str, entry: Entry, **detail: Any) -> None:
    """Leave an audit entry about an entry; the number stays out of it."""
    record(f"allow_list.{deed}", "allow_list_entry", entry.id, service_owner_id=entry.service_owner_id, **detail)
