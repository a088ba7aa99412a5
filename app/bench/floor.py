"""What the database needs at least: the same rows by bare COPY and set-based updates, on one connection, all ready."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg

from app.bench.orders import NAMES, TEXT, number
from app.bench.stage import Stage, plain
from app.messaging.status import AttemptOutcome, Channel, ReportEffect, Route, Status

AT_ONCE = 5_000
"""Rows of one transaction: more make it no faster."""

NOTIFICATION = "copy notification (id, shipment_id, channel, address, country, part, row_no) from stdin (format binary)"
STATE = "copy notification_state (id, shipment_id, status, status_at) from stdin (format binary)"
ATTEMPT = """
copy attempt (notification_id, no, gateway, route, outcome, sender, text, segments, reference, code, words,
    handed_over_at, answered_at) from stdin (format binary)
"""
REPORT = """
copy delivery_report (notification_id, gateway, reference, state, status, effect, reported_at, received_at)
from stdin (format binary)
"""
TYPES = {
    NOTIFICATION: ["int8", "int8", "int2", "text", "text", "int2", "int4"],
    STATE: ["int8", "int8", "int2", "timestamptz"],
    ATTEMPT: [
        *("int8", "int2", "text", "int2", "int2", "text", "text", "int2", "text", "text", "text"),
        *("timestamptz", "timestamptz"),
    ],
    REPORT: ["int8", "text", "text", "text", "int2", "int2", "timestamptz", "timestamptz"],
}

SENDING = """
update notification_state set status = %s, attempts = attempts + 1, status_at = clock_timestamp()
where id between %s and %s
"""
ACCEPTED = """
update notification_state set status = %s, route = %s, status_at = clock_timestamp() where id = any(%s::bigint[])
"""
DELIVERED = """
update notification_state as s set status = d.status, reason = d.reason, status_at = clock_timestamp()
from unnest(%s::bigint[], %s::smallint[], %s::text[]) as d (id, status, reason) where s.id = d.id
"""

Rows = dict[str, list[tuple[Any, ...]]]


def floor_per_s(stage: Stage, recipients: int) -> float:
    """Recipients per second from nothing to delivered."""
    slices = list(_slices(recipients))
    with psycopg.connect(plain(stage.fresh_database())) as connection:
        began_at = time.monotonic()
        for rows in slices:
            _accept(connection, rows)
            deliver(connection, rows)
        return recipients / (time.monotonic() - began_at)


def _slices(recipients: int) -> Iterator[Rows]:
    for begin in range(0, recipients, AT_ONCE):
        yield _rows(begin, min(begin + AT_ONCE, recipients))


def _rows(begin: int, end: int) -> Rows:
    """The rows that the product writes for the same order."""
    now = datetime.now(UTC)
    rows: Rows = {NOTIFICATION: [], STATE: [], ATTEMPT: [], REPORT: []}
    for n in range(begin, end):
        key, reference = n + 1, f"sim-{n + 1}-1"
        text = TEXT.replace("((first name))", NAMES[n % len(NAMES)])
        attempt = (key, 1, "simulator", Route.SIMULATED, AttemptOutcome.ACCEPTED, "Bench", text, 1, reference)
        report = (key, "simulator", reference, "DELIVRD", Status.SMS_DELIVERED, ReportEffect.APPLIED, None, now)
        rows[NOTIFICATION].append((key, 1, Channel.SMS, number(n), "NO", 1, n + 2))
        rows[STATE].append((key, 1, Status.SMS_NEW, now))
        rows[ATTEMPT].append((*attempt, "", "", now, now))
        rows[REPORT].append(report)
    return rows


def _accept(connection: psycopg.Connection[Any], rows: Rows) -> None:
    ids = [row[0] for row in rows[STATE]]
    with connection.cursor() as cursor:
        _copy(cursor, NOTIFICATION, rows)
        _copy(cursor, STATE, rows)
        connection.commit()
        cursor.execute(SENDING, (Status.SMS_SENDING, ids[0], ids[-1]))
        connection.commit()
        _copy(cursor, ATTEMPT, rows)
        cursor.execute(ACCEPTED, (Status.SMS_ACCEPTED, Route.SIMULATED, ids))
        connection.commit()


def deliver(connection: psycopg.Connection[Any], rows: Rows) -> None:
    """Note the delivery of a slice: one set-based update, one COPY of its reports."""
    ids = [row[0] for row in rows[REPORT]]
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, (ids, [Status.SMS_DELIVERED] * len(ids), ["simulated"] * len(ids)))
        _copy(cursor, REPORT, rows)
        connection.commit()


def _copy(cursor: psycopg.Cursor[Any], statement: str, rows: Rows) -> None:
    with cursor.copy(statement.encode()) as copy:
        copy.set_types(TYPES[statement])
        for row in rows[statement]:
            copy.write_row(row)
