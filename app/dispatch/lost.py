"""Batches whose worker has died or is too slow: what surely was not handed over waits again, the rest is in doubt."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from flask import current_app
from sqlalchemy.exc import OperationalError

from app.dispatch.claim import Content, Row, lease_s, put_back
from app.dispatch.decide import Letter, every_letter
from app.dispatch.settle import HandedOver, settle_late
from app.dispatch.transaction import Cursor, transaction
from app.faults import kinds
from app.gateways import Message, NoGateway, Uncertain, gateway_named
from app.messaging.status import SENDING, Route

log = logging.getLogger(__name__)

_CLOCK_MOVED = 2.0
"""A lease of so many times its length cannot be one; less is the inaccuracy of a clock that is put right slowly."""

CUT = Uncertain("The worker ended before the gateway's answer was noted.", "cut")

LOST = """
select b.id, b.handed_to, b.gateway, b.route, b.lease_until,
    h.id, h.order_id, b.channel, h.expires_at, h.sms_sender, h.sms_text, h.email_from, h.email_subject, h.email_text,
    h.service_owner_id, h.language, h.language_column, h.wordings
from batch as b join shipment as h on h.id = b.shipment_id
where b.lease_until < clock_timestamp() or b.lease_until > clock_timestamp() + make_interval(secs => %s)
order by b.lease_until limit 1 for update of b skip locked
"""
# A lease that ends later than any that is given was given before the clock was moved back.

UNDER_WAY = """
select s.id, s.attempts, n.address, n.country, n.part, n.row_no, s.route
from batch as b
join notification_state as s on s.id between b.first_id and b.last_id and (b.ids is null or s.id = any(b.ids))
join notification as n on n.id = s.id
where b.id = %s and s.id <= b.handed_to and s.status + 0 = %s and not s.uncertain order by s.id
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """A batch whose lease has run out; `handed_to` is null where the gateway was not called at all."""

    batch_id: int
    handed_to: int | None
    gateway: str | None
    route: int | None
    lease_until: datetime
    content: Content

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Lost":
        """From a row of `LOST`."""
        batch_id, handed_to, gateway, route, lease_until, *content = row
        return cls(batch_id, handed_to, gateway, route, lease_until, Content.of(content))


def recover_one() -> bool:
    """See to one batch whose lease has run out; false where there is none."""
    with transaction() as cursor:
        cursor.execute(LOST, (_CLOCK_MOVED * lease_s(),))
        row = cursor.fetchone()
        if row is None:
            return False
        _recover(cursor, Lost.of(row))
    return True


def _recover(cursor: Cursor, lost: Lost) -> None:
    if lost.gateway is None or lost.route is None or _recognises_repeats(lost.gateway):
        put_back(cursor, lost.batch_id, lost.content.channel, after=0)
        return
    _declare_uncertain(cursor, lost, lost.gateway, Route(lost.route))
    put_back(cursor, lost.batch_id, lost.content.channel, after=lost.handed_to or 0)


def _recognises_repeats(name: str) -> bool:
    """Whether the gateway that may have been reached delivers a repeat once; one that is gone cannot be asked."""
    try:
        return gateway_named(name, current_app.config).recognises_repeats
    except NoGateway:
        return False


def _declare_uncertain(cursor: Cursor, lost: Lost, gateway: str, route: Route) -> None:
    cursor.execute(UNDER_WAY, (lost.batch_id, SENDING[lost.content.channel]))
    rows = [Row._make(row) for row in cursor.fetchall()]
    if not rows:
        return
    log.warning(
        "A batch of shipment %d lost its worker: of %d notifications it is uncertain whether the gateway has them.",
        lost.content.shipment_id,
        len(rows),
    )
    letters = _letters(cursor, lost.content, rows, gateway)
    handed_over_at = lost.lease_until - timedelta(seconds=lease_s())
    outcomes = [CUT] * len(letters)
    handed = HandedOver(gateway, route, letters, [*outcomes], [], handed_over_at, None, ends_batch=False)
    settle_late(cursor, lost.content, handed)


def _letters(cursor: Cursor, content: Content, rows: Sequence[Row], gateway: str) -> list[Letter]:
    """What was handed over, without the words of it where a fault of ours keeps them from being told."""
    try:
        with cursor.connection.transaction():
            return every_letter(content, rows, gateway).letters
    except (psycopg.OperationalError, OperationalError):
        raise
    except Exception as fault:
        log.error("What a lost batch of shipment %d said cannot be told (%s).", content.shipment_id, kinds(fault))
        return [Letter(Message(row.id, row.address, "", ""), row.no, None, 0) for row in rows]
