"""What stands before a shipment's start: its condition is asked, and a reminder's recipients are chosen.

A condition is asked between two short transactions. Its answer counts only while the gate is still the asking worker's:
when that one is gone its lease ends, another asks anew, and what comes late is not heard. A reminder waits until the
shipments before it have been made, and everything is asked when sending may begin, not when it was planned.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app

from app.conditions.answer import Answer, Asked
from app.conditions.asking import WITHIN_S, ask_all
from app.conditions.service import rules_here
from app.db import utcnow
from app.dispatch.claim import Clock, days_open, lanes
from app.dispatch.transaction import Cursor, transaction
from app.messaging.schedule import expires_at
from app.messaging.scheme import Scheme, has
from app.messaging.status import Channel, ShipmentStatus, Status
from app.queue import ring

AT_ONCE = 10
"""Conditions that one worker asks at the same time."""

ASKED_AT_MOST = 2
"""How often a condition is asked before no clear answer is taken for one (Altinn)."""

LEASE = timedelta(seconds=3 * WITHIN_S)

MAY_START = """
h.status = %(registered)s and h.requested_send_at <= clock_timestamp()
and (h.channel <> %(sms)s
    or h.daytime_only = any(%(lanes)s::boolean[]) and (not h.daytime_only or h.days = any(%(days)s::smallint[])))
