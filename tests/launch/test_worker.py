"""The worker process: its jobs run inside the application, end before it stops, and die with it when it is killed."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import make_url

from app.launch.places import CHECKOUT
from app.launch.processes import Running, spawn, stop
from app.queue import ring_now
from tests.fixtures.product import clean_environment, wait_until


@pytest.fixture
def told(redis_url: str) -> Iterator[Callable[[str], str | None]]:
    """What the jobs have told so far."""
    with Redis.from_url(redis_url, decode_responses=True) as client:
        yield lambda key: str(value) if (value := client.get(key)) is not None else None


@pytest.fixture
def worker(settings: dict[str, object], tmp_path: Path) -> Iterator[Running]:
    environment = clean_environment(
        VARSEL_DATABASE_URL=str(settings["DATABASE_URL"]),
        VARSEL_REDIS_URL=str(settings["REDIS_URL"]),
        VARSEL_SECRET_KEY="only for tests, but as long as a key must be",
    )
    command = [sys.executable, "-m", "app.cli", "worker", "dispatch"]
    running = spawn("worker", command, log=tmp_path / "log", environment=environment, folder=CHECKOUT)
    yield running
    stop(running)


def test_a_job_sees_the_database_of_the_application(
    app: Flask, worker: Running, told: Callable[[str], str | None], database_url: str
) -> None:
    with app.app_context():
        ring_now("dispatch", "tests.fixtures.jobs.tell_database")

    wait_until(lambda: told("database") is not None, 120)

    assert told("database") == make_url(database_url).database


def test_a_killed_worker_takes_its_job_with_it(app: Flask, worker: Running, told: Callable[[str], str | None]) -> None:
    with app.app_context():
        ring_now("dispatch", "tests.fixtures.jobs.last", 60)
    wait_until(lambda: told("process") is not None, 120)

    worker.process.kill()
    worker.process.wait()

    wait_until(lambda: not Path("/proc", str(told("process"))).exists(), 120)
    assert told("ended") is None


def test_a_worker_told_to_stop_finishes_its_job_first(
    app: Flask, worker: Running, told: Callable[[str], str | None]
) -> None:
    with app.app_context():
        ring_now("dispatch", "tests.fixtures.jobs.last", 1)
    wait_until(lambda: told("process") is not None, 120)

    stop(worker, signal.SIGTERM, grace_s=60)

    assert told("ended") == "app"
    assert worker.process.returncode == 0


def test_the_words_of_a_fault_reach_neither_the_log_nor_valkey(
    app: Flask, worker: Running, redis_url: str, tmp_path: Path
) -> None:
    with app.app_context():
        ring_now("dispatch", "tests.fixtures.jobs.quote_an_address")
    log = tmp_path / "log"

    wait_until(lambda: "quote_an_address" in log.read_text(), 120)

    with Redis.from_url(redis_url) as client:
        wait_until(lambda: bool(client.zcard("rq:failed:dispatch")), 120)
        (failed,) = FailedJobRegistry("dispatch", client, serializer=JSONSerializer).get_job_ids()
        result = Job.fetch(failed, client, serializer=JSONSerializer).latest_result()
    assert result is not None
    assert str(result.exc_string).startswith("RuntimeError\n")
    assert "99999999" not in str(result.exc_string)
    assert "RuntimeError" in log.read_text()
    assert "99999999" not in log.read_text()
