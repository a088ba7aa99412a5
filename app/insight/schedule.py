"""What the scheduler rings for on behalf of the daily figures."""

from app.periodic import Periodic

EVERY_S = 120.0

PERIODIC: tuple[Periodic, ...] = (Periodic("intake", "app.insight.jobs.roll_up", EVERY_S),)
