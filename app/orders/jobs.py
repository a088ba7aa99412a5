"""The queue's door: reading what was pasted or uploaded, checking large drafts, and picking up what was left lying.

A job commits wherever the work pauses, so a killed worker loses at most a chunk.
"""

from collections.abc import Iterator

from sqlalchemy import Select, func, or_, select

from app.db import db
from app.orders import check as checking
from app.orders import reading, set_aside
from app.orders.models import Intake, Order, OrderCheck
from app.queue import ring


def read_intake(intake_id: int) -> None:
    """Read a pasted text or a file; may run twice, or for an intake that is gone."""
    _commit_at_each(reading.steps(intake_id))


def check(order_id: int, revision: int) -> None:
    """Check a draft at a revision; may run twice, or for a draft that has changed."""
    _commit_at_each(checking.steps(order_id, revision))


def sweep_intakes() -> None:
    """Ring again for intakes and checks that wait and that no worker holds."""
    for intake_id in db.session.scalars(select(Intake.id).where(reading.is_stranded())):
        ring("intake", "app.orders.jobs.read_intake", intake_id)
    for order_id, revision in db.session.execute(_stranded_checks()):
        ring("intake", "app.orders.jobs.check", order_id, revision)
    db.session.commit()


def forget_set_aside() -> None:
    """Delete what was set aside of orders that have begun."""
    while set_aside.forget_begun():
        db.session.commit()
    db.session.rollback()


def _stranded_checks() -> Select[int, int]:
    unheld = or_(OrderCheck.lease_until.is_(None), OrderCheck.lease_until < func.clock_timestamp())
    current = (Order.id == OrderCheck.order_id) & (Order.revision == OrderCheck.revision) & Order.placed_at.is_(None)
    waiting = select(OrderCheck.order_id, OrderCheck.revision).join(Order, current)
    return waiting.where(OrderCheck.ended_at.is_(None), unheld)


def _commit_at_each(steps: Iterator[None]) -> None:
    for _ in steps:
        db.session.commit()
    db.session.rollback()
