"""Moving the recipients of a country from an SMS draft to an e-mail draft, where their rows hold an e-mail address."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from sqlalchemy import text

from app.accounts.models import ServiceOwner
from app.audit import service as audit
from app.db import db
from app.intake.columns import address_columns
from app.intake.refusals import FileRefused
from app.messaging.scheme import Scheme
from app.orders import intake, service
from app.orders.models import Intake, Order

MOVED = "moved_to_email"
"""The reason why such a row gets no SMS."""

_IN_MEMORY = 1024 * 1024
_AT_ONCE = 2_000

_WHO = """
    from recipient as r
    left join refused_row as f on f.order_id = r.order_id and f.part = r.part and f.row_no = r.row_no
    where r.order_id = :order_id and r.part = :part and r.country = :country and f.row_no is null
    and r.values[:email] like '%@%'
"""
_HOW_MANY = text(f"select count(*) {_WHO}")
_VALUES = text(f"select r.values {_WHO} order by r.row_no")
_LEAVE_OUT = text(
    "insert into refused_row (order_id, part, row_no, value, reason)"
    f" select r.order_id, r.part, r.row_no, r.address, '{MOVED}' {_WHO}"
)
_COUNT = text("update intake set valid = valid - :moved, invalid = invalid + :moved where id = :intake_id")


@dataclass(frozen=True, slots=True)
class Moved:
    """The draft that they were moved to, and how many they are."""

    draft_id: int
    recipients: int


def email_column(found: Intake) -> int | None:
    """Tell which column of what was read holds e-mail addresses beside its phone numbers; None where none does."""
    try:
        _, email = address_columns(found.columns)
    except FileRefused:
        return None
    return email


def can_move(draft: Order, intakes: Sequence[Intake]) -> bool:
    """Whether any row of an SMS draft may hold an e-mail address."""
    return draft.channel == Scheme.SMS and any(email_column(found) is not None for found in intakes)


def move(order_id: int, country: str, intakes: Sequence[Intake], person_id: int) -> Moved | None:
    """Move a country's recipients with an e-mail address to a draft of their own; None where there are none.

    Their rows are read there as a file, so that each address is judged as any other; here they are left out. Raises
    NotADraft.
    """
    draft = service.lock_draft(order_id)
    whose = [(found, _whose(draft, country, found)) for found in intakes if email_column(found) is not None]
    counted = [(found, who, db.session.scalar(_HOW_MANY, who) or 0) for found, who in whose]
    moved = sum(count for _, _, count in counted)
    if not moved:
        return None
    other = service.create_draft(draft.service_owner_id, person_id, _content(draft))
    for found, who, count in counted:
        if count:
            _give(other, found, who, f"{country}-{draft.id}-{found.part}.csv")
            db.session.execute(_LEAVE_OUT, who)
            db.session.execute(_COUNT, {"intake_id": found.id, "moved": count})
    service.touch(draft)
    _record(draft, other, country, moved)
    return Moved(other.id, moved)


def _whose(draft: Order, country: str, found: Intake) -> dict[str, object]:
    # Arrays of the database begin at 1.
    email = (email_column(found) or 0) + 1
    return {"order_id": draft.id, "part": found.part, "country": country, "email": email}


def _content(draft: Order) -> service.Content:
    owner = db.session.get_one(ServiceOwner, draft.service_owner_id)
    said = draft.email_text or draft.sms_text
    return service.Content(
        channel=Scheme.EMAIL,
        senders_reference=draft.senders_reference,
        email_from=draft.email_from or owner.email_from,
        email_subject=draft.email_subject,
        email_text=said,
        send_at=draft.send_at,
    )


def _give(other: Order, found: Intake, who: dict[str, object], name: str) -> None:
    """Give the rows to the other draft as a file like the one that they came from, a stretch in memory at a time."""
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        lines = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        csv.writer(lines).writerow(found.columns)
        rows = db.session.execute(_VALUES, who, execution_options={"yield_per": _AT_ONCE})
        csv.writer(lines).writerows(values or () for (values,) in rows)
        lines.detach()
        file.seek(0)
        intake.add_file(other.id, name, file)


def _record(draft: Order, other: Order, country: str, moved: int) -> None:
    audit.record(
        "draft.moved_to_email",
        "order",
        draft.id,
        service_owner_id=draft.service_owner_id,
        country=country,
        count=moved,
        draft=other.id,
    )
