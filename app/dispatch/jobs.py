"""The queue's door: each job takes a bounded slice of work, and rings again where some is left."""

import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from redis.exceptions import RedisError

from app.db import db
from app.dispatch import apply, bounces, queries, waiting
from app.dispatch import gates as gating
from app.dispatch import look_up as look_ups
from app.dispatch import start as starting
from app.dispatch import stop as stopping
from app.dispatch import sweep as sweeping
from app.dispatch.claim import claim
from app.dispatch.dead_reports import service as dead_reports
from app.dispatch.dead_reports.queries import Why
from app.dispatch.hand_over import hand_over
from app.dispatch.retries import line_up_retries
from app.dispatch.transaction import persistently, transaction
from app.queue import queue, ring_now

AT_MOST_S = 5.0
"""How long a job keeps others of its queue waiting, apart from one last batch."""

SEND = "app.dispatch.jobs.send"
OPEN_GATES = "app.dispatch.jobs.open_gates"
LOOK_UP = "app.dispatch.jobs.look_up"
START = "app.dispatch.jobs.start"
STOP = "app.dispatch.jobs.stop"
REPLAY = "app.dispatch.jobs.replay_reports"
APPLY = "app.dispatch.jobs.apply_reports"


def start() -> None:
    """Start the shipments whose time has come, and make their notifications."""
    persistently(starting.claim_due)
    for _ in _while_time():
        if not persistently(starting.make_next_slice):
            return
        persistently(starting.claim_due)
    ring_now("dispatch", START)


def open_gates() -> None:
    """Ask the conditions of shipments whose time has come, and let those start that nothing keeps back any more."""
    for _ in _while_time():
        asked, opened = persistently(gating.ask_due), persistently(gating.open_next)
        if not (asked or opened):
            return
    ring_now("intake", OPEN_GATES)


def look_up() -> None:
    """Look up the persons and organisations of shipments whose time has come."""
    some = partial(
        look_ups.look_up_due, at_most_s=AT_MOST_S, call_colleague=partial(_call_colleague, "intake", LOOK_UP)
    )
    if persistently(some):
        ring_now("intake", LOOK_UP)


def send() -> None:
    """Hand over batches, one service owner after the other.

    What becomes due meanwhile is started here, so that a small order need not wait until a big one lets a job go.
    """
    last = 0
    for number in _while_time():
        _start_due()
        persistently(waiting.let_go)
        claimed = persistently(partial(claim, after=last))
        if claimed is None:
            return
        if number == 0 and _batch_waits():
            _call_colleague("dispatch", SEND)
        hand_over(claimed)
        last = claimed.service_owner_id
    ring_now("dispatch", SEND)


def line_up() -> None:
    """Let what is due again stand in line."""
    while line_up_retries():
        pass


def stop(shipment_id: int) -> None:
    """End what has not been handed over of a shipment that was stopped."""
    for _ in _while_time():
        if not persistently(partial(stopping.end_some, shipment_id)):
            return
    ring_now("dispatch", STOP, shipment_id)


def apply_reports() -> None:
    """Apply the delivery reports that are due."""
    for _ in _while_time():
        if not persistently(apply.apply_due):
            return
    ring_now("reports", APPLY)


def replay_reports(why: str, gateway: str | None, up_to: int, chosen: str) -> None:
    """Apply dead reports once more: the chosen ones, or all of a reason and a gateway that there were."""
    ids = _numbers(chosen) or None
    wanted = Why(why) if why else None
    for _ in _while_time():
        with transaction() as cursor:
            if not dead_reports.replay(cursor, wanted, gateway, up_to, ids):
                return
    ring_now("reports", REPLAY, why, gateway, up_to, chosen)


def read_reports_again(chosen: str) -> None:
    """Look once more at posts that could not be read."""
    with transaction() as cursor:
        dead_reports.read_again(cursor, _numbers(chosen))


def _numbers(chosen: str) -> list[int]:
    return [int(number) for number in chosen.split(",") if number]


def read_mailboxes() -> None:
    """Read what has come back of e-mails."""
    for settings in list(bounces.with_mailboxes()):
        for _ in _while_time():
            if not bounces.read_mailbox(settings):
                break


def sweep() -> None:
    """See to everything that should have moved and has not."""
    sweeping.sweep()


def _start_due() -> None:
    """Start what has become due, and make one slice of it; for the rest, which nobody else may be at, ring."""
    if not (persistently(starting.claim_due) and persistently(starting.make_next_slice)):
        return
    more = queries.shipment_is_unmade()
    db.session.rollback()
    if more:
        ring_now("dispatch", START)


def _batch_waits() -> bool:
    more = queries.batch_waits()
    db.session.rollback()
    return more


def _call_colleague(queue_name: str, job: str) -> None:
    """Ring for one more worker, since there is more than one can do; each that comes rings for the next."""
    with suppress(RedisError):
        if queue(queue_name).count == 0:
            ring_now(queue_name, job)


def _while_time() -> Iterator[int]:
    until, number = time.monotonic() + AT_MOST_S, 0
    while time.monotonic() < until:
        yield number
        number += 1
