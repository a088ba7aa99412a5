"""The archive of an Excel workbook and its small parts, none of which may unpack without end."""

from __future__ import annotations

import posixpath
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from app.intake.refusals import FileRefused

CHUNK = 65_536
MAX_SHEET_SIZE = 1_073_741_824
MAX_STRINGS_SIZE = 268_435_456
_MAX_SMALL_PART_SIZE = 8_388_608
_MAX_RATIO = 250
_RATIO_COUNTS_FROM = 16_777_216
_MAX_READ = 1_048_576
_ENCRYPTED = 0x1

_BROKEN = (BadZipFile, zlib.error, ParseError, DefusedXmlException, EOFError, NotImplementedError, KeyError, ValueError)


@contextmanager
def damage_refused() -> Iterator[None]:
    """Turn what the libraries raise over a damaged or hostile archive into FileRefused."""
    try:
        yield
    except FileRefused:
        raise
    except _BROKEN:
        raise FileRefused("damaged") from None


@dataclass(frozen=True, slots=True)
class Workbook:
    """What must be known before a sheet is read: where it is, which styles are dates, and the strings it points to."""

    sheet: str
    date_styles: frozenset[int]
    counts_from_1904: bool
    strings: str | None


class _SmallReads:
    """A stream that refuses to be read in one large piece: a list of a million parts would fill the memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.tell, self.seekable = stream.tell, stream.seekable

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise BadZipFile
        return self._stream.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(_MAX_READ + 1 if size < 0 else min(size, _MAX_READ + 1))
        if len(data) > _MAX_READ:
            raise FileRefused("unpacks_too_large")
        return data


class Archive:
    """The parts of a workbook; each is checked against what it says it unpacks to, and again while it unpacks."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = ZipFile(_SmallReads(stream))
        self._parts = {info.filename: info for info in self._zip.infolist()}
        if any(info.flag_bits & _ENCRYPTED for info in self._parts.values()):
            raise FileRefused("encrypted")

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def unpacked_size(self, name: str) -> int:
        """Return the size that a part says it unpacks to, in bytes."""
        return self._parts[name].file_size

    def chunks(self, name: str, limit: int) -> Iterator[bytes]:
        """Yield a part in pieces of at most CHUNK bytes; raise FileRefused when it unpacks to more than the limit."""
        _check_declared(self._parts[name], limit)
        unpacked = 0
        with self._zip.open(name) as part:
            while data := part.read(CHUNK):
                unpacked += len(data)
                if unpacked > limit:
                    raise FileRefused("unpacks_too_large")
                yield data

    def small_part(self, name: str) -> Element:
        """Return the root of a part of at most 8 MB."""
        root: Element = fromstring(b"".join(self.chunks(name, _MAX_SMALL_PART_SIZE)))
        return root


def read_workbook(archive: Archive) -> Workbook:
    """Return the workbook's first visible sheet and what it leans on; raise FileRefused when there is none."""
    main = _main_part(archive)
    related = _related(archive, main)
    strings = _by_type(related, "/sharedStrings")
    root = archive.small_part(main)
    return Workbook(
        sheet=_first_visible_sheet(root, related, archive),
        date_styles=_date_styles(archive, _by_type(related, "/styles")),
        counts_from_1904=any(_is_true(e.get("date1904")) for e in root.iter() if _local(e) == "workbookPr"),
        strings=strings if strings in archive else None,
    )


class Strings:
    """The workbook's shared strings, kept as bytes: a million names then take little more than their letters."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = array("Q", [0])

    def add(self, text: str) -> None:
        """Keep the next string; raise FileRefused when all together are too large."""
        self._text += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._text))
        if len(self._text) > MAX_STRINGS_SIZE:
            raise FileRefused("unpacks_too_large")

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise FileRefused("damaged")
        return self._text[self._ends[index] : self._ends[index + 1]].decode("utf-8", "surrogatepass")


def _check_declared(part: ZipInfo, limit: int) -> None:
    """Real sheets shrink ten- to fiftyfold; what shrinks hundredfold was made to burst."""
    ratio = part.file_size / max(part.compress_size, 1)
    if part.file_size > limit or (part.file_size > _RATIO_COUNTS_FROM and ratio > _MAX_RATIO):
        raise FileRefused("unpacks_too_large")


def _main_part(archive: Archive) -> str:
    if "_rels/.rels" not in archive:
        raise FileRefused("no_workbook")
    main = _by_type(_related(archive, ""), "/officeDocument")
    if main not in archive or not main.endswith(".xml"):
        raise FileRefused("no_workbook")
    root = archive.small_part(main)
    if _local(root) != "workbook":
        raise FileRefused("no_workbook")
    return main


def _related(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return a part's relationships: type and target by id."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    if relations not in archive:
        return {}
    return {
        element.get("Id", ""): (element.get("Type", ""), _target(folder, element.get("Target", "")))
        for element in archive.small_part(relations)
    }


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _by_type(related: dict[str, tuple[str, str]], ending: str) -> str:
    return next((target for kind, target in related.values() if kind.endswith(ending)), "")


def _first_visible_sheet(root: Element, related: dict[str, tuple[str, str]], archive: Archive) -> str:
    for sheet in (element for element in root.iter() if _local(element) == "sheet"):
        reference = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        kind, target = related.get(reference, ("", ""))
        if sheet.get("state", "visible") == "visible" and kind.endswith("/worksheet") and target in archive:
            return target
    raise FileRefused("no_visible_sheet")


def _date_styles(archive: Archive, part: str) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as a date."""
    if part not in archive:
        return frozenset()
    root = archive.small_part(part)
    formats = {**BUILTIN_FORMATS, **_own_formats(root)}
    styles = [style for group in root if _local(group) == "cellXfs" for style in group]
    used = [formats.get(int(style.get("numFmtId", 0)), "") for style in styles]
    return frozenset(number for number, code in enumerate(used) if is_date_format(code))


def _own_formats(root: Element) -> dict[int, str]:
    found = (element for element in root.iter() if _local(element) == "numFmt")
    return {int(element.get("numFmtId", 0)): element.get("formatCode", "") for element in found}


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_true(value: str | None) -> bool:
    return value in {"1", "true", "on"}
