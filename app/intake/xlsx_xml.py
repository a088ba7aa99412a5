"""The two large XML parts of an Excel workbook, read by expat: shared strings and a sheet's rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from openpyxl.utils.cell import column_index_from_string

from app.intake.refusals import MAX_ROW_SIZE, FileRefused
from app.intake.xlsx_cells import Cells, unescaped
from app.intake.xlsx_parts import Strings

_TRUE = {"1", "true", "on"}
_DIGITS = "0123456789"


class _Parser(ABC):
    """Feeds expat; refuses document types (no workbook has one) and single tags and texts that will not end."""

    def __init__(self) -> None:
        self._fed = 0
        self._expat = ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._expat.StartElementHandler = self._root
        self._expat.EndElementHandler = self._ended
        self._pieces: list[str] = []
        self._held = 0

    def close(self) -> None:
        """Raise FileRefused when the part is not whole."""
        self._parse(b"", True)

    def _parse(self, data: bytes, final: bool = False) -> None:
        try:
            self._expat.Parse(data, final)
        except ExpatError:
            raise FileRefused("damaged") from None
        self._fed += len(data)
        if not final and self._fed - self._expat.CurrentByteIndex > MAX_ROW_SIZE:
            raise FileRefused("damaged")

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """Learn from the root which prefix the elements bear, mostly none."""
        prefix, colon, _ = name.rpartition(":")
        self._know(prefix + colon)
        self._expat.StartElementHandler = self._started

    def _take(self, text: str) -> None:
        self._held += len(text)
        if self._held > MAX_ROW_SIZE:
            self._refuse_size()
        self._pieces.append(text)

    def _listen(self, on: bool) -> None:
        self._expat.CharacterDataHandler = self._take if on else None

    def _refuse_doctype(self, *declared: object) -> NoReturn:
        raise FileRefused("damaged")

    def _refuse_size(self) -> NoReturn:
        raise FileRefused("unpacks_too_large")

    @abstractmethod
    def _know(self, prefix: str) -> None:
        """Learn the prefix that the part gives to the names of its elements."""

    @abstractmethod
    def _started(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""

    @abstractmethod
    def _ended(self, name: str) -> None:
        """Take the end of an element."""


class StringsParser(_Parser):
    """Reads the shared strings; of a string in several styles the pieces joined, of phonetic guides nothing."""

    def __init__(self, strings: Strings) -> None:
        super().__init__()
        self._strings = strings

    def feed(self, data: bytes) -> None:
        """Read on; raise FileRefused."""
        self._parse(data)

    def _know(self, prefix: str) -> None:
        self._item, self._piece, self._guide = prefix + "si", prefix + "t", prefix + "rPh"
        self._in_guide = False

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._piece:
            self._listen(not self._in_guide)
        elif name == self._item:
            self._pieces, self._held = [], 0
        elif name == self._guide:
            self._in_guide = True

    def _ended(self, name: str) -> None:
        if name == self._piece:
            self._listen(False)
        elif name == self._item:
            self._strings.add(unescaped("".join(self._pieces)))
        elif name == self._guide:
            self._in_guide = False


class SheetParser(_Parser):
    """Reads a sheet's rows: row number and the texts of the cells, as far as the last one that holds anything."""

    def __init__(self, cells: Cells) -> None:
        super().__init__()
        self._cells = cells
        self._rows: list[tuple[int, list[str]]] = []
        self._values: list[str] = []
        self._row_no = self._column = 0
        self._is_hidden = False
        self.hidden_rows = 0

    def feed(self, data: bytes) -> list[tuple[int, list[str]]]:
        """Read on and return the rows that became whole; raise FileRefused, or ValueError for nonsense."""
        self._rows = []
        self._parse(data)
        return self._rows

    def _know(self, prefix: str) -> None:
        self._row, self._cell, self._stored = prefix + "row", prefix + "c", prefix + "v"
        self._inline, self._guide = prefix + "t", prefix + "rPh"

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._cell:
            self._begin_cell(attributes)
        elif name == self._stored or name == self._inline:
            self._listen(True)
        elif name == self._row:
            self._begin_row(attributes)

    def _ended(self, name: str) -> None:
        if name == self._cell:
            self._end_cell()
        elif name == self._stored or name == self._inline:
            self._listen(False)
        elif name == self._row:
            self._end_row()

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row_no = int(attributes.get("r", self._row_no + 1))
        if row_no <= self._row_no:
            raise FileRefused("damaged")
        self._row_no, self._column, self._held = row_no, 0, 0
        self._is_hidden = attributes.get("hidden") in _TRUE
        self._values = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = _column_of(reference.rstrip(_DIGITS)) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._pieces = []

    def _end_cell(self) -> None:
        stored = "".join(self._pieces)
        if not stored:
            return
        missing = self._column - len(self._values)
        if missing <= 0:
            raise FileRefused("damaged")
        self._values += [""] * (missing - 1)
        self._values.append(self._cells.text(self._kind, self._style, stored))

    def _end_row(self) -> None:
        if self._is_hidden and self._values:
            self.hidden_rows += 1
        elif self._values:
            self._rows.append((self._row_no, self._values))

    def _refuse_size(self) -> NoReturn:
        raise FileRefused("row_too_large", row_no=str(self._row_no))


@lru_cache(maxsize=1024)
def _column_of(letters: str) -> int:
    """Return the number of a column, A being 1; raise ValueError for letters that name none."""
    return column_index_from_string(letters)
