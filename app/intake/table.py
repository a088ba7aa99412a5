"""A file as a table: named columns and rows, whatever it was written in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from app.intake.columns import (
    Channel,
    address_columns,
    holds_address,
    names_from_heading,
    names_without_heading,
    recipient_column,
)
from app.intake.refusals import MAX_COLUMNS, MAX_ROW_NUMBER, MAX_ROWS, MAX_VALUE_LENGTH, FileRefused

_SAMPLED_ROWS = 100


class Source(Protocol):
    """A file that yields records: row numbers as the spreadsheet shows them, and the texts of the cells."""

    kind: str
    size: int
    hidden_rows: int

    @property
    def position(self) -> int: ...

    def records(self) -> Iterator[tuple[int, list[str]]]: ...


class Row(NamedTuple):
    """One row. `values` align with the columns; `refusal` is a code of ROW_WORDS when the row cannot be used.

    A tuple and no dataclass, because a million are made and a frozen dataclass costs twice the reading of its row.
    """

    row_no: int
    values: tuple[str, ...]
    refusal: str | None = None


class Table:
    """A file that was found fit to read: at least one column and one row. Rows are read anew on each asking.

    The first row that is not blank is the heading, unless it holds an address: then it is data, and the columns are
    called by what they hold. Blank rows are passed over; row numbers are the spreadsheet's, the first row being 1.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.kind, self.size = source.kind, source.size
        self._first_row, self.columns = _columns_of(source)
        self.sample = tuple(islice(self.rows(), _SAMPLED_ROWS))
        if not self.sample:
            raise FileRefused("header_only")

    @property
    def position(self) -> int:
        """How far the reading has come, in bytes of `size`."""
        return self._source.position

    @property
    def hidden_rows(self) -> int:
        """Rows passed over so far because the spreadsheet hides them (a filter, say): who uploads does not see them."""
        return self._source.hidden_rows

    def recipient_column(self, channel: Channel) -> int:
        """Return the index of the column that holds the recipients; raise FileRefused when none or several could."""
        return recipient_column(self.columns, channel, [row.values for row in self.sample])

    def address_columns(self) -> tuple[int, int | None]:
        """Return the columns of phone numbers and of e-mail addresses; where one column holds all, it alone.

        Raises FileRefused when there is neither, or several of a kind.
        """
        return address_columns(self.columns, [row.values for row in self.sample])

    def rows(self) -> Iterator[Row]:
        """Yield the rows from the first to the last; raise FileRefused where the file turns out unfit."""
        width, first_row, count = len(self.columns), self._first_row, 0
        for row_no, values, length in _filled(self._source):
            if row_no < first_row:
                continue
            count += 1
            if count > MAX_ROWS:
                raise FileRefused("too_many_rows")
            is_plain = len(values) == width and length <= MAX_VALUE_LENGTH
            yield Row(row_no, tuple(values)) if is_plain else _uneven_row(row_no, values, width)


def _filled(source: Source) -> Iterator[tuple[int, list[str], int]]:
    """Yield the records that hold anything, with their characters in all; a heap of blank ones ends as a sheet does."""
    for row_no, values in source.records():
        if row_no > MAX_ROW_NUMBER:
            raise FileRefused("too_many_rows")
        joined = "".join(values)
        if joined and not joined.isspace():
            yield row_no, values, len(joined)


def _uneven_row(row_no: int, values: list[str], width: int) -> Row:
    """Return a row filled up to the columns, or with the reason why it cannot be used."""
    values = _without_blank_end(values, width)
    fitted = tuple(value[:MAX_VALUE_LENGTH] for value in values[:width]) + ("",) * (width - len(values))
    if len(values) > width:
        return Row(row_no, fitted, "too_many_values")
    if max(map(len, values)) > MAX_VALUE_LENGTH:
        return Row(row_no, fitted, "value_too_long")
    return Row(row_no, fitted)


def _columns_of(source: Source) -> tuple[int, tuple[str, ...]]:
    """Return the first row of data and the columns' names."""
    row_no, values, _ = next(_filled(source), (0, [], 0))
    values = _without_blank_end(values, 0)
    if not values:
        raise FileRefused("empty")
    if len(values) > MAX_COLUMNS:
        raise FileRefused("too_many_columns")
    if holds_address(values):
        return row_no, names_without_heading(values)
    return row_no + 1, names_from_heading(values)


def _without_blank_end(values: Sequence[str], keep: int) -> list[str]:
    """Return the values without the blank ones at the end, but at least so many."""
    end = len(values)
    while end > keep and not values[end - 1].strip():
        end -= 1
    return list(values[:end])
