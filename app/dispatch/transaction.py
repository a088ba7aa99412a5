"""Short transactions in the session's own connection, for statements that touch many rows at once."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.db import db, driver_cursor

Cursor = psycopg.Cursor[Any]
Result = TypeVar("Result")

TRIED_FOR_S = 60.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0

log = logging.getLogger(__name__)


@contextmanager
def transaction() -> Iterator[Cursor]:
    """A cursor whose work is committed at the end, bells included, or taken back on any exception.

    Here, and nowhere else in this room, is committed: sending is the one service that does so by itself, because the
    gateway is called between two transactions.
    """
    try:
        with cursor() as found:
            yield found
        db.session.commit()
    except (psycopg.Error, DBAPIError) as fault:
        if not will_pass(fault):
            db.session.rollback()
            raise
        # A deadlock, or a server that is gone: the connection is not worth keeping either way.
        with suppress(SQLAlchemyError, psycopg.Error):
            db.session().invalidate()
        raise
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def redoable_transaction() -> Iterator[Cursor]:
    """The same without waiting for the disk, for work that a crash of the server undoes whole, its cause included.

    Whatever must not be undone later waits for the disk itself, and then for this as well.
    """
    with transaction() as found:
        found.execute("set local synchronous_commit = off")
        yield found


@contextmanager
def cursor() -> Iterator[Cursor]:
    """A driver's cursor inside the session's transaction; the caller commits."""
    with driver_cursor() as found:
        yield found


def integers(numbers: Iterable[int]) -> str:
    """An array of numbers as the server reads it; the driver would look at every number's type."""
    return "{" + ",".join(map(str, numbers)) + "}"


def will_pass(fault: psycopg.Error | DBAPIError) -> bool:
    """Whether it is the database's trouble of the moment: it is away, or undid a step, or is not the leader yet."""
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    return isinstance(cause, psycopg.OperationalError | ReadOnlySqlTransaction)


def persistently(deed: Callable[[], Result]) -> Result:
    """Do a deed, again while the database is away or undoes it (a deadlock, a restart); gives up after a minute."""
    give_up_at = time.monotonic() + TRIED_FOR_S
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            return deed()
        except (psycopg.Error, DBAPIError) as fault:
            if not will_pass(fault) or time.monotonic() > give_up_at:
                raise
            log.warning("The database undid a step of the dispatch (%s); trying again.", type(fault).__name__)
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
