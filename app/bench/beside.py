"""How long small orders wait beside a big one, against the same small orders alone."""

import time
from collections.abc import Callable
from dataclasses import asdict
from statistics import median
from typing import Any

from sqlalchemy import text

from app.bench.machine import probe
from app.bench.orders import place
from app.bench.product import BenchFailed, counters_equal
from app.bench.stage import Stage, open_stage
from app.db import db
from app.messaging.status import Status
from app.queue import ring_now

LOOK_EVERY_S = 0.02
PATIENCE_S = 1_800.0
OWNERS = 10
"""The small orders belong to so many service owners, none of them that of the big one."""

ACCEPTED = text(
    "select h.id from shipment h join shipment_count c on c.shipment_id = h.id"
    " where h.id = any(:ids) and c.status not in (:new, :sending) group by h.id, h.recipients"
    " having sum(c.n) = h.recipients"
)
WAITING = text("select coalesce(sum(n), 0) from shipment_count where shipment_id = :id and status = :new")


def bench_beside(big: int, small: int, orders: int, workers: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure the small orders alone and beside the big one; `say` takes a word on how far it is."""
    before = probe()
    with open_stage() as stage:
        say("Alone")
        alone, _ = _accepted_after_s(stage, 0, small, orders, workers)
        say("Beside the big one")
        beside, was_under_way = _accepted_after_s(stage, big, small, orders, workers)
    return {
        "big": big,
        "small": small,
        "orders": orders,
        "workers": workers,
        "alone_s": _spread(alone),
        "beside_s": _spread(beside),
        "times_alone": round(median(beside) / median(alone), 2),
        "big_was_under_way": was_under_way,
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {"median": round(median(ordered), 4), "last": round(ordered[-1], 4)}


def _accepted_after_s(stage: Stage, big: int, small: int, orders: int, workers: int) -> tuple[list[float], bool]:
    """For each small order, the seconds from when the first was placed until its own notifications were accepted.

    And whether the big one was still under way then; if it had ended before, the comparison is worth little.
    """
    with stage.product(ENVIRONMENT="test") as product:
        product.start_workers(workers)
        big_id = _under_way(big) if big else None
        began_at = time.monotonic()
        ids = [place(small, f"owner-{number % OWNERS}") for number in range(orders)]
        ring_now("dispatch", "app.dispatch.jobs.start")
        seconds = _follow(ids, began_at)
        was_under_way = _is_under_way(big_id)
        if not counters_equal():
            raise BenchFailed("The counters differ from the table.")
        return seconds, was_under_way


def _under_way(recipients: int) -> int:
    """Place the big order, and return when its first notifications have been accepted."""
    shipment_id = place(recipients)
    ring_now("dispatch", "app.dispatch.jobs.start")
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        moved = text("select exists (select from shipment_count where status not in (:new, :sending) and n > 0)")
        found = db.session.scalar(moved, {"new": Status.SMS_NEW, "sending": Status.SMS_SENDING})
        db.session.rollback()
        if found:
            return shipment_id
        time.sleep(LOOK_EVERY_S)
    raise BenchFailed("The big order did not begin.")


def _follow(ids: list[int], began_at: float) -> list[float]:
    open_ids = set(ids)
    seconds: list[float] = []
    while open_ids and time.monotonic() - began_at < PATIENCE_S:
        parameters = {"ids": sorted(open_ids), "new": Status.SMS_NEW, "sending": Status.SMS_SENDING}
        done = set(db.session.scalars(ACCEPTED, parameters))
        db.session.rollback()
        seconds += [time.monotonic() - began_at] * len(done)
        open_ids -= done
        time.sleep(LOOK_EVERY_S)
    if open_ids:
        raise BenchFailed(f"{len(open_ids)} small orders were not accepted.")
    return seconds


def _is_under_way(shipment_id: int | None) -> bool:
    waiting = db.session.scalar(WAITING, {"id": shipment_id, "new": Status.SMS_NEW}) if shipment_id else 0
    db.session.rollback()
    return bool(waiting)
