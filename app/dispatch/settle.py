"""What came of a hand-over becomes rows: one attempt each, and the next status, in one transaction per group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.dispatch import backoff
from app.dispatch.block import verdict_ids
from app.dispatch.claim import Claim, Content, holds
from app.dispatch.complete import complete
from app.dispatch.decide import Letter
from app.dispatch.fall_back import fall_back
from app.dispatch.promised import promise
from app.dispatch.transaction import Cursor, integers
from app.gateways import Accepted, Outcome, PromisedReports, Refused, RefusedForNow, Uncertain
from app.messaging.scheme import MENDABLE
from app.messaging.status import ACCEPTED, FINAL, NEW, SENDING, AttemptOutcome, Route, Status
from app.orders.outcomes import Fate

HANDOVER_UNCERTAIN = "handover_uncertain"
"""The reason where nobody can know whether the gateway has it."""

LAST_CHANCE = timedelta(minutes=1)
"""How long before the end of its time to live a notification is tried a last time."""

RECORD = """
copy attempt (notification_id, no, gateway, route, outcome, sender, text, segments, reference, code, words,
    handed_over_at, answered_at, verdict_id) from stdin (format binary)
"""
_TYPES = [
    "int8",
    "int2",
    "text",
    "int2",
    "int2",
    "text",
    "text",
    "int2",
    "text",
    "text",
    "text",
    "timestamptz",
    "timestamptz",
    "int8",
]

RECORD_LATE = """
insert into attempt (notification_id, no, gateway, route, outcome, sender, text, segments, reference, code, words,
    handed_over_at, answered_at, verdict_id)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
on conflict (notification_id, no) do update
set outcome = excluded.outcome, reference = excluded.reference, code = excluded.code, words = excluded.words,
    handed_over_at = excluded.handed_over_at, answered_at = excluded.answered_at
where attempt.outcome = 4 and excluded.outcome <> 4
"""
# 4 is `AttemptOutcome.UNCERTAIN`: what the sweep had to note is replaced by what the gateway really answered.

RECORD_SEGMENTS = """
insert into attempt_segment (notification_id, no, segment, gateway, reference)
select d.notification_id, d.no, d.segment, %(gateway)s, d.reference
from unnest(%(ids)s::bigint[], %(nos)s::smallint[], %(segments)s::smallint[], %(references)s::text[])
    as d (notification_id, no, segment, reference)
on conflict do nothing
"""

CLOSE = "delete from batch where id = %s and worker = %s"

MOVE_ALL = """
update notification_state as s
set status = %(status)s, route = %(route)s, uncertain = false, reason = null, status_at = clock_timestamp()
where s.id between %(first)s and %(last)s and s.id = any(%(ids)s::bigint[]) and s.status + 0 = %(sending)s
"""
# The range tells the planner how few these are; by the array alone it may read the whole table.

MOVE = """
update notification_state as s
set status = d.status, route = %(route)s, uncertain = d.uncertain, reason = d.reason, status_at = clock_timestamp(),
    due_at = case when d.pause_s is not null
        then least(clock_timestamp() + make_interval(secs => d.pause_s), %(last_chance)s) end
from unnest(%(ids)s::bigint[], %(statuses)s::smallint[], %(uncertain)s::boolean[], %(reasons)s::text[],
    %(pauses)s::float8[]) as d (id, status, uncertain, reason, pause_s)
where s.id = d.id and s.status + 0 = %(sending)s
"""
# When it is due again is told by the database's clock, by which it is found.


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A group of letters and what the gateway answered to each."""

    gateway: str
    route: Route
    letters: list[Letter]
    outcomes: list[Outcome]
    promised: list[PromisedReports]
    handed_over_at: datetime
    answered_at: datetime | None
    """Null where nobody was there to hear an answer."""
    ends_batch: bool
    """Whether nothing of the batch remains to be handed over."""
    choices: int = 1
    """How many gateways could take what this one refuses for now."""


class Move(NamedTuple):
    """Where a notification goes from `Sending`."""

    id: int
    status: Status
    uncertain: bool = False
    reason: str | None = None
    pause_s: float | None = None
    """How long it is left alone, where it is handed over again."""


def settle(cursor: Cursor, claim: Claim, handed: HandedOver) -> None:
    """Note the answers while the batch is ours; a unique violation means that somebody else noted them: `settle_late`.

    A lost lease is settled late too: the answer is the truth even then.
    """
    if not holds(cursor, claim):
        settle_late(cursor, claim.content, handed)
        return
    _record(cursor, claim.content, handed)
    _record_segments(cursor, handed)
    _move_on(cursor, claim.content, handed)
    if handed.ends_batch:
        close(cursor, claim)


def close(cursor: Cursor, claim: Claim) -> None:
    """The batch has done its service, if it is still ours."""
    cursor.execute(CLOSE, (claim.batch_id, claim.token))


