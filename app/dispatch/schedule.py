"""What the scheduler rings for."""

from app.allow_list import requests
from app.contacts import keeping
from app.dispatch import bounces, queries, waiting
from app.periodic import Periodic
from app.system_email import queries as system_email

PERIODIC: tuple[Periodic, ...] = (
    Periodic("dispatch", "app.dispatch.jobs.start", 1.0, queries.shipment_is_due),
    Periodic("intake", "app.dispatch.jobs.open_gates", 1.0, queries.gate_is_due),
    Periodic("intake", "app.dispatch.jobs.look_up", 1.0, queries.look_up_is_due),
    Periodic("reports", "app.dispatch.jobs.apply_reports", 0.5, queries.report_is_due),
    Periodic("dispatch", "app.dispatch.jobs.line_up", 1.0, queries.retry_is_due),
    Periodic("dispatch", "app.dispatch.jobs.send", 0.5, waiting.may_go),
    Periodic("reports", "app.dispatch.jobs.read_mailboxes", 60.0, bounces.mailbox_is_there),
    Periodic("dispatch", "app.dispatch.jobs.sweep", 30.0),
    Periodic("intake", "app.orders.jobs.sweep_intakes", 30.0),
    Periodic("intake", "app.orders.jobs.forget_set_aside", 600.0),
    Periodic("intake", "app.allow_list.jobs.expire", 60.0, requests.something_expired),
    Periodic("intake", "app.allow_list.jobs.remind", 3600.0),
    Periodic("intake", "app.contacts.jobs.forget_answers", 30.0, keeping.something_is_stale),
    Periodic("intake", "app.sender_ids.jobs.keep_up", 300.0),
    Periodic("intake", "app.system_email.jobs.send", 30.0, system_email.something_due),
)
"""The first three for shipments placed for later, the fourth for promised reports; the sweeps for everything else."""
