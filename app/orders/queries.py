"""Questions about drafts: whose they are, what they were given, what the check found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_

from app.accounts.models import ServiceOwner
from app.db import db
from app.messaging.address import mask_email, mask_phone
from app.messaging.scheme import Scheme, moved_countries
from app.messaging.status import Channel
from app.orders import keywords
from app.orders.duplicates import REASON as DUPLICATE
from app.orders.models import Intake, IntakeStatus, Order, OrderCheck, Recipient, RecipientKind, RefusedRow
from app.orders.row_keys import key_of, place_of
from app.web.paging import PAGE_SIZE, Page, Window

STRETCH = 2_000
"""How many rows a file that is written reads at a time."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft as the list shows it."""

    id: int
    service_owner: str
    senders_reference: str
    channel: int
    text: str
    recipients: int
    changed_at: datetime
    taken_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the rows of an order were found."""

    valid: int
    invalid: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A recipient that will get a message."""

    part: int
    row_no: int
    address: str
    country: str
    kind: int
    email: str | None
    repeats: int | None
    values: Sequence[str]
    columns: Sequence[str]
    file_name: str
    register_name: str | None = None
    identity: bytes | None = None

    @property
    def cells(self) -> Sequence[str | None]:
        """Its values with what a register knows, for texts that were made with the keywords' columns."""
        return keywords.cells_with(self.values, len(self.columns), self.kind, self.register_name, self.identity)

    @property
    def addresses(self) -> Mapping[Channel, str]:
        """What is known of it by channel; covered where a register told it."""
        if self.kind in (RecipientKind.PERSON, RecipientKind.ORGANISATION):
            phone = {Channel.SMS: mask_phone(self.address)} if self.address else {}
            return phone | ({Channel.EMAIL: mask_email(self.email)} if self.email else {})
        if self.kind != RecipientKind.PHONE:
            return {Channel.EMAIL: self.address} if self.kind == RecipientKind.EMAIL else {}
        return {Channel.SMS: self.address} | ({Channel.EMAIL: self.email} if self.email else {})


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that gets no notification; for a duplicate, the row that it repeats."""

    part: int
    row_no: int
    value: str
    reason: str
    first_part: int | None
    first_row_no: int | None
    file_name: str
    first_file_name: str | None

    @property
    def key(self) -> int:
        """Its place among all rows of the order."""
        return key_of(self.part, self.row_no)


def order_of(order_id: int, service_owner_ids: Sequence[int]) -> Order | None:
    """Find an order or draft of one of these service owners."""
    return db.session.scalar(select(Order).where(Order.id == order_id, Order.service_owner_id.in_(service_owner_ids)))


def edited_on(order_id: int) -> str:
    """Tell which page saved a draft last by itself; empty where none did."""
    return db.session.scalar(select(Order.edited_on).where(Order.id == order_id)) or ""


def drafts(service_owner_ids: Sequence[int], window: Window) -> Page[DraftLine]:
    """List one page of drafts, the latest made first."""
    given = select(func.coalesce(func.sum(Intake.valid), 0)).where(Intake.order_id == Order.id).scalar_subquery()
    text = func.left(func.coalesce(func.nullif(Order.sms_text, ""), Order.email_subject), 80)
    first = (Order.id, ServiceOwner.name, Order.senders_reference, Order.channel)
    shown = (*first, text, given, Order.changed_at, Order.taken_back_at)
    mine = (Order.placed_at.is_(None), Order.service_owner_id.in_(service_owner_ids))
    statement: Select[Any] = select(*shown).join(ServiceOwner, ServiceOwner.id == Order.service_owner_id).where(*mine)
    rows = db.session.execute(window.narrow(statement, Order.id))
    return window.page([DraftLine(*row) for row in rows], lambda line: line.id)


def intakes(order_id: int) -> Sequence[Intake]:
    """List what an order was given, the pasted text first."""
    return db.session.scalars(select(Intake).where(Intake.order_id == order_id).order_by(Intake.part)).all()


def are_open(found: Sequence[Intake]) -> bool:
    """Whether any of them is still to be read."""
    return any(intake.status in (IntakeStatus.WAITING, IntakeStatus.READING) for intake in found)


def last_check(order_id: int) -> OrderCheck | None:
    """Find the last check that was asked for."""
    return db.session.get(OrderCheck, order_id)


def numbers(order_id: int) -> Numbers:
    """Count an order's rows; what the check left out counts as invalid."""
    sums = (func.sum(Intake.valid), func.sum(Intake.invalid), func.sum(Intake.duplicates))
    valid, invalid, duplicates = db.session.execute(select(*sums).where(Intake.order_id == order_id)).one()
    check = last_check(order_id)
    left_out = check.left_out if check else 0
    return Numbers((valid or 0) - left_out, (invalid or 0) + left_out, duplicates or 0)


