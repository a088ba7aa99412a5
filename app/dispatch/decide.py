"""What is handed over for a claimed notification: sender, text, segments.

Everything is looked up once per batch. Route and gateway were decided when it was claimed; whatever else has a say (a
country's rules) has it here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from flask import current_app

from app.dispatch.claim import Content, Row
from app.dispatch.transaction import cursor, integers
from app.gateways import GatewaySettings, Message
from app.messaging.segments import count_segments
from app.messaging.status import Channel, Status
from app.messaging.template import MissingColumns, Template
from app.orders import message
from app.orders.message import Composer
from app.orders.message import Message as Words

MISSING_VALUES = "missing_values"
"""The reason where the text has a placeholder that the recipient's list has no column for."""

COLUMNS = "select part, columns from intake where order_id = %s and part = any(%s::smallint[])"

VALUES = """
select d.part, d.row_no, r.values
from unnest(%s::smallint[], %s::integer[]) as d (part, row_no), lateral (
    select coalesce(values, '{}') as values from recipient
    where order_id = %s and part = d.part and row_no = d.row_no offset 0
) as r
"""
# `offset 0` keeps the planner to the primary key: a list just read has no statistics yet, and it would read it whole.

_FAILED = {Channel.SMS: Status.SMS_FAILED, Channel.EMAIL: Status.EMAIL_FAILED}


class Letter(NamedTuple):
    """One notification ready to be handed over, with what its attempt will say of it."""

    message: Message
    no: int
    own_text: str | None
    """The text where it is not the shipment's own."""
    segments: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A notification that is not handed over at all: its final status and the reason."""

    notification_id: int
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a batch: the letters in ascending order of their notifications, and those that do not go."""

    letters: list[Letter]
    blocked: list[Blocked]


@dataclass(frozen=True, slots=True)
class _Part:
    """How the rows of one part of the order get their message."""

    compose: Composer
    columns: int


def decide(content: Content, rows: Sequence[Row]) -> Decision:
    """Decide for each of the rows, at least one, which stand in ascending order of their ids and take one gateway."""
    if not message.placeholders(content):
        return Decision(_same_to_all(content, rows), [])
    return _personal(content, rows)


def gateway_settings() -> GatewaySettings:
    """What the gateways must be told, from the application's settings."""
    return GatewaySettings.of(current_app.config)


def _same_to_all(content: Content, rows: Sequence[Row]) -> list[Letter]:
    words = message.composer(content, ())(())
    letter = partial(_letter, content, _sender(content))
    segments = _segments(content.channel, words.text)
    return [letter(row, words, None, segments) for row in rows]


def _personal(content: Content, rows: Sequence[Row]) -> Decision:
    sender, values = _sender(content), _values(content.order_id, rows)
    parts = _parts(content, rows)
    text_is_personal = bool(Template(message.subject_and_text(content)[1]).names)
    decision = Decision([], [])
    for row in rows:
        part = parts[row.part]
        if part is None:
            decision.blocked.append(Blocked(row.id, _FAILED[content.channel], MISSING_VALUES))
            continue
        words = _composed(part, values.get((row.part, row.row_no), []))
        own = words.text if text_is_personal else None
        segments = _segments(content.channel, words.text)
        decision.letters.append(_letter(content, sender, row, words, own, segments))
    return decision


def _letter(content: Content, sender: str, row: Row, words: Words, own: str | None, segments: int) -> Letter:
    key = f"{row.id}-{row.no}"
    handed = Message(row.id, row.address, sender, words.text, words.subject, False, content.expires_at, key)
    return Letter(handed, row.no, own, segments)


def _sender(content: Content) -> str:
    if content.channel is Channel.SMS:
        return content.sms_sender or str(current_app.config["DEFAULT_SMS_SENDER"])
    return content.email_from or str(current_app.config["DEFAULT_EMAIL_FROM"])


def _segments(channel: Channel, text: str) -> int:
    return count_segments(text) if channel is Channel.SMS else 0


def _values(order_id: int, rows: Sequence[Row]) -> dict[tuple[int, int], list[str | None]]:
    with cursor() as found:
        found.execute(VALUES, (integers(row.part for row in rows), integers(row.row_no for row in rows), order_id))
        return {(part, row_no): values for part, row_no, values in found.fetchall()}


def _parts(content: Content, rows: Sequence[Row]) -> dict[int, _Part | None]:
    """How each part of the order gets its messages; nothing for a part that lacks a column, whose rows alone suffer."""
    columns: dict[int, list[str]] = defaultdict(list)
    parts = {row.part for row in rows}
    with cursor() as found:
        found.execute(COLUMNS, (content.order_id, sorted(parts)))
        columns.update(found.fetchall())
    return {part: _part(content, columns[part]) for part in parts}


def _part(content: Content, columns: Sequence[str]) -> _Part | None:
    try:
        return _Part(message.composer(content, columns), len(columns))
    except MissingColumns:
        return None


def _composed(part: _Part, values: Sequence[str | None]) -> Words:
    """A row that is shorter than its header has empty cells at its end."""
    return part.compose([*values, *[None] * (part.columns - len(values))])
