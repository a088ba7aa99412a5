"""The one process that rings for what becomes due with time; a second one waits until the first is gone."""

import logging
import time
from collections.abc import Iterable

import psycopg
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app import create_app
from app.db import db
from app.launch.environment_commands import refuse_unconfirmed
from app.periodic import Periodic
from app.queue import has_enough, ring_now

log = logging.getLogger(__name__)

_LEADERSHIP = 0x7661_7273_656C
"""The number of the database's lock that the ringing scheduler holds."""

_BEAT_S = 0.25
_TRY_AGAIN_S = 2.0


class Scheduler:
    """Rings each bell at its own beat, for as long as it holds the leadership."""

    def __init__(self, bells: Iterable[Periodic]) -> None:
        self._next_at = dict.fromkeys(bells, 0.0)

    def ring_due(self, now: float) -> list[Periodic]:
        """Ring the bells whose moment has come, and tell which were rung; `now` is in seconds of a steady clock."""
        return [bell for bell in self._due(now) if _ring(bell)]

    def _due(self, now: float) -> list[Periodic]:
        due = [bell for bell, at in self._next_at.items() if at <= now]
        self._next_at |= {bell: now + bell.every_s for bell in due}
        return due


def run() -> None:
    """Ring until told to stop; the loss of the database or of Valkey is waited out."""
    application = create_app()
    refuse_unconfirmed(application)
    scheduler = Scheduler(_bells())
    while True:
        try:
            _lead(application, scheduler)
        except (SQLAlchemyError, psycopg.Error, RedisError) as error:
            log.warning("The scheduler has lost a server (%s) and tries again.", type(error).__name__)
            time.sleep(_TRY_AGAIN_S)


def _bells() -> tuple[Periodic, ...]:
    from app.dispatch import schedule as of_dispatch
    from app.insight import schedule as of_insight
    from app.support import schedule as of_support

    return (*of_dispatch.PERIODIC, *of_support.PERIODIC, *of_insight.PERIODIC)


def _lead(application: Flask, scheduler: Scheduler) -> None:
    with application.app_context(), db.engine.connect() as connection:
        held = connection.execution_options(isolation_level="AUTOCOMMIT")
        await_leadership(held)
        while True:
            held.execute(text("select 1"))
            scheduler.ring_due(time.monotonic())
            time.sleep(_BEAT_S)


def await_leadership(connection: Connection) -> None:
    """Return when this connection holds the leadership, which it keeps until it is closed or lost."""
    waiting = False
    while not connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _LEADERSHIP}):
        if not waiting:
            log.warning("Another scheduler is ringing; this one waits for it to end.")
        waiting = True
        time.sleep(_BEAT_S)


def _ring(bell: Periodic) -> bool:
    if not _wanted(bell) or has_enough(bell.queue, bell.job):
        return False
    ring_now(bell.queue, bell.job)
    return True


def _wanted(bell: Periodic) -> bool:
    try:
        return bell.is_due is None or bell.is_due()
    finally:
        db.session.remove()
