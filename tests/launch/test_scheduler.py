"""The scheduler: rings at its beat, asks first, and only one of several rings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app.dispatch.schedule import PERIODIC
from app.periodic import Periodic
from app.queue import queue
from app.scheduler import Scheduler, await_leadership
from tests.fixtures.product import wait_until


@pytest.fixture
def bells(app: Flask, redis_url: str) -> Iterator[Callable[[], list[str]]]:
    """Tells which jobs wait in the dispatch queue, in a pushed context of the application."""
    with app.app_context():
        yield lambda: [str(job.func_name) for job in queue("dispatch").jobs]


@contextmanager
def connected(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def test_a_bell_rings_at_its_beat(bells: Callable[[], list[str]]) -> None:
    every_second = Periodic("dispatch", "app.dispatch.jobs.start", 1.0)
    scheduler = Scheduler([every_second])

    rung = [scheduler.ring_due(now) for now in (100.0, 100.5, 100.9, 101.0)]

    assert rung == [[every_second], [], [], [every_second]]
    assert bells() == ["app.dispatch.jobs.start"] * 2


def test_a_bell_is_not_rung_when_nothing_is_due(bells: Callable[[], list[str]]) -> None:
    answers = iter([False, True])
    scheduler = Scheduler([Periodic("dispatch", "app.dispatch.jobs.start", 1.0, lambda: next(answers))])

    rung = [len(scheduler.ring_due(now)) for now in (100.0, 101.0)]

    assert rung == [0, 1]
    assert len(bells()) == 1


def test_bells_do_not_pile_up_where_nobody_answers(bells: Callable[[], list[str]]) -> None:
    scheduler = Scheduler([Periodic("dispatch", "app.dispatch.jobs.start", 1.0)])

    for second in range(100):
        scheduler.ring_due(float(second))

    assert len(bells()) == 20


def test_a_second_scheduler_waits_until_the_first_is_gone(database_url: str) -> None:
    leaders = []

    def lead() -> None:
        with connected(database_url) as connection:
            await_leadership(connection)
            leaders.append("second")

    with connected(database_url) as first:
        await_leadership(first)
        second = Thread(target=lead)
        second.start()
        second.join(0.6)
        waited = not leaders

    wait_until(lambda: leaders == ["second"], 60)
    second.join()
    assert waited


def test_every_bell_of_the_dispatch_room_names_a_job_that_is_there() -> None:
    for bell in PERIODIC:
        module, _, function = bell.job.rpartition(".")
        assert callable(getattr(import_module(module), function))
