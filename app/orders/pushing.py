"""How many SMS the values of the rows push to another segment, told while the text is typed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, select

from app.db import db
from app.messaging.segments import count_segments
from app.messaging.template import Filler, Kind, MissingColumns, Template
from app.orders import keywords
from app.orders.models import Intake, IntakeStatus, Recipient, RefusedRow

LOOKED_AT = 2_000
"""Rows, the first of the order: a person waits for the answer at every pause in the typing."""

MOST_CHARACTERS = 1_000_000
"""Of all filled texts together."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """Some rows whose SMS takes more segments than that of most."""

    rows: int
    most: int
    """The most segments that any of them takes."""
    usual: int
    """The segments that most rows take."""
    looked_at: int
    is_all: bool
    """Whether the order has no more rows than these."""


def by_values(text: str, intakes: Sequence[Intake]) -> Pushed | None:
    """Fill a text with the first rows that an order was given; None where no value makes a difference."""
    template = Template(text)
    if all(slot.kind is Kind.KEYWORD for slot in template.slots):
        return None
    read = [one for one in intakes if one.status == IntakeStatus.READ and one.valid]
    fillers = {one.part: (filler, len(one.columns)) for one in read if (filler := _filler(template, one.columns))}
    if not fillers:
        return None
    rows = sum(one.valid for one in read if one.part in fillers)
    return _pushed(Counter(_segments(read[0].order_id, fillers)), rows)


def _segments(order_id: int, fillers: Mapping[int, tuple[Filler, int]]) -> Iterator[int]:
    read = 0
    for part, values in db.session.execute(_first_rows(order_id)):
        if part not in fillers or read > MOST_CHARACTERS:
            continue
        fill, width = fillers[part]
        text = fill(keywords.cells_with(values or (), width, 0, None, None))
        read += len(text)
        yield count_segments(text)


def _first_rows(order_id: int) -> Select[int, list[str] | None]:
    same_row = (RefusedRow.order_id == order_id, RefusedRow.part == Recipient.part)
    is_refused = exists().where(*same_row, RefusedRow.row_no == Recipient.row_no)
    rows = select(Recipient.part, Recipient.values).where(Recipient.order_id == order_id, ~is_refused)
    return rows.order_by(Recipient.part, Recipient.row_no).limit(LOOKED_AT)


def _filler(template: Template, columns: Sequence[str]) -> Filler | None:
    try:
        return template.compile(keywords.columns_with(columns))
    except MissingColumns:
        return None


def _pushed(counts: Counter[int], rows: int) -> Pushed | None:
    usual = max(counts, key=lambda segments: (counts[segments], -segments), default=0)
    pushed = sum(number for segments, number in counts.items() if segments > usual)
    return Pushed(pushed, max(counts), usual, counts.total(), counts.total() >= rows) if pushed else None
