"""People at the desk as on the follow pages, and orders that were sent on a day and took their time."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.db import db
from app.insight import jobs
from app.web.formats import OSLO
from tests.follow.conftest import (
    Desk,
    administrator,
    change,
    desk,
    other_sender,
    place,
    sender,
    signed_in,
    statements,
    support,
)
from tests.shipments import rows
from tests.shipments.rows import Placed

__all__ = ["administrator", "change", "desk", "other_sender", "place", "sender", "signed_in", "statements", "support"]

TOOK = """
insert into attempt (notification_id, no, gateway, route, outcome, sender, segments, handed_over_at)
select id, 1, :gateway, 1, 1, :sender, 1, status_at - make_interval(secs => :seconds)
from notification_state where shipment_id = :shipment;
"""


@pytest.fixture
def sent(app: Flask, desk: Desk) -> Callable[..., Placed]:
    """Places an order that was sent at noon of a day, each notification by one attempt that took some seconds."""

    def make(
        day: date, *statuses: Any, seconds: float = 2, gateway: str = "link", sender: str = "Test",
        owner: int | None = None, **others: Any,
    ) -> Placed:  # fmt: skip
        at = datetime.combine(day, clock(12), OSLO)
        with app.app_context():
            placed = rows.place(owner or desk.ours, *statuses, send_at=at, **others)
            its = {"shipment": placed.shipment_id}
            db.session.execute(text(TOOK), {**its, "seconds": seconds, "gateway": gateway, "sender": sender})
            db.session.execute(text("update notification_state set attempts = 1 where shipment_id = :shipment"), its)
            done = "update shipment set completed_at = clock_timestamp() where id = :shipment and status = 2"
            db.session.execute(text(done), its)
            db.session.commit()
            return placed

    return make


@pytest.fixture
def roll(app: Flask) -> Callable[[], None]:
    """Lets the job find the days that are due and make their figures, as if all had rested."""

    def make() -> None:
        with app.app_context():
            db.session.execute(text("update insight_day set rolled_at = rolled_at - interval '1 day'"))
            db.session.commit()
            jobs.roll_up()

    return make


def days_ago(number: int) -> date:
    """A day in Norway, so many before today."""
    return datetime.now(OSLO).date() - timedelta(days=number)
