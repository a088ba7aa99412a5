"""How fast a file becomes recipients, beside bare parsing and COPY of the same rows."""

import csv
import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO, Any

import psycopg
from sqlalchemy import select, text

from app.bench.machine import probe
from app.bench.orders import COPY, NAMES, TYPES, number, service_owner
from app.bench.proc import watched
from app.bench.product import BenchFailed
from app.bench.stage import Stage, open_stage, plain
from app.db import db
from app.messaging.status import Channel
from app.orders import intake
from app.orders.models import Intake, IntakeStatus, Order, RecipientKind

COLUMNS = ("phone", "first name", "case", "office", "deadline")
LOOK_EVERY_S = 0.02
PATIENCE_S_PER_ROW = 0.001
LEAST_PATIENCE_S = 60.0
STORED = text("select count(*) from recipient where order_id = :id")


def bench_intake(rows: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure both in one run; `say` takes a word on how far it is.

    The floor comes last: what it holds in memory would count as the upload's, whose process is the same.
    """
    before = probe()
    with open_stage() as stage, _file(rows) as stream:
        say("The product")
        read_s, memory_mb = _read_s(stage, stream, rows)
        say("The floor")
        floor_s = _floor_s(stage, stream)
    return {
        "rows": rows,
        "rows_per_s": round(rows / read_s),
        "floor_per_s": round(rows / floor_s),
        "of_floor": round(floor_s / read_s, 3),
        "memory_mb": memory_mb,
        "machine": {"before": asdict(before), "after": asdict(probe())},
    }


@contextmanager
def _file(rows: int) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as stream:
        words = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(words)
        writer.writerow(COLUMNS)
        for n in range(rows):
            writer.writerow((_mobile(n), NAMES[n % len(NAMES)], f"2026/{n}", "Oslo", "1 December"))
        words.detach()
        yield stream


def _mobile(n: int) -> str:
    """A number that passes for one: all that begin with 9 may be mobile phones."""
    return number(n).replace("+474", "+479")


def _floor_s(stage: Stage, stream: IO[bytes]) -> float:
    stream.seek(0)
    words = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    began_at = time.monotonic()
    with psycopg.connect(plain(stage.fresh_database())) as connection:
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for row_no, row in enumerate(csv.reader(words)):
                copy.write_row((1, 1, row_no, RecipientKind.PHONE, row[0], "NO", row))
        connection.commit()
    words.detach()
    return time.monotonic() - began_at


def _read_s(stage: Stage, stream: IO[bytes], rows: int) -> tuple[float, dict[str, int]]:
    """From the first byte of the upload to the end of reading, in seconds, and the peak of each process in MB."""
    with stage.product(ENVIRONMENT="test") as product:
        product.start_worker_of("intake")
        with watched(product.pids) as peaks:
            began_at = time.monotonic()
            intake_id, order_id = _upload(stream)
            db.session.commit()
            _await_read(intake_id, LEAST_PATIENCE_S + rows * PATIENCE_S_PER_ROW)
            read_s = time.monotonic() - began_at
        if db.session.scalar(STORED, {"id": order_id}) != rows:
            raise BenchFailed("Not every row became a recipient.")
        return read_s, {"upload": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, **peaks.mb}


def _upload(stream: IO[bytes]) -> tuple[int, int]:
    """Store the file; the commit that rings for it is the caller's."""
    stream.seek(0)
    draft = Order(service_owner_id=service_owner(), channel=Channel.SMS, sms_sender="Bench", daytime_only=False)
    db.session.add(draft)
    db.session.flush()
    added = intake.add_file(draft.id, "people.csv", stream)
    if added is None:
        raise BenchFailed("The file was there already.")
    return added.id, draft.id


def _await_read(intake_id: int, patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        status = db.session.scalar(select(Intake.status).where(Intake.id == intake_id))
        db.session.rollback()
        if status == IntakeStatus.READ:
            return
        if status == IntakeStatus.REFUSED:
            raise BenchFailed("The file was refused.")
        time.sleep(LOOK_EVERY_S)
    raise BenchFailed(f"The file was not read after {patience_s:.0f} seconds.")
