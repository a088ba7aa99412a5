"""Uploaded files as pieces in the database: put there from a stream, read again like a file."""

import io
from itertools import count
from typing import IO, Any

from sqlalchemy import delete, insert, select

from app.contacts.sealing import sealer
from app.db import db
from app.orders.models import UploadPart

PIECE = 1024 * 1024
"""Bytes of one piece; only the last of a file is shorter."""


def store(intake_id: int, stream: IO[bytes]) -> int:
    """Copy a stream into pieces, one in memory at a time, and return its size in bytes."""
    size = no = 0
    while data := _full_piece(stream):
        sealed = sealer().seal(data)
        db.session.execute(insert(UploadPart).values(intake_id=intake_id, no=no, data=sealed, is_sealed=True))
        size, no = size + len(data), no + 1
    return size


def _full_piece(stream: IO[bytes]) -> bytes:
    """Read one piece; a stream may give less than was asked for long before its end."""
    found = bytearray()
    while len(found) < PIECE and (data := stream.read(PIECE - len(found))):
        found += data
    return bytes(found)


def piece(intake_id: int, no: int) -> bytes:
    """Give one piece as it was stored; nothing behind the last."""
    found = select(UploadPart.data, UploadPart.is_sealed).where(UploadPart.intake_id == intake_id, UploadPart.no == no)
    row = db.session.execute(found).one_or_none()
    if row is None:
        return b""
    return sealer().open(row.data) if row.is_sealed else row.data


def whole(intake_id: int) -> bytes:
    """Give all pieces together, for what is short."""
    found = bytearray()
    for no in count():
        if not (data := piece(intake_id, no)):
            break
        found += data
    return bytes(found)


def discard(intake_id: int) -> None:
    """Delete the pieces of a file that has been read."""
    db.session.execute(delete(UploadPart).where(UploadPart.intake_id == intake_id))


class Pieces(io.RawIOBase):
    """A stored file as a seekable binary file that holds one piece in memory."""

    def __init__(self, intake_id: int, size: int) -> None:
        super().__init__()
        self._position = 0
        self._intake_id, self._size = intake_id, size
        self._no, self._data = -1, b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place of the file."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from one piece; fewer bytes than asked for do not mean the end, none do."""
        no, start = divmod(self._position, PIECE)
        data = self._piece(no)[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _piece(self, no: int) -> bytes:
        if no != self._no:
            self._no, self._data = no, piece(self._intake_id, no)
        return self._data


def open_pieces(intake_id: int, size: int) -> io.BufferedReader:
    """Open a stored file for reading."""
    return io.BufferedReader(Pieces(intake_id, size), buffer_size=128 * 1024)
