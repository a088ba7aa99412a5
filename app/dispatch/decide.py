"""What is handed over for a claimed notification: sender, text, segments.

Everything is looked up once per batch. Route and gateway were decided when it was claimed; whatever else has a say (a
country's rules) has it here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from flask import current_app

from app.db import utcnow
from app.dispatch.claim import Content, Row
from app.dispatch.transaction import cursor, integers
from app.gateways import GatewaySettings, Message
from app.messaging import urls
from app.messaging.logo import CONTENT_ID, Logo
from app.messaging.segments import count_segments
from app.messaging.status import Channel, Status
from app.messaging.template import MissingColumns
from app.orders import keywords, message
from app.orders.message import Composer, HostsFinder
from app.orders.message import Message as Words
from app.orders.outcomes import Fate, Fates

MISSING_VALUES = "missing_values"
"""The reason where the text has a placeholder that the recipient's list has no column for."""

COLUMNS = "select part, columns from intake where order_id = %s and part = any(%s::smallint[])"

LETTERHEAD = """
select o.name, l.kind, l.image
from shipment as h join service_owner as o on o.id = h.service_owner_id
left join service_owner_logo as l on l.service_owner_id = o.id
where h.id = %s and h.email_is_markdown
"""

VALUES = """
select d.part, d.row_no, r.values, r.kind, r.register_name, case when r.kind = 4 then r.identity end
from unnest(%s::smallint[], %s::integer[]) as d (part, row_no), lateral (
    select coalesce(values, '{}') as values, kind, register_name, identity from recipient
    where order_id = %s and part = d.part and row_no = d.row_no offset 0
) as r
"""
# `offset 0` keeps the planner to the primary key: a list just read has no statistics yet, and it would read it whole.

VALUES_BETWEEN = """
select part, row_no, coalesce(values, '{}'), kind, register_name, case when kind = 4 then identity end from recipient
where order_id = %s and part = %s and row_no between %s and %s
"""
# For recipients that stand side by side, as most of a batch do: one walk instead of a search for each.

_FAILED = {Channel.SMS: Status.SMS_FAILED, Channel.EMAIL: Status.EMAIL_FAILED}


class Letter(NamedTuple):
    """One notification ready to be handed over, with what its attempt will say of it."""

    message: Message
    no: int
    own_text: str | None
    """The text where it is not the shipment's own."""
    segments: int
    fate: Fate | None = None
    """What its country does to it and what we do about that; none for an e-mail."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A notification that is not handed over at all: its final status and the reason."""

    notification_id: int
    status: Status
    reason: str
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a batch: the letters in ascending order of their notifications, and those that do not go."""

    letters: list[Letter]
    blocked: list[Blocked]


class Letterhead(NamedTuple):
    """What stands above an e-mail that is also HTML: the service owner's name and logo; no name, and it is not."""

    name: str = ""
    logo: Logo | None = None


class Known(NamedTuple):
    """A recipient's values, and what a register knows of it."""

    values: Sequence[str | None]
    kind: int
    name: str | None
    identity: bytes | None
    """An organisation's number, sealed."""


NOTHING_KNOWN = Known([], 0, None, None)


@dataclass(frozen=True, slots=True)
class _Part:
    """How the rows of one part of the order get their message."""

    compose: Composer
    hosts: HostsFinder
    columns: int


def decide(content: Content, rows: Sequence[Row], gateway: str, at: datetime | None = None) -> Decision:
    """Decide for each of the rows, at least one, which stand in ascending order of their ids and take this gateway.

    Countries are asked about the moment `at`, which is now where none is given.
    """
    decision = every_letter(content, rows, gateway, at)
    if not any(fate.is_stopped for fate in {letter.fate for letter in decision.letters} if fate):
        return decision
    stopped = [letter for letter in decision.letters if letter.fate is not None and letter.fate.is_stopped]
    blocked = [*decision.blocked, *map(_stopped, stopped)]
    return Decision([letter for letter in decision.letters if not (letter.fate and letter.fate.is_stopped)], blocked)


def every_letter(content: Content, rows: Sequence[Row], gateway: str, at: datetime | None = None) -> Decision:
    """Do the same, with a letter also for what a country rule stops: a gateway may have been given it before."""
    fates = _fates(content, rows, gateway, at or utcnow())
    if message.is_same_to_all(content):
        return Decision(_same_to_all(content, rows, fates), [])
    return _personal(content, rows, fates)


def _fates(content: Content, rows: Sequence[Row], gateway: str, at: datetime) -> Fates | None:
    if content.channel is not Channel.SMS:
        return None
    return Fates(content.service_owner_id, _sender(content), {row.country for row in rows}, at, gateway)


def _stopped(letter: Letter) -> Blocked:
    reason = letter.fate.reason if letter.fate else ""
    return Blocked(letter.message.id, Status.SMS_FAILED_REJECTED, reason, letter.fate)


