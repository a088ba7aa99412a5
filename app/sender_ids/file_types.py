"""What a file is, told from its content alone: its whole structure is walked, a name or a first byte proves nothing."""

import re
import struct
import zlib
from typing import BinaryIO

from flask_babel import gettext

from app.sender_ids.refusals import RegistrationRefused

MOST_BYTES = 10 * 1024 * 1024
EXTENSIONS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
"""What is taken, by media type."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_PDF = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF\s*\Z")
_PDF_TABLE = re.compile(rb"\s*(?:xref\b|[0-9]+\s+[0-9]+\s+obj\b)")
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TAIL = 2048


def media_type_of(file: BinaryIO, size: int) -> str:
    """Give the media type of a PDF, PNG or JPEG file; raises `RegistrationRefused` for anything else.

    The file must be one of these from its first byte to its last, so that none is also something else.
    """
    if not 0 < size <= MOST_BYTES:
        words = gettext("The file is larger than 10 MB.") if size else gettext("The file is empty.")
        raise RegistrationRefused(words, "file")
    file.seek(0)
    start = file.read(16)
    if _PDF.match(start) and _is_pdf(file, size):
        return "application/pdf"
    if start.startswith(_PNG) and _is_png(file):
        return "image/png"
    if start.startswith(_JPEG) and _is_jpeg(file):
        return "image/jpeg"
    words = gettext("This is no whole PDF, PNG or JPEG file, whatever its name says. Save it anew as one of these.")
    raise RegistrationRefused(words, "file")


def _is_pdf(file: BinaryIO, size: int) -> bool:
    """Whether its end names the place of its table of contents, and there it is."""
    file.seek(max(0, size - _TAIL))
    end = _PDF_END.search(file.read())
    if end is None or int(end[1]) >= size:
        return False
    file.seek(int(end[1]))
    return _PDF_TABLE.match(file.read(64)) is not None


def _is_png(file: BinaryIO) -> bool:
    """Whether it is a header, sound chunks with picture data among them, and an end with nothing behind."""
    file.seek(len(_PNG))
    kinds: list[bytes] = []
    while (kind := _next_chunk(file)) is not None:
        kinds.append(kind)
        if kind == b"IEND":
            return kinds[0] == b"IHDR" and b"IDAT" in kinds and not file.read(1)
    return False


def _next_chunk(file: BinaryIO) -> bytes | None:
    head = file.read(8)
    if len(head) < 8:
        return None
    length, kind = struct.unpack(">I4s", head)
    if length > MOST_BYTES:
        return None
    content, check = file.read(length), file.read(4)
    is_sound = len(check) == 4 and zlib.crc32(kind + content) == struct.unpack(">I", check)[0]
    return bytes(kind) if is_sound and kind.isalpha() else None


def _is_jpeg(file: BinaryIO) -> bool:
    """Whether its segments lead from the start to the end of one picture, with nothing behind."""
    file.seek(2)
    content = file.read(MOST_BYTES)
    at, has_frame = 0, False
    while (found := _marker(content, at)) is not None:
        marker, at = found
        if marker == 0xD9:
            return has_frame and at == len(content)
        if marker not in _STANDALONE:
            has_frame = has_frame or marker in _FRAMES
            at = _after_segment(content, at, marker)
    return False


def _marker(content: bytes, at: int) -> tuple[int, int] | None:
    """Give the marker that stands at a place, and where what follows begins; None where there is none."""
    if content[at : at + 1] != b"\xff":
        return None
    while content[at : at + 1] == b"\xff":
        at += 1
    return (content[at], at + 1) if at < len(content) else None


def _after_segment(content: bytes, at: int, marker: int) -> int:
    """Give the place behind a segment; behind the picture data where it begins them."""
    if at + 2 > len(content):
        return len(content)
    at += int.from_bytes(content[at : at + 2], "big")
    if marker != 0xDA:
        return at
    end = re.compile(rb"\xff(?![\x00\xd0-\xd7\xff])").search(content, at)
    return end.start() if end else len(content)
