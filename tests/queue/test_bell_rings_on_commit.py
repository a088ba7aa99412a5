"""A bell speaks of rows, so it may only ring when these are there for others to see."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.queue import queue, ring, ring_now

JOB = "app.dispatch.jobs.send"


@pytest.fixture
def waiting_jobs(app: Flask) -> Iterator[list[object]]:
    with app.app_context():
        yield queue("dispatch")


def test_a_bell_is_silent_until_the_commit(waiting_jobs):
    ring("dispatch", JOB)

    assert waiting_jobs.count == 0

    db.session.commit()

    assert waiting_jobs.count == 1


def test_a_rollback_rings_nothing(waiting_jobs):
    db.session.execute(text("select 1"))
    ring("dispatch", JOB)

    db.session.rollback()
    db.session.commit()

    assert waiting_jobs.count == 0


def test_a_savepoint_rings_only_with_the_whole_transaction(waiting_jobs):
    with db.session.begin_nested():
        ring("dispatch", JOB)

    assert waiting_jobs.count == 0

    db.session.commit()

    assert waiting_jobs.count == 1


def test_a_savepoint_that_is_rolled_back_takes_its_bells_with_it_and_no_others(waiting_jobs):
    ring("dispatch", JOB, 1)
    savepoint = db.session.begin_nested()
    ring("dispatch", JOB, 2)

    savepoint.rollback()
    db.session.commit()

    assert [job.args for job in waiting_jobs.jobs] == [[1]]


def test_the_same_bell_twice_in_one_transaction_rings_once(waiting_jobs):
    ring("dispatch", JOB, 7)
    ring("dispatch", JOB, 7)

    db.session.commit()

    assert waiting_jobs.count == 1


def test_a_commit_stands_when_valkey_is_gone(app: Flask):
    app.config["REDIS_URL"] = "redis://127.0.0.1:1/0"
    with app.app_context():
        db.session.execute(text("insert into id_block (name, next_id) values ('kept', 1)"))
        ring("dispatch", JOB)

        db.session.commit()

        assert db.session.scalar(text("select count(*) from id_block where name = 'kept'")) == 1


def test_a_queue_that_no_worker_serves_is_refused(waiting_jobs):
    with pytest.raises(ValueError, match="no queue"):
        ring("nowhere", JOB)


def test_many_bells_for_whatever_work_there_is_are_no_more_than_enough(waiting_jobs):
    for _ in range(50):
        ring("dispatch", JOB)
        db.session.commit()

    assert waiting_jobs.count == 20


def test_a_bell_for_a_row_of_its_own_always_rings(waiting_jobs):
    for _ in range(20):
        ring_now("dispatch", JOB)

    ring_now("dispatch", "app.dispatch.jobs.stop", 7)

    assert waiting_jobs.jobs[-1].args == [7]


def test_a_bell_rings_however_many_others_wait_in_its_queue(waiting_jobs):
    for _ in range(20):
        ring_now("dispatch", JOB)

    ring_now("dispatch", "app.dispatch.jobs.start")

    assert waiting_jobs.jobs[-1].func_name == "app.dispatch.jobs.start"