def refused_rows(order_id: int, window: Window, *, duplicates: bool) -> Page[Refused]:
    """List one page of the rows that get no notification, as they stand in the files."""
    place = tuple_(RefusedRow.part, RefusedRow.row_no)
    kind = RefusedRow.reason == DUPLICATE if duplicates else RefusedRow.reason != DUPLICATE
    statement = _refused(order_id).where(kind)
    if window.before is not None:
        statement = statement.where(place < place_of(window.before))
    if window.after is not None:
        statement = statement.where(place > place_of(window.after))
    climbs = window.before is None
    ordered = [column.asc() if climbs else column.desc() for column in (RefusedRow.part, RefusedRow.row_no)]
    rows = db.session.execute(statement.order_by(*ordered).limit(PAGE_SIZE + 1))
    return window.page([Refused(*row) for row in rows], lambda row: row.key)


def refused_stretches(order_id: int) -> Iterator[Sequence[Refused]]:
    """Give all rows that get no notification, in stretches each by a question of its own."""
    place = tuple_(RefusedRow.part, RefusedRow.row_no)
    statement = _refused(order_id).order_by(RefusedRow.part, RefusedRow.row_no).limit(STRETCH)
    rows = [Refused(*row) for row in db.session.execute(statement)]
    while rows:
        yield rows
        behind = statement.where(place > (rows[-1].part, rows[-1].row_no))
        rows = [Refused(*row) for row in db.session.execute(behind)]


def _refused(order_id: int) -> Select[Any]:
    own, first = Intake.__table__.alias("own"), Intake.__table__.alias("first")
    row = RefusedRow
    shown = (row.part, row.row_no, row.value, row.reason, row.first_part, row.first_row_no, own.c.file_name)
    statement = select(*shown, first.c.file_name.label("first_file_name")).where(row.order_id == order_id)
    of_first = and_(first.c.order_id == row.order_id, first.c.part == row.first_part)
    return statement.join(own, and_(own.c.order_id == row.order_id, own.c.part == row.part)).outerjoin(first, of_first)


def valid_numbers(draft: Order) -> Select[str]:
    """The statement of the phone numbers that may get an SMS."""
    phones = _valid(draft.id).where(Recipient.kind != RecipientKind.EMAIL, Recipient.address != "")
    if draft.channel == Scheme.EMAIL_PREFERRED and not draft.falls_back:
        phones = phones.where(Recipient.email.is_(None))
    if moved := moved_countries(draft.channel, draft.moved_to_email):
        phones = phones.where(or_(Recipient.email.is_(None), Recipient.country.not_in(moved)))
    statement: Select[str] = phones.with_only_columns(Recipient.address)
    return statement


def row_at(order_id: int, part: int, row_no: int) -> FoundRow | None:
    """Find the valid recipient of one row."""
    return _found(_valid(order_id).where(Recipient.part == part, Recipient.row_no == row_no))


def row_after(order_id: int, part: int = -1, row_no: int = 0) -> FoundRow | None:
    """Find the first valid recipient after a row; the first of all where no row is given."""
    later = tuple_(Recipient.part, Recipient.row_no) > (part, row_no)
    return _found(_valid(order_id).where(later).order_by(Recipient.part, Recipient.row_no))


def row_before(order_id: int, part: int, row_no: int) -> FoundRow | None:
    """Find the last valid recipient before a row."""
    earlier = tuple_(Recipient.part, Recipient.row_no) < (part, row_no)
    return _found(_valid(order_id).where(earlier).order_by(Recipient.part.desc(), Recipient.row_no.desc()))


def _valid(order_id: int) -> Select[Any]:
    its_intake = and_(Intake.order_id == Recipient.order_id, Intake.part == Recipient.part)
    its_refusal = and_(
        RefusedRow.order_id == Recipient.order_id,
        RefusedRow.part == Recipient.part,
        RefusedRow.row_no == Recipient.row_no,
    )
    where = (Recipient.part, Recipient.row_no)
    who = (Recipient.address, Recipient.country, Recipient.kind, Recipient.email, Recipient.repeats)
    known = (Recipient.register_name, Recipient.identity)
    shown: tuple[Any, ...] = (*where, *who, Recipient.values)
    statement = select(*shown, Intake.columns, Intake.file_name, *known).join(Intake, its_intake)
    left_in: Select[Any] = statement.outerjoin(RefusedRow, its_refusal).where(RefusedRow.row_no.is_(None))
    return left_in.where(Recipient.order_id == order_id)


def _found(statement: Select[Any]) -> FoundRow | None:
    row = db.session.execute(statement.limit(1)).one_or_none()
    if row is None:
        return None
    part, row_no, address, country, kind, email, repeats, values, *source = row
    return FoundRow(part, row_no, address, country, kind, email, repeats, values or (), *source)