def gateway_settings() -> GatewaySettings:
    """What the gateways must be told, from the application's settings."""
    return GatewaySettings.of(current_app.config)


def _same_to_all(content: Content, rows: Sequence[Row], fates: Fates | None) -> list[Letter]:
    letterhead, sender = _letterhead(content), _sender(content)
    words = _composer(content, (), letterhead)(())
    segments = _segments(content.channel, words.text)
    letter = partial(_letter, content, sender, letterhead)
    if fates is None:
        return [letter(row, words, None, segments, None) for row in rows]
    hosts = urls.hosts(words.text)
    return [letter(row, words, None, segments, fates[row.country, hosts]) for row in rows]


def _personal(content: Content, rows: Sequence[Row], fates: Fates | None) -> Decision:
    sender, values = _sender(content), _values(content.order_id, rows)
    letterhead = _letterhead(content)
    parts = _parts(content, rows, letterhead)
    text_is_personal = message.has_personal_text(content)
    decision = Decision([], [])
    for row in rows:
        part = parts[row.part]
        if part is None:
            decision.blocked.append(Blocked(row.id, _FAILED[content.channel], MISSING_VALUES))
            continue
        cells = _cells(part, values.get((row.part, row.row_no), NOTHING_KNOWN))
        words = part.compose(cells)
        own = words.text if text_is_personal else None
        segments = _segments(content.channel, words.text)
        fate = None if fates is None else fates[row.country, part.hosts(cells, words.text)]
        decision.letters.append(_letter(content, sender, letterhead, row, words, own, segments, fate))
    return decision


def _letter(
    content: Content,
    sender: str,
    letterhead: Letterhead,
    row: Row,
    words: Words,
    own: str | None,
    segments: int,
    fate: Fate | None,
) -> Letter:
    key, shown = f"{row.id}-{row.no}", fate.sender if fate else sender
    told = (words.text, words.subject, words.html, content.expires_at, key, letterhead.logo)
    return Letter(Message(row.id, row.address, shown, *told), row.no, own, segments, fate)


def _letterhead(content: Content) -> Letterhead:
    """What stands above an e-mail that is also HTML; nothing where it is plain text alone."""
    if content.channel is not Channel.EMAIL:
        return Letterhead()
    with cursor() as found:
        found.execute(LETTERHEAD, (content.shipment_id,))
        row = found.fetchone()
    if row is None:
        return Letterhead()
    name, kind, image = row
    return Letterhead(name, Logo(kind, image) if kind else None)


def _composer(content: Content, columns: Sequence[str], letterhead: Letterhead) -> Composer:
    if not letterhead.name:
        return message.composer(content, columns)
    logo = f"cid:{CONTENT_ID}" if letterhead.logo else ""
    return message.formatted(content, columns, letterhead.name, logo)


def _sender(content: Content) -> str:
    if content.channel is Channel.SMS:
        return content.sms_sender or str(current_app.config["DEFAULT_SMS_SENDER"])
    return content.email_from or str(current_app.config["DEFAULT_EMAIL_FROM"])


def _segments(channel: Channel, text: str) -> int:
    return count_segments(text) if channel is Channel.SMS else 0


def _values(order_id: int, rows: Sequence[Row]) -> dict[tuple[int, int], Known]:
    places = [(row.part, row.row_no) for row in rows]
    (part, first), (last_part, last) = min(places), max(places)
    with cursor() as found:
        if part == last_part and last - first < 2 * len(rows):
            found.execute(VALUES_BETWEEN, (order_id, part, first, last))
        else:
            parts, row_nos = zip(*places, strict=True)
            found.execute(VALUES, (integers(parts), integers(row_nos), order_id))
        return {(part, row_no): Known(*known) for part, row_no, *known in found.fetchall()}


def _parts(content: Content, rows: Sequence[Row], letterhead: Letterhead) -> dict[int, _Part | None]:
    """How each part of the order gets its messages; nothing for a part that lacks a column, whose rows alone suffer."""
    columns: dict[int, list[str]] = defaultdict(list)
    parts = {row.part for row in rows}
    with cursor() as found:
        found.execute(COLUMNS, (content.order_id, sorted(parts)))
        columns.update(found.fetchall())
    return {part: _part(content, columns[part], letterhead) for part in parts}


def _part(content: Content, columns: Sequence[str], letterhead: Letterhead) -> _Part | None:
    width, columns = len(columns), keywords.columns_with(columns)
    try:
        return _Part(_composer(content, columns, letterhead), message.hosts_finder(content, columns), width)
    except MissingColumns:
        return None


def _cells(part: _Part, known: Known) -> Sequence[str | None]:
    """A row that is shorter than its header has empty cells at its end."""
    return keywords.cells_with(known.values, part.columns, known.kind, known.name, known.identity)
