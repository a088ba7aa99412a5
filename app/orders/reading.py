"""Reading what an order was given: a pasted text or a file becomes recipients and refused rows.

The steps are a generator that pauses where the work so far can be committed: a job commits there, a view at the end. A
reader holds its intake by a lease; one that lost it writes nothing more, and whoever takes over starts over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import psycopg
from psycopg.errors import DiskFull
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import OperationalError

from app import copy_text
from app.contacts.sealing import sealer
from app.copy_text import NULL, array, binary, escaped
from app.db import db, driver_cursor, utcnow
from app.intake.refusals import FileRefused
from app.intake.table import Row
from app.messaging.address import InvalidAddress
from app.messaging.identity import cover
from app.orders import addressing, check, contents, duplicates, pieces
from app.orders.models import PASTED, Intake, IntakeStatus, Order, Recipient, RefusedRow
from app.orders.reach_models import FurtherAddress, Unreachable
from app.orders.sources import Source, open_source

CHUNK = 10_000
"""Rows between two pauses."""

MOST_RECIPIENTS = 1_000_000
"""Of one order, all texts and files together."""

SHORT = 5_000
"""So many pasted addresses are read while the person waits for the page, and their text is kept to be mended."""

LEASE = timedelta(seconds=120)
MOST_TRIES = 4
"""So often is an intake begun whose workers die, before it is given up."""

_LONGEST_SHOWN = 200
"""Characters of a refused value that are kept."""

_COPY_RECIPIENTS = """
copy recipient (order_id, part, row_no, kind, address, country, email, identity, identity_hash, values) from stdin
"""
_COPY_REFUSED = "copy refused_row (order_id, part, row_no, value, reason) from stdin (format binary)"
_REFUSED_TYPES = ("int8", "int2", "int4", "text", "text")


class TooManyRecipients(Exception):
    """The order would get more than `MOST_RECIPIENTS`."""

    code = "too_many_recipients"
    words = "The order would have more than 1,000,000 recipients. Divide it into several orders."


class GivenUp(Exception):
    """Every worker that began to read it died of it, or of something else."""

    code = "given_up"
    words = "The file could not be read, for a reason that is ours. Ask the operator, who finds it in the log."


class LeaseLost(Exception):
    """Another worker has taken over the intake, or somebody removed it."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An intake that this reader holds."""

    id: int
    order_id: int
    part: int
    scheme: int
    file_name: str
    size: int
    tries: int


@dataclass(slots=True)
class Hold:
    """The lease, and how far the reading has come."""

    lease_until: datetime
    rows_read: int = 0
    invalid: int = 0
    half_invalid: int = 0


Refused = tuple[int, int, int, str, str]
"""A row of `refused_row`."""


def steps(intake_id: int) -> Iterator[None]:
    """Read one intake; pauses where what was done may be committed.

    Does nothing where another reader has it, or where it is read already.
    """
    claimed, hold = _claim(intake_id)
    if claimed is None:
        return
    forget(claimed.order_id, claimed.part)
    yield
    try:
        yield from _read(claimed, hold)
    except LeaseLost:
        db.session.rollback()
    except (FileRefused, TooManyRecipients, GivenUp) as refusal:
        _refuse(claimed, hold, refusal)
        yield
    except (psycopg.OperationalError, OperationalError) as fault:
        if isinstance(getattr(fault, "orig", fault), DiskFull):
            _let_wait(claimed)
            yield
        raise


def forget(order_id: int, part: int) -> None:
    """Delete the rows that one part of an order has brought."""
    for table in (Recipient, RefusedRow, Unreachable, FurtherAddress):
        db.session.execute(delete(table).where(table.order_id == order_id, table.part == part))


def is_stranded() -> Any:
    """The condition under which an open intake has no reader, as a filter."""
    unheld = or_(Intake.lease_until.is_(None), Intake.lease_until < func.clock_timestamp())
    return Intake.status.in_((IntakeStatus.WAITING, IntakeStatus.READING)) & unheld


