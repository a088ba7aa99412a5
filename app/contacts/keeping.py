"""Answers are kept for ten minutes, as Altinn's own registers need to take a change over, and not a moment longer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, select, text

from app.contacts.answer import Answer, Standing
from app.contacts.models import KeptAnswer
from app.db import db, driver_cursor

KEPT_FOR = timedelta(minutes=10)
_FORGOTTEN_AT_ONCE = 20_000

FRESH = """
select number_hash, standing, emails, phones, email_confirmed_at, phone_confirmed_at, is_reserved, language, name,
    answered_at
from kept_answer where register = %s and answered_at > %s and number_hash in (
    select substring(%s::bytea from 32 * n + 1 for 32) from generate_series(0, %s::int - 1) as n
)
"""
# The hashes of 32 bytes go as one value: the driver takes longer over an array of thousands than the rest together.

STAGE = "create temporary table if not exists answer_stage (like kept_answer) on commit delete rows"

COPY = """
copy answer_stage (register, number_hash, standing, emails, phones, email_confirmed_at, phone_confirmed_at,
    is_reserved, language, name, answered_at) from stdin (format binary)
"""
_TYPES = ("text", "bytea", "int2", "text[]", "text[]", "timestamptz", "timestamptz", "bool", "text", "text")

KEEP = """
insert into kept_answer as k (register, number_hash, standing, emails, phones, email_confirmed_at, phone_confirmed_at,
    is_reserved, language, name, answered_at)
select register, number_hash, standing, emails, phones, email_confirmed_at, phone_confirmed_at, is_reserved, language,
    name, answered_at
from answer_stage order by register, number_hash
on conflict (register, number_hash) do update set standing = excluded.standing, emails = excluded.emails,
    phones = excluded.phones, email_confirmed_at = excluded.email_confirmed_at,
    phone_confirmed_at = excluded.phone_confirmed_at, is_reserved = excluded.is_reserved,
    language = excluded.language, name = excluded.name, answered_at = excluded.answered_at
where k.answered_at <= excluded.answered_at
"""
# In the order of the key, so that two that keep the same answers do not wait for each other.


class Known(msgspec.Struct, frozen=True, gc=False):
    """An answer, which register gave it, and when."""

    answer: Answer
    register: str
    answered_at: datetime


def fresh(register: str, hashes: Sequence[bytes], now: datetime) -> dict[bytes, Known]:
    """The answers that a register gave less than ten minutes ago, by the hash of the number."""
    if not hashes:
        return {}
    with driver_cursor() as cursor:
        cursor.execute(FRESH, (register, now - KEPT_FOR, b"".join(hashes), len(hashes)), binary=True)
        return {row[0]: _known(register, row) for row in cursor.fetchall()}


def _known(register: str, row: Sequence[Any]) -> Known:
    _, standing, emails, phones, *rest, answered_at = row
    return Known(Answer(Standing(standing), tuple(emails), tuple(phones), *rest), register, answered_at)


def keep(register: str, answers: Mapping[bytes, Answer], now: datetime) -> None:
    """Keep what a register answered at that moment; a later answer is not overwritten. The caller commits."""
    with driver_cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:
            copy.set_types((*_TYPES, "timestamptz"))
            for number_hash, answer in answers.items():
                copy.write_row(_row(register, number_hash, answer, now))
        cursor.execute(KEEP)
        cursor.execute("truncate answer_stage")


def _row(register: str, number_hash: bytes, answer: Answer, now: datetime) -> tuple[Any, ...]:
    return (
        register,
        number_hash,
        answer.standing.value,
        list(answer.emails),
        list(answer.phones),
        answer.email_confirmed_at,
        answer.phone_confirmed_at,
        answer.is_reserved,
        answer.language,
        answer.name,
        now,
    )


def something_is_stale() -> bool:
    """Whether an answer is kept that is too old to be used."""
    old = select(KeptAnswer.register).where(KeptAnswer.answered_at < _limit())
    return db.session.scalar(old.limit(1)) is not None


def forget_stale() -> int:
    """Delete some of the answers that are too old, and tell how many."""
    old = select(KeptAnswer.register, KeptAnswer.number_hash).where(KeptAnswer.answered_at < _limit())
    some = old.limit(_FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True).cte("old")
    same = (KeptAnswer.register == some.c.register, KeptAnswer.number_hash == some.c.number_hash)
    gone = db.session.execute(delete(KeptAnswer).where(*same).returning(KeptAnswer.register))
    return len(gone.all())


def _limit() -> Any:
    return text("clock_timestamp() - interval '10 minutes'")
