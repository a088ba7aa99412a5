"""Who has a draft open: told by the open pages themselves, and forgotten soon after they no longer say so."""

import time
from collections.abc import Sequence
from contextlib import suppress

from redis.exceptions import RedisError
from sqlalchemy import select

from app.accounts.models import Person
from app.db import db
from app.queue import valkey

HERE_FOR_S = 30
"""Seconds for which somebody counts as being there; an open page says so more often."""


def say_here(order_id: int, person_id: int) -> None:
    """Note that a person has a draft open; without Valkey nobody is told."""
    key = _key(order_id)
    with suppress(RedisError):
        valkey().zadd(key, {str(person_id): time.time()})
        valkey().expire(key, HERE_FOR_S)


def others(order_id: int, person_id: int) -> Sequence[str]:
    """Name everybody else who has a draft open, by the alphabet."""
    ids = _here(order_id) - {person_id}
    if not ids:
        return []
    return db.session.scalars(select(Person.name).where(Person.id.in_(ids)).order_by(Person.name)).all()


def _here(order_id: int) -> set[int]:
    with suppress(RedisError):
        found = valkey().zrangebyscore(_key(order_id), time.time() - HERE_FOR_S, "+inf")
        return {int(one) for one in found if isinstance(one, bytes)} if isinstance(found, list) else set()
    return set()


def _key(order_id: int) -> str:
    return f"draft:{order_id}:open"
