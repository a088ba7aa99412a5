"""Copying an order or a draft: a new draft with the same texts, senders, scheme, options, reminders and recipients."""

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, case, insert, literal, null, select, union_all

from app.audit import service as audit
from app.db import Base, db, utcnow
from app.orders import duplicates, queries, service
from app.orders.models import Intake, IntakeStatus, Order, Recipient, RecipientKind, RefusedRow, UploadPart
from app.orders.reminders import service as reminding
from app.orders.service import Content
from app.orders.set_aside import SetAside


class StillRead(Exception):
    """The recipients of the draft have not all been read, and so cannot be copied yet."""


def copy(order: Order, person_id: int, *, with_recipients: bool) -> Order:
    """Make a draft like an order; without its reference, and a send time that has passed. Raise StillRead."""
    if with_recipients and queries.are_open(queries.intakes(order.id)):
        raise StillRead(order.id)
    made = service.create_draft(order.service_owner_id, person_id, _content(order))
    made.moved_to_email = order.moved_to_email
    reminding.copy(order.id, made.id)
    copied = _copy_recipients(order.id, made.id) if with_recipients else 0
    owner, facts = order.service_owner_id, {"draft": made.id, "recipients": copied}
    audit.record("order.copied", "order", order.id, service_owner_id=owner, person_id=person_id, **facts)
    return made


def _content(order: Order) -> Content:
    same = Content(**{field.name: getattr(order, field.name) for field in fields(Content)})
    is_ahead = order.send_at is not None and order.send_at > utcnow()
    return replace(same, senders_reference="", send_at=order.send_at if is_ahead else None)


def _copy_recipients(from_id: int, to_id: int) -> int:
    """Copy what was read, with the rows that were refused, by one statement for each table; tell how many are valid."""
    read = _rows(Intake, from_id, to_id, without=("id",)).where(Intake.status == IntakeStatus.READ)
    _insert(Intake, read, without=("id",))
    _copy_pieces(from_id, to_id)
    _insert(RefusedRow, _rows(RefusedRow, from_id, to_id))
    # Placing set the refused ones aside.
    _insert(Recipient, union_all(*(_recipients(table, from_id, to_id) for table in (Recipient, SetAside))))
    duplicates.find(to_id)
    return queries.numbers(to_id).valid


def _recipients(table: type[Recipient] | type[SetAside], from_id: int, to_id: int) -> Select[Any]:
    """What a register said of somebody is left out: it is asked anew for the copy."""
    is_looked_up = table.kind.in_((RecipientKind.PERSON, RecipientKind.ORGANISATION))
    return _rows(
        table,
        from_id,
        to_id,
        address=case((is_looked_up, ""), else_=table.address),
        country=case((is_looked_up, ""), else_=table.country),
        email=case((is_looked_up, null()), else_=table.email),
        register_name=null(),
    )


def _copy_pieces(from_id: int, to_id: int) -> None:
    """Copy a pasted text that is still kept, so that it can be mended in the copy too."""
    theirs, ours = Intake.__table__.alias("theirs"), Intake.__table__.alias("ours")
    rows = (
        select(ours.c.id, UploadPart.no, UploadPart.data, UploadPart.is_sealed)
        .join(theirs, theirs.c.id == UploadPart.intake_id)
        .join(ours, ours.c.part == theirs.c.part)
        .where(theirs.c.order_id == from_id, ours.c.order_id == to_id)
    )
    db.session.execute(insert(UploadPart).from_select(["intake_id", "no", "data", "is_sealed"], rows))


def _rows(
    table: type[Base], from_id: int, to_id: int, *, without: tuple[str, ...] = (), **instead: ColumnElement[Any]
) -> Select[Any]:
    """The rows of an order as those of another, with some columns said otherwise."""
    columns = table.__table__.c
    said = {"order_id": literal(to_id), **instead}
    shown = [said.get(name, columns[name]) for name in _names(table, without)]
    return select(*shown).where(columns["order_id"] == from_id)


def _names(table: type[Base], without: tuple[str, ...] = ()) -> list[str]:
    return [column.name for column in table.__table__.columns if column.name not in without]


def _insert(table: type[Base], rows: Any, *, without: tuple[str, ...] = ()) -> None:
    db.session.execute(insert(table).from_select(_names(table, without), rows))
