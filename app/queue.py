"""Background work by name: which queue carries which job, and a bell that rings only after the commit."""

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import uuid4

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from app.db import db
from app.sentinel import open_valkey

log = logging.getLogger(__name__)

QUEUES = ("dispatch", "reports", "intake")
"""One worker process serves one queue: with several, a kill between two steps of taking a job loses it."""

JOB_TIMEOUT_S = 600
_FAILED_JOBS_KEPT_S = 86_400
_BELLS_ENOUGH = 20

_ANSWERS_WITHIN_S = 2.0
"""Nobody at the desk waits longer for a Valkey that takes connections and says nothing."""

_BELLS = "bells"


@dataclass(frozen=True, slots=True)
class _Bell:
    transaction: SessionTransaction | None
    queue_name: str
    job: str
    args: tuple[Any, ...]


@lru_cache(maxsize=8)
def connect(url: str) -> Redis:
    """Open, once per process and address, a pool of connections to Valkey."""
    return open_valkey(
        url, health_check_interval=30, socket_timeout=_ANSWERS_WITHIN_S, socket_connect_timeout=_ANSWERS_WITHIN_S
    )


def valkey() -> Redis:
    """Hand out the connection pool of the running application."""
    return connect(current_app.config["REDIS_URL"])


def queue(name: str) -> Queue:
    """Open one of `QUEUES`."""
    return Queue(name, connection=valkey(), serializer=JSONSerializer, default_timeout=JOB_TIMEOUT_S)


def ring(queue_name: str, job: str, *args: Any) -> None:
    """Enqueue `job` (its dotted name) with ids as arguments once the session's transaction has committed.

    A rollback rings nothing, nor does a savepoint by itself. The bell may be lost with Valkey: the row that it
    speaks of is found by the sweep.
    """
    if queue_name not in QUEUES:
        raise ValueError(f"no queue is called {queue_name}")
    session = db.session()
    transaction = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(_BELLS, []).append(_Bell(transaction, queue_name, job, args))


def has_enough(queue_name: str, job: str) -> bool:
    """Whether `job` waits so often in a queue that another bell for whatever work it finds adds nothing."""
    waiting = queue(queue_name)
    if waiting.count < _BELLS_ENOUGH:
        return False
    return sum(job_id.startswith(_beginning(job)) for job_id in waiting.job_ids) >= _BELLS_ENOUGH


def ring_now(queue_name: str, job: str, *args: Any) -> None:
    """Enqueue `job` at once, for callers that have no transaction open; without Valkey, leave it to the sweep.

    A job without arguments takes whatever work there is: where it waits often enough, those that wait will do.
    """
    try:
        if args or not has_enough(queue_name, job):
            job_id = _beginning(job) + uuid4().hex
            queue(queue_name).enqueue(job, *args, job_id=job_id, result_ttl=0, failure_ttl=_FAILED_JOBS_KEPT_S)
    except RedisError as error:
        log.warning("The bell for %s did not ring (%s); the sweep will find the work.", job, type(error).__name__)


def _beginning(job: str) -> str:
    """How the ids of a job's bells begin, by which they are told from those of others that wait."""
    return job.replace(".", "-") + "-"


def _inside(transaction: SessionTransaction | None, ended: SessionTransaction) -> bool:
    while transaction is not None and transaction is not ended:
        transaction = transaction.parent
    return transaction is ended


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    bells = session.info.pop(_BELLS, ())
    for queue_name, job, args in dict.fromkeys((bell.queue_name, bell.job, bell.args) for bell in bells):
        ring_now(queue_name, job, *args)


@event.listens_for(Session, "after_soft_rollback")
def _after_rollback(session: Session, ended: SessionTransaction) -> None:
    kept = [bell for bell in session.info.pop(_BELLS, ()) if not _inside(bell.transaction, ended)]
    session.info[_BELLS] = kept
