"""The worker process: one queue each, one fresh process per job, nothing of it left when it is killed."""

import gc
import importlib
import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy.orm import configure_mappers

from app import create_app, faults
from app.country_rules.register import standing_register
from app.db import db
from app.launch.environment_commands import refuse_unconfirmed
from app.launch.processes import die_with_parent
from app.queue import QUEUES, queue
from app.sentinel import open_valkey

JOB_MODULES = (
    "app.dispatch.jobs",
    "app.orders.jobs",
    "app.allow_list.jobs",
    "app.contacts.jobs",
    "app.sender_ids.jobs",
    "app.system_email.jobs",
)
"""Imported before the first job, so that its process begins with everything in memory."""

_HEARD_FROM_EVERY_S = 30
_HEARTBEAT_EVERY_S = 5
_CLEANED_EVERY_S = 10
_TRY_AGAIN_S = 2.0

log = logging.getLogger(__name__)


class NoSuchQueue(Exception):
    """A worker was asked to serve a queue that is not there."""


class OneQueueWorker(Worker):
    """An RQ worker whose jobs run inside the application and die with it.

    RQ by itself leaves a killed worker's job running, and notices a lost job only after minutes.
    """

    is_told_to_stop = False
    """Of the class, since the worker after a loss is another one in the same process."""

    max_connection_wait_time = 5.0
    """Seconds between two tries to reach Valkey; RQ by itself lets it grow to a minute."""

    def __init__(self, application: Flask, served: Queue, connection: Redis) -> None:
        super().__init__(
            [served],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=_HEARD_FROM_EVERY_S,
            job_monitoring_interval=_HEARTBEAT_EVERY_S,
            maintenance_interval=_CLEANED_EVERY_S,
            log_job_description=False,
        )
        self.application = application

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Note that somebody wants it to stop, unlike when RQ gives up by itself."""
        OneQueueWorker.is_told_to_stop = True
        stop: Callable[[int, FrameType | None], None] = super().request_stop
        stop(signum, frame)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Run the job inside the application, on database connections of its own, tied to this worker's life."""
        die_with_parent(self.pid or 0, signal.SIGKILL)
        with self.application.app_context():
            db.engine.dispose(close=False)
            return super().perform_job(job, queue, execution)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log what kind of fault ended a job, and where; RQ by itself logs its words, which may quote an address."""
        fault = exc_info[1]
        self.log.error("Job %s ended with %s.\n%s", job.func_name, faults.kinds(fault), faults.places(fault))

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry | None = None,
        exc_string: str = "",
        execution: Execution | None = None,
    ) -> None:
        """Keep the same in Valkey beside the failed job."""
        fault = sys.exception()
        told = f"{faults.kinds(fault)}\n{faults.places(fault)}" if fault else exc_string
        super().handle_job_failure(job, queue, started_job_registry, told, execution)


def work(queue_name: str) -> None:
    """Serve one of `QUEUES` until told to stop; a job under way is finished first, the loss of Valkey is waited out."""
    if queue_name not in QUEUES:
        raise NoSuchQueue(f"There is no queue called {queue_name}; the queues are {', '.join(QUEUES)}.")
    application = create_app()
    refuse_unconfirmed(application)
    _be_ready()
    with application.app_context():
        served = queue(queue_name)
    keep_what_is_loaded()
    while not _is_told_to_stop(application, served):
        log.warning("The worker has lost Valkey, or its job there, and begins anew.")


def _is_told_to_stop(application: Flask, served: Queue) -> bool:
    """Work, and tell whether that ended since somebody said so; RQ also gives up by itself where Valkey fails it."""
    with suppress(StopRequested):
        with suppress(RedisError):
            OneQueueWorker(application, served, _connection(application.config)).work(logging_level="WARNING")
        if not OneQueueWorker.is_told_to_stop:
            time.sleep(_TRY_AGAIN_S)
    return OneQueueWorker.is_told_to_stop


def _be_ready() -> None:
    """Do once what the process of every job would do for itself."""
    for module in JOB_MODULES:
        importlib.import_module(module)
    configure_mappers()
    standing_register()


def keep_what_is_loaded() -> None:
    """Let the garbage collector leave the loaded program alone, which each job would otherwise walk through anew."""
    gc.collect()
    gc.freeze()


def _connection(config: dict[str, Any]) -> Redis:
    return open_valkey(config["REDIS_URL"])
