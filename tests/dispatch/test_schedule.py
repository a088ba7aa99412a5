"""What the scheduler rings for, and what it leaves in peace."""

from datetime import timedelta

from app.db import db, utcnow
from app.dispatch.schedule import PERIODIC
from app.messaging.status import ShipmentStatus
from app.queue import queue
from app.scheduler import Scheduler
from tests.dispatch.desk import Desk, numbers

START, APPLY, SWEEP = ("app.dispatch.jobs." + name for name in ("start", "apply_reports", "sweep"))


def rung(desk: Desk) -> list[str]:
    """The jobs of this room that a scheduler which has just come up rings for."""
    bells = Scheduler(PERIODIC).ring_due(0.0)
    return [bell.job for bell in bells if bell.job.startswith("app.dispatch.")]


def test_in_an_idle_house_only_the_sweep_is_rung_for(desk: Desk) -> None:
    desk.place(numbers(1), send_at=utcnow() + timedelta(hours=1))

    assert rung(desk) == [SWEEP]


def test_a_shipment_placed_for_later_is_rung_for_when_its_time_comes(desk: Desk) -> None:
    desk.place(numbers(1))

    assert rung(desk) == [START, SWEEP]


def test_promised_reports_are_rung_for_when_they_are_due(desk: Desk) -> None:
    desk.place(numbers(1))
    desk.start()
    desk.send()

    assert rung(desk) == [APPLY, SWEEP]


def test_what_was_rung_for_is_done_by_the_workers(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    rung(desk)
    db.session.rollback()

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert queue("dispatch").failed_job_registry.count == 0
    assert queue("reports").failed_job_registry.count == 0
