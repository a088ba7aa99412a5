"""Many registrations at once, as a file: what each row would do is judged first, and only then done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import Any, BinaryIO

from flask_babel import gettext
from sqlalchemy import Select, select, tuple_

from app.accounts.models import ServiceOwner
from app.accounts.queries import service_owners
from app.country_rules.terms import RegistrationStatus
from app.db import db
from app.intake.files import open_table
from app.intake.refusals import ROW_WORDS, FileRefused
from app.intake.table import Row
from app.sender_ids import reading, service
from app.sender_ids.fields import BY_NAME, FIELDS
from app.sender_ids.models import SenderRegistration
from app.sender_ids.moves import OPEN, Mover, move
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.values import read, written
from app.web.typed import trimmed

MOST_ROWS = 1_000
COLUMNS = ("id", "service_owner", "country", "sender", "status", *(field.name for field in FIELDS))
_NEEDED = frozenset({"service_owner", "country", "sender"})
_AT_ONCE = 200
_FORMULA_STARTS = ("=", "+", "-", "@")
_BY_ADMINISTRATORS = frozenset({Mover.ADMINISTRATOR})


class Fate(Enum):
    """What becomes of a row."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Given:
    """One row of a file: its number in it, and its cells by column."""

    row_no: int
    cells: dict[str, str]
    refusal: str = ""
    """Why the row cannot be read whole, by its code; its cells may be cut then."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What would come of a row, and why; `changed` names the fields that would get another value."""

    given: Given
    fate: Fate
    words: str = ""
    changed: tuple[str, ...] = ()
    said: dict[str, Any] = field(default_factory=dict)
    owner: ServiceOwner | None = None
    registration_id: int | None = None
    status: RegistrationStatus = RegistrationStatus.DRAFT


@dataclass(frozen=True, slots=True)
class _Known:
    owners: dict[str, ServiceOwner]
    by_id: dict[int, SenderRegistration]
    open_ones: dict[tuple[int, str, str], SenderRegistration]


def rows() -> Iterator[Sequence[object]]:
    """Give every registration that the person may see as the cells of a file, the first begun first.

    Who may see what is asked at once; the rows are read while they are taken. Ends the transaction after each stretch.
    """
    statement = (
        select(SenderRegistration, ServiceOwner.short_name)
        .join(ServiceOwner, ServiceOwner.id == SenderRegistration.service_owner_id)
        .where(reading.visible(SenderRegistration.service_owner_id))
        .order_by(SenderRegistration.id)
        .limit(_AT_ONCE)
    )
    return _rows(statement)


def _rows(statement: Select[SenderRegistration, str]) -> Iterator[Sequence[object]]:
    last_id = 0
    while stretch := [_row(*found) for found in db.session.execute(statement.where(SenderRegistration.id > last_id))]:
        # However slowly the browser takes them, no connection waits for it.
        db.session.rollback()
        yield from (cells for _, cells in stretch)
        last_id, _ = stretch[-1]


def _row(row: SenderRegistration, owner: str) -> tuple[int, Sequence[object]]:
    said = (written(one, getattr(row, one.name)) for one in FIELDS)
    return row.id, (row.id, owner, row.country, row.sender, row.status, *said)


def given_rows(stream: BinaryIO, filename: str) -> list[Given]:
    """Read the rows of a CSV file or workbook; raises `RegistrationRefused` for one that cannot be read so."""
    try:
        table = open_table(stream, filename)
        columns = [name.strip().casefold() for name in table.columns]
        if missing := _NEEDED - set(columns):
            words = gettext("The file lacks these columns: %(names)s.", names=", ".join(sorted(missing)))
            raise RegistrationRefused(words, "file")
        found = [_given(columns, row) for row in islice(table.rows(), MOST_ROWS + 1)]
    except FileRefused as refused:
        raise RegistrationRefused(gettext(refused.words), "file") from refused
    if len(found) > MOST_ROWS:
        raise RegistrationRefused(gettext("A file may have %(most)s rows.", most=MOST_ROWS), "file")
    return found


def _given(columns: Sequence[str], row: Row) -> Given:
    return Given(row.row_no, _cells(columns, row.values), row.refusal or "")


