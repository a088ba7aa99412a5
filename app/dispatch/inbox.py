"""Delivery reports as they come in: stored raw and rung for, read later."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.db import db
from app.dispatch import promised
from app.dispatch.models import ReportInbox
from app.dispatch.promised import Heard
from app.dispatch.transaction import Cursor
from app.gateways.link_reports import BadReports
from app.gateways.stored_reports import reports_in
from app.queue import ring

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 500
REPORTS_AT_ONCE = 5_000
"""How many reports one transaction applies, apart from those of one call of the webhook that holds more."""

DUE = """
select id, reports from report_inbox where due_at <= clock_timestamp()
order by due_at, id limit %s for update skip locked
"""

READ = """
select id, gateway, body, promised, received_at, tries, clock_timestamp() from report_inbox where id = any(%s::bigint[])
order by due_at, id
"""

SET_ASIDE = "update report_inbox set due_at = 'infinity' where id = any(%s::bigint[])"

KEEP_ASIDE = text("""
insert into report_inbox (gateway, body, tries, due_at) select :gateway, :body, 0, 'infinity'
where not exists (select from report_inbox where due_at = 'infinity' and gateway = :gateway and body = :body)
""")

REMOVE = "delete from report_inbox where id = any(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Post:
    """The reports of one row of the inbox."""

    gateway: str
    received_at: datetime
    tries: int
    taken_at: datetime
    """By the same clock: the database's."""
    heard: list[Heard]


def store(gateway: str, body: bytes, reports: int) -> None:
    """Keep what a gateway posted, and ring for it; the caller commits."""
    db.session.add(ReportInbox(gateway=gateway, body=body, reports=reports))
    ring("reports", "app.dispatch.jobs.apply_reports")


def set_aside(gateway: str, body: bytes) -> None:
    """Keep a post that cannot be read for the desk, once however often it comes; the caller commits."""
    db.session.execute(KEEP_ASIDE, {"gateway": gateway, "body": body})


def take(cursor: Cursor) -> list[Post]:
    """Take out the next reports that are due, in the order in which they came, and nobody else's."""
    cursor.execute(DUE, (ROWS_AT_ONCE,))
    ids = _as_many_as_fit(cursor.fetchall())
    if not ids:
        return []
    cursor.execute(READ, (ids,))
    posts, unreadable = _read(cursor.fetchall())
    cursor.execute(REMOVE, (sorted({*ids} - {*unreadable}),))
    if unreadable:
        log.error("%d posts of delivery reports cannot be read and are set aside.", len(unreadable))
        cursor.execute(SET_ASIDE, (unreadable,))
    return posts


def _as_many_as_fit(rows: Sequence[tuple[int, int]]) -> list[int]:
    chosen: list[int] = []
    room = REPORTS_AT_ONCE
    for row_id, reports in rows:
        if chosen and reports > room:
            break
        chosen.append(row_id)
        room -= reports
    return chosen


def _read(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Post], list[int]]:
    """The posts, and the ids of those that cannot be read, which must not keep the others from being applied."""
    posts: list[Post] = []
    unreadable: list[int] = []
    for row_id, *row in rows:
        try:
            posts.append(_post(*row))
        except (BadReports, ValueError, KeyError):
            unreadable.append(row_id)
    return posts, unreadable


def _post(gateway: str, body: bytes, is_ours: bool, received_at: datetime, tries: int, taken_at: datetime) -> Post:
    heard = promised.read(body) if is_ours else [Heard(report) for report in reports_in(body)]
    return Post(gateway, received_at, tries, taken_at, heard)