def settle_late(cursor: Cursor, content: Content, handed: HandedOver) -> None:
    """Note answers to notifications that the sweep may have declared uncertain meanwhile: they are so no longer."""
    cursor.executemany(RECORD_LATE, list(_attempts(handed, verdict_ids(content, handed.letters))))
    _record_segments(cursor, handed)
    _move_on(cursor, content, handed)


def _record(cursor: Cursor, content: Content, handed: HandedOver) -> None:
    ids = verdict_ids(content, handed.letters)
    with cursor.copy(RECORD) as copy:
        copy.set_types(_TYPES)
        for row in _attempts(handed, ids):
            copy.write_row(row)


def _record_segments(cursor: Cursor, handed: HandedOver) -> None:
    """Note the references of segments that have their own; most hand-overs have none."""
    rows = [
        (letter.message.id, letter.no, segment, reference)
        for letter, outcome in zip(handed.letters, handed.outcomes, strict=True)
        if isinstance(outcome, Accepted)
        for segment, reference in enumerate(outcome.segments, 1)
    ]
    if not rows:
        return
    ids, nos, segments, references = zip(*rows, strict=True)
    columns = {"ids": integers(ids), "nos": integers(nos), "segments": integers(segments)}
    cursor.execute(RECORD_SEGMENTS, {**columns, "references": list(references), "gateway": handed.gateway})


def _attempts(handed: HandedOver, ids: Mapping[Fate | None, int | None]) -> Iterator[tuple[object, ...]]:
    name, route = handed.gateway, int(handed.route)
    for letter, outcome in zip(handed.letters, handed.outcomes, strict=True):
        kind, reference, code, words = _told(outcome)
        yield (
            letter.message.id,
            letter.no,
            name,
            route,
            kind,
            letter.message.sender,
            letter.own_text,
            letter.segments,
            reference,
            code,
            words.replace("\0", ""),  # which the database cannot store
            handed.handed_over_at,
            handed.answered_at,
            ids[letter.fate],
        )


def _told(outcome: Outcome) -> tuple[int, str | None, str, str]:
    match outcome:
        case Accepted(reference=reference, words=words, code=code):
            return AttemptOutcome.ACCEPTED, reference, code, words
        case Refused(words=words, code=code):
            return AttemptOutcome.REFUSED, None, code, words
        case RefusedForNow(words=words, code=code):
            return AttemptOutcome.REFUSED_FOR_NOW, None, code, words
        case Uncertain(words=words, code=code):
            return AttemptOutcome.UNCERTAIN, None, code, words


def _move_on(cursor: Cursor, content: Content, handed: HandedOver) -> None:
    taken, others = _moves(content, handed)
    route = int(handed.route)
    if taken:
        cursor.execute(
            MOVE_ALL,
            {
                "ids": integers(taken),
                "first": taken[0],
                "last": taken[-1],
                "status": ACCEPTED[content.channel],
                "route": route,
                "sending": SENDING[content.channel],
            },
        )
    _move(cursor, content, route, others)
    promise(cursor, handed.gateway, handed.promised)
    fall_back(cursor, [move.id for move in others if move.status in MENDABLE])
    if any(move.status in FINAL for move in others):
        complete(cursor, [content.shipment_id])


def _moves(content: Content, handed: HandedOver) -> tuple[list[int], list[Move]]:
    taken: list[int] = []
    others: list[Move] = []
    for letter, outcome in zip(handed.letters, handed.outcomes, strict=True):
        if isinstance(outcome, Accepted):
            taken.append(letter.message.id)
        else:
            others.append(_away(content, letter, outcome, handed.choices))
    return taken, others


def _away(content: Content, letter: Letter, outcome: Refused | RefusedForNow | Uncertain, choices: int) -> Move:
    match outcome:
        case Refused(status=status, reason=reason):
            return Move(letter.message.id, status, reason=reason)
        case RefusedForNow():
            pause_s = _pause(letter.no, outcome, choices).total_seconds()
            reason = backoff.kind_of(outcome).reason
            return Move(letter.message.id, NEW[content.channel], reason=reason, pause_s=pause_s)
        case Uncertain():
            return Move(letter.message.id, SENDING[content.channel], uncertain=True, reason=HANDOVER_UNCERTAIN)


def _pause(attempts: int, refusal: RefusedForNow, choices: int) -> timedelta:
    """Short while there are gateways that have not been asked, for it was surely not handed over."""
    if attempts < choices and not refusal.of_message:
        return backoff.pause_before_another()
    return backoff.pause(attempts, refusal)


def _move(cursor: Cursor, content: Content, route: int, moves: Sequence[Move]) -> None:
    if not moves:
        return
    ids, statuses, uncertain, reasons, pauses = zip(*moves, strict=True)
    cursor.execute(
        MOVE,
        {
            "ids": integers(ids),
            "statuses": list(statuses),
            "uncertain": list(uncertain),
            "reasons": list(reasons),
            "pauses": list(pauses),
            "last_chance": content.expires_at - LAST_CHANCE,
            "route": route,
            "sending": SENDING[content.channel],
        },
    )
