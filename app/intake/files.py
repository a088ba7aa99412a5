"""Uploaded files: what they are, by their content, and the table in them."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO

from app.intake.csv_reader import CsvSource
from app.intake.refusals import FileRefused
from app.intake.table import Table
from app.intake.xlsx_reader import XlsxSource

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_NOT_TABLES = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"),
    *(b"7z\xbc\xaf", b"Rar!", b"{\\rtf", b"\x7fELF", b"SQLite format 3", b"\x28\xb5\x2f\xfd"),
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<svg")
_WORKBOOK_NAMES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"}
_TEXT_NAMES = {".csv", ".txt", ".tsv", ".tab"}
_CHUNK = 1_048_576


def open_table(stream: BinaryIO, filename: str) -> Table:
    """Return the table in a seekable file; raise FileRefused when there is none that can be used.

    The content decides what the file is; a name that claims otherwise refuses it. A file without a known extension is
    taken for what it holds.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    start = stream.read(512)
    extension = PurePath(filename).suffix.lower()
    if not size:
        raise FileRefused("empty")
    if start.startswith(_ZIP):
        return _workbook(stream, size, extension)
    return _text(stream, size, start, extension)


def _workbook(stream: BinaryIO, size: int, extension: str) -> Table:
    if extension in _TEXT_NAMES:
        raise FileRefused("not_what_it_claims", extension=extension)
    return Table(XlsxSource(stream, size))


def _text(stream: BinaryIO, size: int, start: bytes, extension: str) -> Table:
    if start.startswith(_OLE):
        raise FileRefused("encrypted" if _contains(stream, _ENCRYPTED_PACKAGE) else "old_excel")
    is_other = start.startswith(_NOT_TABLES) or start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)
    if extension in _WORKBOOK_NAMES or (is_other and extension in _TEXT_NAMES):
        raise FileRefused("not_what_it_claims", extension=extension)
    if is_other:
        raise FileRefused("not_a_table")
    return Table(CsvSource(stream, size))


def _contains(stream: BinaryIO, wanted: bytes) -> bool:
    stream.seek(0)
    before = b""
    while data := stream.read(_CHUNK):
        if wanted in before + data:
            return True
        before = data[-len(wanted) :]
    return False