def _cells(columns: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    cells = zip(columns, values, strict=False)
    return {name: _as_meant(value) for name, value in cells if name in COLUMNS}


def _as_meant(cell: str) -> str:
    """Take away the apostrophe that kept a spreadsheet from taking a text for a formula."""
    is_kept_harmless = cell.startswith("'") and cell[1:].lstrip().startswith(_FORMULA_STARTS)
    return trimmed(cell[1:] if is_kept_harmless else cell)


def judge(given: Iterable[Given]) -> Iterator[Judged]:
    """Tell of each row what would come of it; changes nothing."""
    remaining, seen = iter(given), set[tuple[str, str, str]]()
    owners = {owner.short_name: owner for owner in service_owners()}
    while chunk := list(islice(remaining, _AT_ONCE)):
        known = _known(chunk, owners)
        yield from (_judged_once(row, known, seen) for row in chunk)


def _judged_once(given: Given, known: _Known, seen: set[tuple[str, str, str]]) -> Judged:
    if given.refusal:
        return Judged(given, Fate.REFUSED, gettext(ROW_WORDS[given.refusal]))
    key = (given.cells["service_owner"], given.cells["country"].upper(), given.cells["sender"])
    if key in seen and not given.cells.get("id"):
        return Judged(given, Fate.REFUSED, gettext("An earlier row says this already."))
    seen.add(key)
    try:
        return _judged(given, known)
    except RegistrationRefused as refused:
        return Judged(given, Fate.REFUSED, str(refused))


def _known(chunk: Sequence[Given], owners: dict[str, ServiceOwner]) -> _Known:
    row = SenderRegistration
    ids = [int(given.cells["id"]) for given in chunk if _is_id(given.cells.get("id", ""))]
    keys = [
        (owners[given.cells["service_owner"]].id, given.cells["country"].upper(), given.cells["sender"])
        for given in chunk
        if given.cells["service_owner"] in owners
    ]
    by_id = {one.id: one for one in db.session.scalars(select(row).where(row.id.in_(ids)))}
    is_open = row.status.in_([status.value for status in OPEN])
    its_key = tuple_(row.service_owner_id, row.country, row.sender).in_(keys)
    found = db.session.scalars(select(row).where(is_open, its_key)) if keys else ()
    return _Known(owners, by_id, {(one.service_owner_id, one.country, one.sender): one for one in found})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _judged(given: Given, known: _Known) -> Judged:
    owner = known.owners.get(given.cells["service_owner"])
    if owner is None:
        raise RegistrationRefused(gettext("There is no such service owner."))
    said = {name: _value(name, cell) for name, cell in given.cells.items() if name in BY_NAME}
    row = _existing(given, known, owner)
    return _judged_new(given, owner, said) if row is None else _judged_known(given, row, said, owner)


def _value(name: str, cell: str) -> Any:
    try:
        return read(BY_NAME[name], cell)
    except RegistrationRefused as refused:
        raise RegistrationRefused(f"{BY_NAME[name].label}: {refused}") from refused


def _existing(given: Given, known: _Known, owner: ServiceOwner) -> SenderRegistration | None:
    key = (owner.id, given.cells["country"].upper(), given.cells["sender"])
    wanted = given.cells.get("id", "")
    if not wanted:
        return known.open_ones.get(key)
    row = known.by_id.get(int(wanted)) if _is_id(wanted) else None
    if row is None or (row.service_owner_id, row.country, row.sender) != key:
        raise RegistrationRefused(gettext("The number is not that of this sender ID's registration."))
    return row


def _judged_new(given: Given, owner: ServiceOwner, said: dict[str, Any]) -> Judged:
    name = given.cells.get("status", "") or RegistrationStatus.DRAFT.value
    status = next((one for one in RegistrationStatus if one.value == name), None)
    if status is None or move(None, status) is None:
        raise RegistrationRefused(gettext("A new registration begins as draft or approved."))
    service.allowed(owner, given.cells["country"], given.cells["sender"])
    service.require_order(said.get("valid_from"), said.get("valid_until"))
    said = {name: value for name, value in said.items() if value not in (None, "", [])}
    return Judged(given, Fate.CREATE, "", tuple(said), said, owner, None, status)


def _judged_known(given: Given, row: SenderRegistration, said: dict[str, Any], owner: ServiceOwner) -> Judged:
    status = given.cells.get("status", "") or row.status
    if status != row.status:
        raise RegistrationRefused(gettext("A status is not changed by a file: use the registration's page."))
    changed = tuple(name for name, value in said.items() if getattr(row, name) != value)
    if not changed:
        return Judged(given, Fate.UNCHANGED, registration_id=row.id)
    if RegistrationStatus(row.status) not in OPEN:
        raise RegistrationRefused(gettext("It is at its end and cannot be changed."))
    first, end = said.get("valid_from", row.valid_from), said.get("valid_until", row.valid_until)
    service.require_order(first, end)
    return Judged(given, Fate.CHANGE, "", changed, said, owner, row.id)


def carry_out(judged: Iterable[Judged]) -> list[Judged]:
    """Do what was judged; gives what became of each row, refused where something stood in the way after all."""
    return [_carried_out(one) for one in judged]


def _carried_out(one: Judged) -> Judged:
    try:
        if one.fate is Fate.CREATE and one.owner:
            cells = one.given.cells
            service.begin(one.owner, cells["country"], cells["sender"], one.said, _BY_ADMINISTRATORS, one.status)
        elif one.fate is Fate.CHANGE and one.registration_id:
            [row] = service.locked([one.registration_id])
            service.change(row, one.said, _BY_ADMINISTRATORS)
    except RegistrationRefused as refused:
        return Judged(one.given, Fate.REFUSED, str(refused))
    return one