def _claim(intake_id: int) -> tuple[Claimed | None, Hold]:
    hold = Hold(utcnow() + LEASE)
    taken = update(Intake).where(Intake.id == intake_id, is_stranded())
    fresh = {"bytes_read": 0, "rows_read": 0, "valid": 0, "invalid": 0, "half_invalid": 0, "tries": Intake.tries + 1}
    claim = taken.values(status=IntakeStatus.READING, lease_until=hold.lease_until, **fresh).returning(Intake.id)
    if db.session.scalar(claim) is None:
        return None, hold
    facts = select(Intake.id, Intake.order_id, Intake.part, Order.channel, Intake.file_name, Intake.size, Intake.tries)
    row = db.session.execute(facts.join(Order, Order.id == Intake.order_id).where(Intake.id == intake_id)).one()
    return Claimed(*row), hold


def _read(claimed: Claimed, hold: Hold) -> Iterator[None]:
    if claimed.tries > MOST_TRIES:
        raise GivenUp
    room = MOST_RECIPIENTS - _recipients_of_others(claimed)
    with open_source(claimed.id, claimed.part, claimed.file_name, claimed.size, claimed.scheme) as source:
        _note_columns(claimed, source)
        for rows in _chunks(source):
            _store(claimed, hold, rows, source)
            if hold.rows_read - hold.invalid > room:
                raise TooManyRecipients
            yield
    _finish(claimed, hold)
    yield


def _recipients_of_others(claimed: Claimed) -> int:
    others = (Intake.order_id == claimed.order_id, Intake.id != claimed.id)
    return db.session.scalar(select(func.coalesce(func.sum(Intake.valid), 0)).where(*others)) or 0


def _note_columns(claimed: Claimed, source: Source) -> None:
    places = {"recipient_column": source.recipient_column, "email_column": source.email_column}
    found = {"columns": list(source.columns), **places}
    db.session.execute(update(Intake).where(Intake.id == claimed.id).values(**found))


def _chunks(source: Source) -> Iterator[list[Row]]:
    while rows := list(islice(source.rows, CHUNK)):
        yield rows


def _store(claimed: Claimed, hold: Hold, rows: Sequence[Row], source: Source) -> None:
    """Parse and store a chunk, holding the intake's row so that nobody else may take it meanwhile.

    Each row is parsed while the database takes those before it.
    """
    _prolong(claimed, hold)
    refused: list[Refused] = []
    copy_text.copy(driver_cursor(), _COPY_RECIPIENTS, _recipients(claimed, hold, rows, source, refused))
    _copy_refused(refused)
    hold.rows_read += len(rows)
    hold.invalid += len(refused)
    _note_progress(claimed, hold, source)


def _recipients(
    claimed: Claimed, hold: Hold, rows: Sequence[Row], source: Source, refused: list[Refused]
) -> Iterator[str]:
    """Yield what becomes a recipient as lines to copy; what does not is added to `refused`."""
    order_id, part, column = claimed.order_id, claimed.part, source.recipient_column
    read, has_values = addressing.reader(claimed.scheme, source), bool(source.columns)
    for row in rows:
        try:
            found = read(row)
        except InvalidAddress as error:
            refused.append((order_id, part, row.row_no, _shown(row.values[column]), error.code))
            continue
        if row.refusal:
            refused.append((order_id, part, row.row_no, _shown(row.values[column]), row.refusal))
        else:
            kind, address, country, email, is_half, number = found
            hold.half_invalid += is_half
            values = array(_kept(row.values, number, column)) if has_values else NULL
            reached = f"{kind:d}\t{escaped(address)}\t{country}\t{escaped(email) if email else NULL}"
            yield f"{order_id}\t{part}\t{row.row_no}\t{reached}\t{_at_rest(number)}\t{values}\n"


