"""The deeds done to what an order is given to read: add a pasted text or a file, remove one."""

import io
from collections.abc import Sequence
from itertools import islice
from typing import IO

from sqlalchemy import delete, func, select

from app.audit import service as audit
from app.db import db
from app.intake.pasted import split_pasted
from app.orders import check, duplicates, pieces, reading
from app.orders.models import PASTED, Intake, IntakeStatus, Order, UploadPart
from app.orders.service import lock_draft, touch
from app.queue import ring

LARGEST_FILE = 100 * 1024 * 1024
MOST_FILES = 100


class TooManyFiles(Exception):
    """The order has `MOST_FILES` files already."""


def add_file(order_id: int, file_name: str, stream: IO[bytes]) -> Intake | None:
    """Store a file piece by piece and have a worker read it; raise NotADraft, and TooManyFiles.

    Of a file that was refused under the same name it takes the place. Name and size as of another one mean that it is
    there already, by a double click or a reload: then nothing is done.
    """
    draft = lock_draft(order_id)
    for before in _same_name(order_id, file_name):
        if before.status == IntakeStatus.REFUSED:
            _remove(draft, before)
        elif before.size == _size_of(stream):
            return None
    if _files_of(order_id) >= MOST_FILES:
        raise TooManyFiles
    intake = _add(draft, _next_part(order_id), file_name, stream)
    ring("intake", "app.orders.jobs.read_intake", intake.id)
    return intake


def paste(order_id: int, text: str) -> Intake | None:
    """Let this text be all that is pasted: read at once where it is short; empty removes it. Raise NotADraft."""
    draft = lock_draft(order_id)
    before = _pasted(order_id)
    if before is not None and (pasted_text(before) == text or (not text.strip() and not is_kept(before))):
        return before
    if before is not None:
        _remove(draft, before)
    return _add_pasted(draft, text) if text.strip() else None


def _add_pasted(draft: Order, text: str) -> Intake:
    intake = _add(draft, PASTED, "", io.BytesIO(text.encode()))
    if is_short(text, reading.SHORT):
        for _ in reading.steps(intake.id):
            pass
    else:
        ring("intake", "app.orders.jobs.read_intake", intake.id)
    return intake


def _add(draft: Order, part: int, file_name: str, stream: IO[bytes]) -> Intake:
    intake = Intake(order_id=draft.id, part=part, file_name=file_name)
    db.session.add(intake)
    db.session.flush()
    intake.size = pieces.store(intake.id, stream)
    touch(draft)
    _record("intake.added", draft, part, size=intake.size)
    return intake


def remove(order_id: int, intake_id: int) -> int | None:
    """Take away what a text or file brought, and tell which part of the order it was; raise NotADraft.

    Rows that only repeated it count again.
    """
    draft = lock_draft(order_id)
    intake = db.session.scalar(select(Intake).where(Intake.id == intake_id, Intake.order_id == order_id))
    if intake is None:
        return None
    part = intake.part
    _remove(draft, intake)
    duplicates.find(order_id)
    check.ask_again(order_id)
    return part


def is_short(text: str, most: int) -> bool:
    """Whether a pasted text has at most so many addresses."""
    return sum(1 for _ in islice(split_pasted(text), most + 1)) <= most


def _remove(draft: Order, intake: Intake) -> None:
    part = intake.part
    reading.forget(draft.id, part)
    db.session.execute(delete(Intake).where(Intake.id == intake.id))
    db.session.expunge(intake)
    touch(draft)
    _record("intake.removed", draft, part)


def pasted_text(intake: Intake) -> str:
    """Give back the pasted text while it is kept; empty once it has gone."""
    return pieces.whole(intake.id).decode()


def is_kept(intake: Intake) -> bool:
    """Whether the pasted text can still be shown where it was pasted."""
    return db.session.scalar(select(UploadPart.no).where(UploadPart.intake_id == intake.id).limit(1)) is not None


def _pasted(order_id: int) -> Intake | None:
    return db.session.scalar(select(Intake).where(Intake.order_id == order_id, Intake.part == PASTED))


def _same_name(order_id: int, file_name: str) -> Sequence[Intake]:
    same = (Intake.order_id == order_id, Intake.file_name == file_name, Intake.part != PASTED)
    return db.session.scalars(select(Intake).where(*same)).all()


def _size_of(stream: IO[bytes]) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _files_of(order_id: int) -> int:
    files = select(func.count()).select_from(Intake).where(Intake.order_id == order_id, Intake.part != PASTED)
    return db.session.scalar(files) or 0


def _next_part(order_id: int) -> int:
    highest = db.session.scalar(select(func.max(Intake.part)).where(Intake.order_id == order_id))
    return max(highest or 0, PASTED) + 1


def _record(action: str, draft: Order, part: int, size: int | None = None) -> None:
    facts = {"part": part} if size is None else {"part": part, "bytes": size}
    audit.record(action, "order", draft.id, service_owner_id=draft.service_owner_id, **facts)
