"""What a cell of an Excel workbook says, as text."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from app.intake.xlsx_parts import Strings, Workbook

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
        return _BOOLEANS.get(stored, stored) if kind == "b" else stored

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


def plain_number(stored: str) -> str:
    """Return a stored number with the 15 digits that Excel knows, written out."""
    return format(Decimal(format(float(stored), ".15g")), "f")