def _kept(values: Sequence[str], number: str, column: int) -> Sequence[str]:
    """The cells of a row; the one with an identity number is emptied, since that is stored sealed."""
    return [*values[:column], "", *values[column + 1 :]] if number else values


def _at_rest(number: str) -> str:
    """An identity number sealed, and its hash, as they are copied."""
    if not number:
        return f"{NULL}\t{NULL}"
    return f"{binary(sealer().seal(number.encode()))}\t{binary(sealer().hash(number))}"


def _shown(value: str) -> str:
    return cover(value.strip()[:_LONGEST_SHOWN])


def _prolong(claimed: Claimed, hold: Hold) -> None:
    until = utcnow() + LEASE
    mine = (Intake.id == claimed.id, Intake.lease_until == hold.lease_until)
    if db.session.scalar(update(Intake).where(*mine).values(lease_until=until).returning(Intake.id)) is None:
        raise LeaseLost
    hold.lease_until = until


def _note_progress(claimed: Claimed, hold: Hold, source: Source) -> None:
    read = {"rows_read": hold.rows_read, "invalid": hold.invalid, "half_invalid": hold.half_invalid}
    seen = {"bytes_read": source.bytes_read(), "hidden_rows": source.hidden_rows()}
    db.session.execute(update(Intake).where(Intake.id == claimed.id).values(**read, **seen))


def _copy_refused(rows: Sequence[Refused]) -> None:
    if not rows:
        return
    with driver_cursor().copy(_COPY_REFUSED) as copy:
        copy.set_types(_REFUSED_TYPES)
        for row in rows:
            copy.write_row(row)


def _finish(claimed: Claimed, hold: Hold) -> None:
    """Let the draft have what was read; the order's row is held first, as everybody does who holds both."""
    draft = _lock_order(claimed)
    mine = (Intake.id == claimed.id, Intake.lease_until == hold.lease_until)
    ended = {"status": IntakeStatus.READ, "bytes_read": claimed.size, "lease_until": None, "ended_at": utcnow()}
    if db.session.scalar(update(Intake).where(*mine).values(**ended).returning(Intake.id)) is None:
        raise LeaseLost
    duplicates.find(claimed.order_id)
    contents.note_countries(claimed.id, claimed.order_id, claimed.part)
    _end(claimed, hold, draft)


def _refuse(claimed: Claimed, hold: Hold, refusal: FileRefused | TooManyRecipients | GivenUp) -> None:
    draft = _lock_order(claimed)
    said = {"refusal": refusal.code, "refusal_words": refusal.words, "rows_read": 0, "invalid": 0, "columns": []}
    ended = {"status": IntakeStatus.REFUSED, "lease_until": None, "ended_at": utcnow()}
    mine = (Intake.id == claimed.id, Intake.lease_until == hold.lease_until)
    if db.session.scalar(update(Intake).where(*mine).values(**said, **ended).returning(Intake.id)) is None:
        db.session.rollback()
        return
    forget(claimed.order_id, claimed.part)
    _end(claimed, hold, draft)


def _let_wait(claimed: Claimed) -> None:
    """Give the intake back where the database's disk is full: the file is not to blame, so this was no try of it."""
    db.session.rollback()
    # Whoever takes over counts one more; the last prolonging of the lease may have been undone.
    mine = (Intake.id == claimed.id, Intake.tries == claimed.tries, Intake.status == IntakeStatus.READING)
    waits = {"status": IntakeStatus.WAITING, "lease_until": None, "tries": Intake.tries - 1}
    db.session.execute(update(Intake).where(*mine).values(**waits))


def _lock_order(claimed: Claimed) -> Order:
    draft = db.session.get(Order, claimed.order_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise LeaseLost
    return draft


def _end(claimed: Claimed, hold: Hold, draft: Order) -> None:
    draft.revision += 1
    draft.changed_at = utcnow()
    if claimed.part != PASTED or hold.rows_read > SHORT:
        pieces.discard(claimed.id)
    db.session.flush()
    check.ask_again(claimed.order_id)
