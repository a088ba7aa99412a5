"""A claimed batch goes out group by group; no transaction is open while a gateway is called."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from math import ceil

import psycopg
from flask import current_app
from psycopg.errors import UniqueViolation
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import OperationalError

from app.db import db, utcnow
from app.dispatch import stop
from app.dispatch.block import block
from app.dispatch.claim import Claim, Clock, holds, lease_s, put_back
from app.dispatch.decide import Decision, Letter, decide
from app.dispatch.isolated import note_fault
from app.dispatch.settle import HandedOver, close, settle, settle_late
from app.dispatch.transaction import persistently, transaction
from app.gateway_desk import minutes, pool
from app.gateway_desk.models import Standing
from app.gateways import Gateway, gateway_named
from app.gateways.breaker import Health, State, health_of

MARK = """
update batch set handed_to = %(reached)s, gateway = %(gateway)s, route = %(route)s, waits_since = null,
    lease_until = clock_timestamp() + make_interval(secs => %(lease_s)s)
where id = %(batch)s and worker = %(worker)s
and not exists (select from shipment where id = %(shipment)s and stopped_at is not null)
and not exists (select from gateway where name = %(gateway)s and (standing = %(paused)s or breaker = %(open)s))
"""
# A gateway that was paused, or left alone, since the batch was claimed gets nothing more of it.
# Of a shipment that was stopped nothing more is handed over.


def hand_over(claim: Claim, clock: Clock = utcnow) -> None:
    """Hand over what has been claimed, and settle it.

    Before each group the batch says how far the gateway may have got, so that a worker's death leaves no doubt about
    the rest. Whoever has lost the batch stops. What may no longer go out now waits again.
    """
    gateway = gateway_named(claim.gateway, current_app.config)
    decision = _decided(claim, clock())
    if decision is None:
        return
    if decision.blocked or not decision.letters:
        persistently(partial(_block, claim, decision))
    reached = 0
    for group in groups(decision.letters, gateway):
        if not claim.may_go_out(clock()) or not persistently(partial(_marked, claim, gateway, group)):
            persistently(partial(_wait_again, claim, reached))
            return
        reached = group[-1].message.id
        handed = submit(gateway, group, ends_batch=group[-1] is decision.letters[-1], choices=claim.choices)
        persistently(partial(note, claim, handed))
        _tell_breaker(claim, handed)


def _decided(claim: Claim, at: datetime) -> Decision | None:
    """What is handed over; nothing where a fault of ours keeps it from being told, which the batch then remembers."""
    try:
        return decide(claim.content, claim.rows, claim.gateway, at)
    except (OperationalError, psycopg.OperationalError, BaseTimeoutException):
        # The database's trouble, or the end of the job's time, says nothing about the batch.
        raise
    except Exception as fault:
        db.session.rollback()
        note_fault(claim, fault)
        return None
    finally:
        # Deciding has only read, but a transaction is a transaction.
        db.session.rollback()


def groups(letters: Sequence[Letter], gateway: Gateway) -> Iterator[list[Letter]]:
    """As few groups of equal size as the gateway's window allows."""
    number = ceil(len(letters) / (gateway.batch_size * gateway.window))
    size = ceil(len(letters) / max(number, 1))
    for begin in range(0, len(letters), max(size, 1)):
        yield list(letters[begin : begin + size])


def submit(gateway: Gateway, group: list[Letter], *, ends_batch: bool, choices: int = 1) -> HandedOver:
    """Call the gateway, with as many requests under way at once as it takes."""
    size = min(gateway.batch_size, ceil(len(group) / gateway.window))
    messages = [letter.message for letter in group]
    slices = [messages[begin : begin + size] for begin in range(0, len(messages), size)]
    handed_over_at = utcnow()
    outcomes = [outcome for answers in gateway.submit(slices) for outcome in answers]
    answered_at = utcnow()
    promised = gateway.promised_reports(messages, outcomes, answered_at)
    return HandedOver(
        gateway.name, gateway.route, group, outcomes, promised, handed_over_at, answered_at, ends_batch, choices
    )


def note(claim: Claim, handed: HandedOver) -> None:
    """Settle one group in one transaction, also where somebody else has noted part of it meanwhile."""
    try:
        with transaction() as cursor:
            settle(cursor, claim, handed)
            _count(handed)
    except UniqueViolation:
        with transaction() as cursor:
            settle_late(cursor, claim.content, handed)
            if handed.ends_batch:
                close(cursor, claim)
            _count(handed)


def _count(handed: HandedOver) -> None:
    ended_at = handed.answered_at or handed.handed_over_at
    minutes.count(handed.gateway, handed.outcomes, handed.handed_over_at, ended_at)


def _tell_breaker(claim: Claim, handed: HandedOver) -> None:
    """A success of a gateway that had no trouble is no news, and changes no row."""
    health = health_of(handed.outcomes)
    if health.weight or claim.is_news:
        persistently(partial(_heard, handed.gateway, health))


def _heard(name: str, health: Health) -> None:
    with transaction():
        pool.introduce()
        pool.heard(name, health)


def _marked(claim: Claim, gateway: Gateway, group: Sequence[Letter]) -> bool:
    reached = group[-1].message.id
    parameters = {
        "reached": reached,
        "gateway": gateway.name,
        "route": gateway.route,
        "lease_s": lease_s(),
        "batch": claim.batch_id,
        "worker": claim.token,
        "shipment": claim.content.shipment_id,
        "paused": Standing.PAUSED,
        "open": State.OPEN,
    }
    with transaction() as cursor:
        cursor.execute(MARK, parameters)
        return cursor.rowcount == 1


def _wait_again(claim: Claim, reached: int) -> None:
    with transaction() as cursor:
        if holds(cursor, claim):
            put_back(cursor, claim.batch_id, claim.content.channel, reached)
            stop.end(cursor, claim.content.shipment_id)


def _block(claim: Claim, decision: Decision) -> None:
    with transaction() as cursor:
        block(cursor, claim.content, decision.blocked)
        if not decision.letters:
            close(cursor, claim)
