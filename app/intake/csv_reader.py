"""Records of a CSV file: whatever Excel in Norway writes, read at the speed of `csv.reader`."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import chain, islice
from typing import BinaryIO

from app.intake.encoding import recognise, texts
from app.intake.refusals import MAX_ROW_SIZE, FileRefused

SEPARATORS = ";\t,|"
_SAMPLED_LINES = 50
_SAMPLED_CHARACTERS = 100_000
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)


class CsvSource:
    """The records of a CSV file, counted as Excel counts rows: a `sep=` line is none, a blank line is one."""

    kind = "csv"
    hidden_rows = 0

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self.size = stream, size
        self._read = 0
        self._record_no = 0
        self._codec = recognise(stream)
        self._told_separator = _told_separator(self._lines())
        self._separator = self._told_separator or _likeliest_separator(self._whole_lines())

    @property
    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._read

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each record with its row number, from the start; raise FileRefused."""
        self._record_no = 0
        lines = islice(self._lines(), 1 if self._told_separator else 0, None)
        try:
            for record in enumerate(csv.reader(lines, delimiter=self._separator), 1):
                self._record_no = record[0]
                yield record
        except csv.Error:
            raise FileRefused("row_too_large", row_no=str(self._record_no + 1)) from None

    def _lines(self) -> Iterator[str]:
        return chain.from_iterable(StringIO(text, newline="") for text in self._whole_lines())

    def _whole_lines(self) -> Iterator[str]:
        """Yield pieces that end where a line ends; raise FileRefused when MAX_ROW_SIZE passes without a record."""
        rest, without_record, record_no = "", 0, 0
        for text in texts(self._stream, self._codec):
            self._read = self._stream.tell()
            without_record = 0 if self._record_no > record_no else without_record + len(text)
            record_no = self._record_no
            if without_record > MAX_ROW_SIZE:
                raise FileRefused("row_too_large", row_no=str(record_no + 1))
            end = _end_of_last_line(rest := rest + text)
            yield rest[:end]
            rest = rest[end:]
        yield rest


def _end_of_last_line(text: str) -> int:
    """Return where the last whole line ends; a final CR may be half of a CRLF, so its line is not whole yet."""
    return max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1


def _told_separator(lines: Iterator[str]) -> str | None:
    """Return what Excel's own first line, `sep=;`, says."""
    told = _SEPARATOR_LINE.fullmatch(next(lines, ""))
    return told[1] if told else None


def _likeliest_separator(pieces: Iterator[str]) -> str:
    """Return the separator by which most records have as many cells as the first one, and more than one."""
    beginning = next(filter(None, pieces), "")[:_SAMPLED_CHARACTERS]
    sample = list(islice(StringIO(beginning, newline=""), _SAMPLED_LINES))
    return max(SEPARATORS, key=lambda separator: _agreement(sample, separator))


def _agreement(sample: Iterable[str], separator: str) -> tuple[int, int]:
    """Return how many records agree with the first on more than one cell, then how many cells."""
    try:
        widths = [len(record) for record in csv.reader(sample, delimiter=separator) if any(record)]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:
        return (0, 0)
    return (Counter(widths)[widths[0]], widths[0])
