"""What a cell of an Excel workbook says, as text."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from app.intake.xlsx_parts import Strings, Workbook

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}


class Cells:
    """Turns what a sheet stores into the text of a cell: numbers without `.0` and exponent, dates in ISO 8601."""

    def __init__(self, workbook: Workbook, strings: Strings) -> None:
        self._strings = strings
        self._date_styles = {str(style) for style in workbook.date_styles}
        self._epoch = MAC_EPOCH if workbook.counts_from_1904 else WINDOWS_EPOCH

    def text(self, kind: str, style: str, stored: str) -> str:
        """Return a cell's text; a formula's is the result that Excel saved. Raise ValueError for nonsense."""
        if kind == "s":
            return self._strings[int(stored)]
        if kind == "n":
            return self._number(stored, style)
        return _BOOLEANS.get(stored, stored) if kind == "b" else unescaped(stored)

    def _number(self, stored: str, style: str) -> str:
        if style in self._date_styles:
            return self._date(float(stored))
        return stored if stored.isdigit() else plain_number(stored)

    def _date(self, days: float) -> str:
        """Return a date, a time or both; a number beyond Excel's calendar stays a number."""
        try:
            moment = from_excel(days, self._epoch)
        except OverflowError:
            return plain_number(str(days))
        if isinstance(moment, datetime):
            return moment.date().isoformat() if moment.time().isoformat() == "00:00:00" else moment.isoformat(" ")
        return str(moment)


def unescaped(stored: str) -> str:
    """Return a stored text as Excel shows it: characters that XML cannot hold are stored as `_x000D_`, by their number.

    What is no character of a text, such as that carriage return, is left out.
    """
    return _ESCAPED.sub(_character, stored) if "_x" in stored else stored


def _character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character.isprintable() or character in "\t\n" else ""


def plain_number(stored: str) -> str:
    """Return a stored number with the 15 digits that Excel knows, written out."""
    return format(Decimal(format(float(stored), ".15g")), "f")
