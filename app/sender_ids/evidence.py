"""Files that prove something about a registration: kept in the database in pieces, so that every machine has them."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath
from typing import BinaryIO

from flask_babel import gettext
from sqlalchemy import delete, func, insert, select

from app.accounts.current import person_id_at_desk
from app.db import db, utcnow
from app.sender_ids.file_types import EXTENSIONS, media_type_of
from app.sender_ids.models import Evidence, EvidencePiece, SenderRegistration
from app.sender_ids.moves import Mover
from app.sender_ids.refusals import RegistrationRefused
from app.sender_ids.service import note, require_changeable, touch

PIECE = 256 * 1024
MOST_FILES = 30
"""Of one registration."""


def add(
    row: SenderRegistration, movers: frozenset[Mover], kind: str, given_name: str, file: BinaryIO, size: int
) -> Evidence:
    """Keep a file with a locked registration; raises `RegistrationRefused` for one that is not what may be kept."""
    require_changeable(row, movers)
    media_type = media_type_of(file, size)
    _require_room(row)
    kept = Evidence(
        registration_id=row.id,
        kind=kind,
        given_name=shown_name(given_name),
        media_type=media_type,
        size=size,
        sha256="",
        added_by_id=person_id_at_desk(),
    )
    db.session.add(kept)
    db.session.flush()
    kept.sha256 = _store(kept.id, file)
    touch(row)
    note("evidence_added", row, kind=kind, sha256=kept.sha256)
    return kept


def _require_room(row: SenderRegistration) -> None:
    held = select(func.count()).where(Evidence.registration_id == row.id, Evidence.removed_at.is_(None))
    if (db.session.scalar(held) or 0) >= MOST_FILES:
        raise RegistrationRefused(gettext("It has %(most)s files already.", most=MOST_FILES), "file")


def _store(evidence_id: int, file: BinaryIO) -> str:
    """Store the content piece by piece, and give its SHA-256."""
    file.seek(0)
    total = sha256()
    for no, content in enumerate(iter(lambda: file.read(PIECE), b"")):
        total.update(content)
        db.session.execute(insert(EvidencePiece).values(evidence_id=evidence_id, no=no, content=content))
    return total.hexdigest()


def shown_name(given: str) -> str:
    """Give the last part of a name as it may be shown: no folders, no controls, at most 120 characters."""
    name = "".join(one for one in PurePath(given.replace("\\", "/")).name if one.isprintable())
    return name[-120:] or "file"


def own_name(kept: Evidence) -> str:
    """Name a file as we do when it leaves the house."""
    return f"evidence-{kept.registration_id}-{kept.id}.{EXTENSIONS[kept.media_type]}"


def content(evidence_id: int) -> Iterator[bytes]:
    """Yield a file piece by piece; nothing of a removed one. Ends the transaction after each."""
    of_file = select(EvidencePiece.no, EvidencePiece.content).where(EvidencePiece.evidence_id == evidence_id)
    next_one, no = of_file.order_by(EvidencePiece.no).limit(1), -1
    while piece := db.session.execute(next_one.where(EvidencePiece.no > no)).first():
        # However slowly the browser takes it, no connection waits for it.
        db.session.rollback()
        no, content_ = piece
        yield content_


def remove(row: SenderRegistration, movers: frozenset[Mover], evidence_id: int) -> None:
    """Delete a file's content for good; that it was there, and its sum, stay known."""
    require_changeable(row, movers)
    its = (Evidence.id == evidence_id, Evidence.registration_id == row.id, Evidence.removed_at.is_(None))
    kept = db.session.scalar(select(Evidence).where(*its).with_for_update())
    if kept is None:
        raise RegistrationRefused(gettext("Somebody has removed it already."))
    db.session.execute(delete(EvidencePiece).where(EvidencePiece.evidence_id == kept.id))
    kept.removed_at = utcnow()
    touch(row)
    note("evidence_removed", row, kind=kept.kind, sha256=kept.sha256)
