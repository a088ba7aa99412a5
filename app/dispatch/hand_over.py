"""A claimed batch goes out group by group; no transaction is open while a gateway is called."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import ceil

from flask import current_app
from psycopg.errors import UniqueViolation

from app.db import db, utcnow
from app.dispatch.claim import Claim, Clock, holds, lease_s, put_back
from app.dispatch.decide import Decision, Letter, decide
from app.dispatch.settle import HandedOver, block, close, settle, settle_late
from app.dispatch.transaction import persistently, transaction
from app.gateways import Gateway, gateway_named

MARK = """
update batch set handed_to = %s, gateway = %s, route = %s,
    lease_until = clock_timestamp() + make_interval(secs => %s)
where id = %s and worker = %s
"""


def hand_over(claim: Claim, clock: Clock = utcnow) -> None:
    """Hand over what has been claimed, and settle it.

    Before each group the batch says how far the gateway may have got, so that a worker's death leaves no doubt about
    the rest. Whoever has lost the batch stops. What may no longer go out now waits again.
    """
    gateway = gateway_named(claim.gateway, current_app.config)
    decision = decide(claim.content, claim.rows)
    # Deciding has only read, but a transaction is a transaction.
    db.session.rollback()
    if decision.blocked or not decision.letters:
        _block(claim, decision)
    reached = 0
    for group in groups(decision.letters, gateway):
        if not claim.may_go_out(clock()):
            _wait_again(claim, reached)
            return
        if not persistently(partial(_marked, claim, gateway, group)):
            return
        reached = group[-1].message.id
        handed = submit(gateway, group, ends_batch=group[-1] is decision.letters[-1])
        persistently(partial(note, claim, handed))


def groups(letters: Sequence[Letter], gateway: Gateway) -> Iterator[list[Letter]]:
    """As few groups of equal size as the gateway's window allows."""
    number = ceil(len(letters) / (gateway.batch_size * gateway.window))
    size = ceil(len(letters) / max(number, 1))
    for begin in range(0, len(letters), max(size, 1)):
        yield list(letters[begin : begin + size])


def submit(gateway: Gateway, group: list[Letter], *, ends_batch: bool) -> HandedOver:
    """Call the gateway, with as many requests under way at once as it takes."""
    size = min(gateway.batch_size, ceil(len(group) / gateway.window))
    messages = [letter.message for letter in group]
    slices = [messages[begin : begin + size] for begin in range(0, len(messages), size)]
    handed_over_at = utcnow()
    outcomes = [outcome for answers in gateway.submit(slices) for outcome in answers]
    answered_at = utcnow()
    promised = gateway.promised_reports(messages, outcomes, answered_at)
    return HandedOver(gateway.name, gateway.route, group, outcomes, promised, handed_over_at, answered_at, ends_batch)


def note(claim: Claim, handed: HandedOver) -> None:
    """Settle one group in one transaction, also where somebody else has noted part of it meanwhile."""
    try:
        with transaction() as cursor:
            settle(cursor, claim, handed)
    except UniqueViolation:
        with transaction() as cursor:
            settle_late(cursor, claim.content, handed)
            if handed.ends_batch:
                close(cursor, claim)


def _marked(claim: Claim, gateway: Gateway, group: Sequence[Letter]) -> bool:
    reached = group[-1].message.id
    parameters = (reached, gateway.name, gateway.route, lease_s(), claim.batch_id, claim.token)
    with transaction() as cursor:
        cursor.execute(MARK, parameters)
        return cursor.rowcount == 1


def _wait_again(claim: Claim, reached: int) -> None:
    with transaction() as cursor:
        if holds(cursor, claim):
            put_back(cursor, claim.batch_id, claim.content.channel, reached)


def _block(claim: Claim, decision: Decision) -> None:
    with transaction() as cursor:
        block(cursor, claim.content, decision.blocked)
        if not decision.letters:
            close(cursor, claim)
