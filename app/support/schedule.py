"""What the scheduler rings for on behalf of the desk."""

from app.periodic import Periodic
from app.support.care import queries as care
from app.support.failures import incidents
from app.support.remedies import queries as remedies

PERIODIC: tuple[Periodic, ...] = (
    Periodic("intake", "app.support.jobs.watch", 60.0),
    Periodic("intake", "app.support.jobs.tell_news", 60.0, care.somebody_follows),
    Periodic("intake", "app.support.jobs.call_webhook", 10.0, incidents.call_is_due),
    Periodic("intake", "app.support.jobs.apply_remedies", 15.0, remedies.one_is_open),
)