and not exists (
    select from shipment as e where e.order_id = h.order_id and e.no < h.no and e.status in (%(registered)s, %(making)s)
)
"""

CLAIM = """
update shipment_gate as g set turn = g.turn + 1, ask_again_at = %(until)s
from (
    select g.shipment_id from shipment_gate as g join shipment as h on h.id = g.shipment_id
    where g.opened_at is null and g.met_at is null and g.held_at is null and g.condition_url <> ''
    and (g.ask_again_at is null or g.ask_again_at <= %(now)s) and may_start
    order by h.requested_send_at, h.id limit %(limit)s for update of g skip locked
) as d
where g.shipment_id = d.shipment_id
returning g.shipment_id, g.turn, g.condition_url, g.asked, g.holds
""".replace("may_start", MAY_START)

LOCK = "select 1 from shipment where id = %s and status = %s for update"
# Whoever cancels it meanwhile waits, and then finds it as the answer has left it.

SETTLE = """
update shipment_gate set asked = asked + 1, ask_again_at = %(again)s, met_at = %(met)s, held_at = %(held)s
where shipment_id = %(shipment)s and turn = %(turn)s and met_at is null and held_at is null
"""

NOTE = """
insert into condition_answer (shipment_id, no, asked_at, answered_at, answer, http_status)
values (%(shipment)s, %(no)s, %(asked_at)s, %(now)s, %(answer)s, %(http_status)s)
"""

NOT_MET = "update shipment set status = %s, status_at = clock_timestamp() where id = %s"

OPENABLE = """
select h.id, h.order_id, h.no, g.only_undelivered, h.channel, h.daytime_only, h.days, h.looks_up
from shipment_gate as g join shipment as h on h.id = g.shipment_id
where g.opened_at is null and (g.condition_url = '' or g.met_at is not null) and may_start
order by h.requested_send_at, h.id limit 1 for update of g, h skip locked
""".replace("may_start", MAY_START)

CHOOSE = """
with earlier as materialized (
    select id from shipment
    where order_id = %(order)s and id <> %(shipment)s and (no < %(no)s or no >= 1000) and first_id is not null
), told as materialized (
    select n.part, n.row_no, bool_or(s.status = any(%(delivered)s::smallint[])) as is_delivered
    from earlier as e
    join notification_state as s on s.shipment_id = e.id
    join notification as n on n.id = s.id
    group by n.part, n.row_no
)
insert into chosen_recipient (shipment_id, part, row_no)
select %(shipment)s, r.part, r.row_no from recipient as r
left join told as t on t.part = r.part and t.row_no = r.row_no
where r.order_id = %(order)s and (not t.is_delivered or t.part is null and not exists (select from told))
"""
# One without a notification has the address of another recipient, who gets the one notification to it.

OPEN = "update shipment_gate set opened_at = %s where shipment_id = %s"
CHOSEN = "update shipment set recipients = %s where id = %s"
LIVES = "update shipment set expires_at = greatest(expires_at, %s) where id = %s"

_DELIVERED = [Status.SMS_DELIVERED, Status.EMAIL_DELIVERED]


class Gate(NamedTuple):
    """A gate whose condition this worker asks."""

    shipment_id: int
    turn: int
    url: str
    asked: int
    holds: bool


class Openable(NamedTuple):
    """A shipment that nothing keeps from starting any more."""

    shipment_id: int
    order_id: int
    no: int
    only_undelivered: bool
    channel: int
    daytime_only: bool
    days: int
    looks_up: bool


def ask_due(clock: Clock = utcnow) -> int:
    """Ask some of the conditions whose shipments may start, and tell how many."""
    asked_at = clock()
    gates = claim(asked_at)
    if gates:
        for gate, asked in zip(gates, ask_all([gate.url for gate in gates], rules_here()), strict=True):
            settle(gate, asked, asked_at, clock())
    return len(gates)


def claim(now: datetime) -> list[Gate]:
    """Take gates for the time that asking needs."""
    with transaction() as cursor:
        cursor.execute(CLAIM, {**_may_start(now), "now": now, "until": now + LEASE, "limit": AT_ONCE})
        return [Gate._make(row) for row in cursor.fetchall()]


def settle(gate: Gate, asked: Asked, asked_at: datetime, now: datetime) -> bool:
    """Act on what a condition answered, and tell whether that still counted."""
    with transaction() as cursor:
        cursor.execute(LOCK, (gate.shipment_id, ShipmentStatus.REGISTERED))
        if cursor.fetchone() is None:
            return False
        its = {"shipment": gate.shipment_id, "turn": gate.turn, **_next(gate, asked.answer, now)}
        cursor.execute(SETTLE, its)
        if cursor.rowcount == 0:
            return False
        told = {"no": gate.asked + 1, "asked_at": asked_at, "now": now, "answer": asked.answer.value}
        cursor.execute(NOTE, {**told, "shipment": gate.shipment_id, "http_status": asked.http_status})
        if asked.answer is Answer.NO:
            cursor.execute(NOT_MET, (ShipmentStatus.SEND_CONDITION_NOT_MET, gate.shipment_id))
    return True


def _next(gate: Gate, answer: Answer, now: datetime) -> dict[str, datetime | None]:
    """What becomes of a gate: asked again, let through, or held for a person."""
    nothing: dict[str, datetime | None] = {"again": None, "met": None, "held": None}
    if answer is Answer.YES:
        return nothing | {"met": now}
    if answer is Answer.NO:
        return nothing
    if gate.asked + 1 < ASKED_AT_MOST:
        return nothing | {"again": now + timedelta(seconds=float(current_app.config["CONDITION_PAUSE_S"]))}
    return nothing | ({"held": now} if gate.holds else {"met": now})


def open_next(clock: Clock = utcnow) -> bool:
    """Let a shipment start that nothing keeps back any more; false where there is none."""
    now = clock()
    with transaction() as cursor:
        cursor.execute(OPENABLE, _may_start(now))
        row = cursor.fetchone()
        if row is None:
            return False
        found = Openable._make(row)
        if found.only_undelivered:
            _choose(cursor, found)
        lives_until = expires_at(now, has(found.channel, Channel.SMS), found.daytime_only, found.days)
        cursor.execute(LIVES, (lives_until, found.shipment_id))
        cursor.execute(OPEN, (now, found.shipment_id))
        ring(*_BELLS[found.looks_up])
    return True


_BELLS = {True: ("intake", "app.dispatch.jobs.look_up"), False: ("dispatch", "app.dispatch.jobs.start")}


def _choose(cursor: Cursor, found: Openable) -> None:
    its = {"order": found.order_id, "shipment": found.shipment_id, "no": found.no, "delivered": _DELIVERED}
    # What was delivered lately is not in the statistics yet, and the planner would look up each row by itself.
    cursor.execute("set local enable_nestloop = off")
    cursor.execute(CHOOSE, its)
    cursor.execute(CHOSEN, (cursor.rowcount, found.shipment_id))


def _may_start(now: datetime) -> dict[str, Sequence[object] | int]:
    return {
        "registered": ShipmentStatus.REGISTERED,
        "making": ShipmentStatus.PROCESSING,
        "sms": Scheme.SMS,
        "lanes": lanes(now),
        "days": days_open(now),
    }
