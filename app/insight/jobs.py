"""The queue's door to the daily figures."""

import time

from app.db import db
from app.insight import service
from app.queue import ring_now

_AT_MOST_S = 5.0
"""How long the job keeps others of its queue waiting, apart from one last day."""

ROLL_UP = "app.insight.jobs.roll_up"


def roll_up() -> None:
    """Find the days that are due, and make their figures, a day in each transaction."""
    service.notice()
    db.session.commit()
    until = time.monotonic() + _AT_MOST_S
    while service.roll_next() is not None:
        db.session.commit()
        if time.monotonic() > until:
            ring_now("intake", ROLL_UP)
            return
    db.session.rollback()
