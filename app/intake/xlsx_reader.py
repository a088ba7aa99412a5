"""Records of an Excel workbook's first visible sheet, read piece by piece.

openpyxl's own reader builds an element for each cell and keeps one for each row; here one row is all that is held.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from app.intake.xlsx_cells import Cells
from app.intake.xlsx_parts import MAX_SHEET_SIZE, MAX_STRINGS_SIZE, Archive, Strings, damage_refused, read_workbook
from app.intake.xlsx_xml import SheetParser, StringsParser


class XlsxSource:
    """The records of a workbook's first visible sheet, hidden rows left out."""

    kind = "xlsx"

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.size = size
        self.hidden_rows = 0
        self._unpacked = 0
        with damage_refused():
            self._archive = Archive(stream)
            self._workbook = read_workbook(self._archive)
            self._cells = Cells(self._workbook, _read_strings(self._archive, self._workbook.strings))

    @property
    def position(self) -> int:
        """How far the sheet is read, as a share of the file's size."""
        return self.size * self._unpacked // max(self._archive.unpacked_size(self._workbook.sheet), 1)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that holds anything with its row number, from the start; raise FileRefused."""
        self._unpacked = self.hidden_rows = 0
        parser = SheetParser(self._cells)
        with damage_refused():
            for data in self._archive.chunks(self._workbook.sheet, MAX_SHEET_SIZE):
                rows = parser.feed(data)
                self._unpacked += len(data)
                self.hidden_rows = parser.hidden_rows
                yield from rows
            parser.close()


def _read_strings(archive: Archive, part: str | None) -> Strings:
    strings = Strings()
    if part is None:
        return strings
    parser = StringsParser(strings)
    for data in archive.chunks(part, MAX_STRINGS_SIZE):
        parser.feed(data)
    parser.close()
    return strings
