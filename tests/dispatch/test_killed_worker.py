"""A worker is killed at each step of the way, for real; nothing is lost and nothing is sent twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

import app as product
from app.messaging.status import ShipmentStatus
from app.queue import ring_now
from app.standin import Standin
from app.standin.behaviour import Answer, Behaviour
from app.standin.reporter import ReportRow, written
from tests.dispatch.desk import Desk, numbers

GATE = 4_711
"""The lock that a worker waits for at the gate while the test holds it."""

GATE_FUNCTION = f"""
create function wait_at_gate() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock({GATE}); return new; end $$
"""

GATES = {
    "making a slice": "before insert on notification for each statement",
    "claiming": "before update on batch for each row when (new.worker is distinct from old.worker)",
    "marking": "before update on batch for each row when (new.handed_to is distinct from old.handed_to)",
    "settling": "before insert on attempt for each statement",
    "closing the batch": "before delete on batch for each statement",
}

WAITING = f"select count(*) from pg_locks where locktype = 'advisory' and objid = {GATE} and not granted"
WORKERS = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'worker'"
PATIENCE_S = 30


@pytest.mark.parametrize(
    ("step", "uncertain", "sent"),
    [
        ("making a slice", 0, 1_000),
        ("claiming", 0, 1_000),
        ("marking", 0, 1_000),
        ("settling", 800, 1_000),
        ("closing the batch", 800, 1_000),
    ],
)
def test_a_worker_killed_at_a_step_leaves_nothing_lost_and_nothing_sent_twice(
    desk: Desk, standin: Standin, step: str, uncertain: int, sent: int
) -> None:
    shipment_id = desk.place(numbers(1_000))
    desk.do(GATE_FUNCTION)
    desk.do(f"create trigger gate {GATES[step]} execute function wait_at_gate()")

    with desk.another_connection() as connection:
        connection.autocommit = True
        connection.execute("select pg_advisory_lock(%s)", (GATE,))
        with _worker(desk):
            ring_now("dispatch", "app.dispatch.jobs.start")
            _await(lambda: desk.rows(WAITING) == [(1,)])
    _await(lambda: desk.rows(WORKERS) == [(0,)])
    desk.do(f"drop trigger gate on {GATES[step].split(' on ')[1].split()[0]}")
    _go_on(desk)

    assert desk.rows("select count(*) from notification_state where uncertain") == [(uncertain,)]
    assert desk.rows("select count(*) from notification_state where status = 27") == [(1_000 - uncertain,)]
    assert standin.desk.phones.received == sent
    assert standin.desk.phones.counts(2) == {}
    _assert_ends_well(desk, shipment_id)


def test_a_worker_killed_while_the_gateway_has_the_request_leaves_that_group_alone_in_doubt(
    desk: Desk, standin: Standin
) -> None:
    standin.desk.rules.tell_all(Behaviour(Answer.NO_ANSWER))
    shipment_id = desk.place(numbers(1_000))

    with _worker(desk):
        ring_now("dispatch", "app.dispatch.jobs.start")
        _await(lambda: standin.desk.phones.received == 800)
    standin.desk.rules.forget()
    _await(lambda: desk.rows(WORKERS) == [(0,)])
    _go_on(desk)

    assert desk.rows("select count(*) from notification_state where uncertain") == [(800,)]
    assert standin.desk.phones.received == 1_000
    assert standin.desk.phones.counts(2) == {}
    _assert_ends_well(desk, shipment_id)


def test_a_worker_killed_while_it_applies_reports_applies_them_the_next_time(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place(numbers(100))
    desk.start()
    desk.send()
    _report(desk)
    desk.do(GATE_FUNCTION)
    desk.do("create trigger gate before insert on delivery_report for each statement execute function wait_at_gate()")

    with desk.another_connection() as connection:
        connection.autocommit = True
        connection.execute("select pg_advisory_lock(%s)", (GATE,))
        with _worker(desk, "reports"):
            ring_now("reports", "app.dispatch.jobs.apply_reports")
            _await(lambda: desk.rows(WAITING) == [(1,)])
    _await(lambda: desk.rows(WORKERS) == [(0,)])
    desk.do("drop trigger gate on delivery_report")
    before = desk.statuses(shipment_id)
    desk.work()

    assert before == {"SMS_ACCEPTED": 100}
    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 100}
    assert desk.rows("select count(*) from delivery_report") == [(100,)]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


@contextmanager
def _worker(desk: Desk, queue: str = "dispatch") -> Iterator[None]:
    """A worker process of the product, killed with everything in it at the end of the block."""
    config = desk.app.config
    names = ("SECRET_KEY", "REDIS_URL", "LINK_URL", "LINK_USER", "LINK_PASSWORD", "ENVIRONMENT")
    environment = {**os.environ, **{f"VARSEL_{name}": str(config[name]) for name in names}}
    named = make_url(config["DATABASE_URL"]).update_query_dict({"application_name": "worker"})
    environment["VARSEL_DATABASE_URL"] = named.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "app.cli", "worker", queue]
    root = Path(product.__file__).parent.parent
    process = subprocess.Popen(command, cwd=root, env=environment, start_new_session=True)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _go_on(desk: Desk) -> None:
    """The lease runs out, and the sweep comes by."""
    desk.do("update batch set lease_until = clock_timestamp() where lease_until is not null")
    desk.sweep()
    desk.work()


def _report(desk: Desk) -> None:
    references = [row[0] for row in desk.rows("select reference from attempt where reference is not null")]
    rows = [ReportRow(n, reference, "", "DELIVRD") for n, reference in enumerate(references)]
    client = desk.app.test_client()
    answer = client.post("/gateways/link/reports", data=written(rows), auth=("link", "only for tests"))
    assert answer.status_code == 200


def _assert_ends_well(desk: Desk, shipment_id: int) -> None:
    """Everything is delivered or visibly uncertain, and at the end of its time the shipment is complete."""
    _report(desk)
    desk.work()
    open_rows = "select count(*) from notification_state where status in (25, 26, 27) and not uncertain"
    assert desk.rows(open_rows) == [(0,)]
    desk.do("update shipment set expires_at = clock_timestamp() - interval '301 seconds'")
    desk.sweep()
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.rows("select count(*) from batch") == [(0,)]
    desk.assert_counters_are_right()
