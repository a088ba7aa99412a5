"""The product's own path: real RQ workers, the scheduler, and for LINK a stand-in and a web server."""

import time
from base64 import urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass
from secrets import token_bytes

from sqlalchemy import text

from app.bench.orders import place
from app.bench.proc import cpu_s
from app.bench.stage import Product, Stage, free_port
from app.db import db
from app.messaging.status import ShipmentStatus, Status
from app.queue import ring_now

LOOK_EVERY_S = 0.01
PATIENCE_S_PER_RECIPIENT = 0.01
LEAST_PATIENCE_S = 120.0

UNACCEPTED = text(
    "select h.recipients - coalesce(sum(c.n) filter (where c.status not in (:new, :sending)), 0), h.status"
    " from shipment h left join shipment_count c on c.shipment_id = h.id where h.id = :id group by h.id"
)
DIFFERENT = text(
    "with counted as (select shipment_id, status, route, uncertain, count(*) as n from notification_state"
    " group by 1, 2, 3, 4), kept as (select shipment_id, status, route, uncertain, sum(n) as n from shipment_count"
    " group by 1, 2, 3, 4 having sum(n) <> 0)"
    " select count(*) from counted full join kept using (shipment_id, status, route, uncertain, n)"
    " where counted.n is null or kept.n is null"
)
WAL = text("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
DELIVERED = text("select count(*) from notification_state where status = :delivered")


class BenchFailed(Exception):
    """What was measured did not do what it should; the text says what."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Recipients per second from the bell: until the gateway had accepted all, and until all were delivered.

    And what each of them cost: microseconds of a processor by part, and bytes of the database's log.
    """

    accepted_per_s: float
    final_per_s: float
    counters_equal: bool
    cpu_us: dict[str, float]
    wal_bytes: float


def through_simulator(stage: Stage, recipients: int, workers: int) -> Speed:
    """Send one order through the simulator."""
    with stage.product(ENVIRONMENT="test") as product:
        product.start_workers(workers)
        return _send(product, recipients)


def _key() -> str:
    """A key of 32 bytes, for this run alone: production asks for its own."""
    return urlsafe_b64encode(token_bytes(32)).decode()


def production(link_port: int) -> dict[str, object]:
    """The settings of a product whose every SMS goes by LINK's protocol to a stand-in at a port."""
    keys = {"IDENTITY_KEYS": f"1:{_key()}", "IDENTITY_HASH_KEY": _key()}
    settings = {"ENVIRONMENT": "production", "PUBLIC_URL": "https://bench.example", "SESSION_COOKIE_SECURE": True}
    return {**settings, **keys, "LINK_URL": f"http://127.0.0.1:{link_port}/"}


def through_link(stage: Stage, recipients: int, workers: int) -> Speed:
    """Send one order by LINK's protocol to a stand-in, which reports to the webhook."""
    web_port, link_port = free_port(), free_port()
    with stage.product(**production(link_port)) as product:
        product.start_web(web_port)
        product.start_standin(link_port, f"http://127.0.0.1:{web_port}/gateways/link/reports")
        product.start_workers(workers)
        return _send(product, recipients)


def _send(product: Product, recipients: int) -> Speed:
    shipment_id = place(recipients)
    spent_before, wal_before = _spent_s(product), _wal_bytes()
    began_at = time.monotonic()
    ring_now("dispatch", "app.dispatch.jobs.start")
    accepted_s, final_s = _follow(shipment_id, began_at, LEAST_PATIENCE_S + recipients * PATIENCE_S_PER_RECIPIENT)
    spent = _spent_s(product)
    cpu_us = {part: (spent[part] - spent_before[part]) / recipients * 1e6 for part in spent}
    wal_bytes = (_wal_bytes() - wal_before) / recipients
    _require_all_delivered(recipients)
    return Speed(recipients / accepted_s, recipients / final_s, counters_equal(), cpu_us, wal_bytes)


def _spent_s(product: Product) -> dict[str, float]:
    """The processor's seconds that each part has taken so far, all workers together."""
    spent: defaultdict[str, float] = defaultdict(float)
    for name, pid in {**product.servers, **product.pids}.items():
        spent["workers" if name.startswith("worker") else name] += cpu_s(pid)
    return dict(spent)


def _wal_bytes() -> int:
    written = int(db.session.scalar(WAL) or 0)
    db.session.rollback()
    return written


def _follow(shipment_id: int, began_at: float, patience_s: float) -> tuple[float, float]:
    """How long it took until all were accepted, and until the shipment was complete."""
    accepted_s = None
    while (passed_s := time.monotonic() - began_at) < patience_s:
        unaccepted, status = _standing(shipment_id)
        if unaccepted == 0 and accepted_s is None:
            accepted_s = passed_s
        if status == ShipmentStatus.COMPLETED:
            return accepted_s or passed_s, passed_s
        time.sleep(LOOK_EVERY_S)
    raise BenchFailed(f"The order was not complete after {patience_s:.0f} seconds.")


def _standing(shipment_id: int) -> tuple[int, int]:
    parameters = {"id": shipment_id, "new": Status.SMS_NEW, "sending": Status.SMS_SENDING}
    unaccepted, status = db.session.execute(UNACCEPTED, parameters).one()
    db.session.rollback()
    return int(unaccepted), int(status)


def _require_all_delivered(recipients: int) -> None:
    delivered = db.session.scalar(DELIVERED, {"delivered": Status.SMS_DELIVERED})
    if delivered != recipients:
        raise BenchFailed(f"{delivered} of {recipients} were delivered.")


def counters_equal() -> bool:
    """Whether the counters say what `group by` says."""
    return bool(db.session.scalar(DIFFERENT) == 0)
