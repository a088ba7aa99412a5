"""Why a file is not taken, in words, and the limits that it is held against."""

from __future__ import annotations

MAX_ROWS = 1_000_000
MAX_ROW_NUMBER = 1_048_576
"""Excel's own last row; blank rows count towards this one only."""
MAX_COLUMNS = 100
MAX_ROW_SIZE = 1_048_576
"""Characters in one row of a file."""
MAX_VALUE_LENGTH = 2_000
"""Characters in one cell; a longer one refuses its row, not the file."""

WORDS = {
    "empty": "The file is empty.",
    "header_only": "The file has a heading and no rows below it.",
    "not_what_it_claims": "The file's name ends in %(extension)s, but its content is something else."
    " Save it again from Excel as CSV or as an Excel workbook (.xlsx).",
    "not_a_table": "The file is not a table. Save it from Excel as CSV or as an Excel workbook (.xlsx).",
    "old_excel": "The file is in Excel's old format (.xls). Save it as an Excel workbook (.xlsx).",
    "encrypted": "The file is protected with a password. Remove the password in Excel and upload the file again.",
    "no_workbook": "The file is an archive without an Excel workbook in it.",
    "no_visible_sheet": "The workbook has no visible sheet with cells.",
    "no_recipient_column": "No column holds the recipients. Give one column the heading %(expected)s.",
    "two_recipient_columns": "More than one column could hold the recipients: %(columns)s."
    " Remove or rename all but one.",
    "too_many_rows": "The file has more than 1,000,000 rows. Divide it into several files.",
    "too_many_columns": "The file has more than 100 columns. Remove those that the message does not use.",
    "row_too_large": "Row %(row_no)s is too large, or a quotation mark is missing in it.",
    "unpacks_too_large": "The file unpacks to far more than an Excel workbook of 1,000,000 rows, so it is not read.",
    "damaged": "The file is damaged and cannot be read. Open it in Excel, save it again and upload it again.",
    "nul": "The file contains NUL characters, so it is not text. Save it from Excel as CSV UTF-8.",
    "encoding": "Some characters in the file cannot be read. Save it from Excel as CSV UTF-8.",
}
"""What is wrong with a file, by code, as the person at the desk reads it; `FileRefused.facts` fills the places."""

ROW_WORDS = {
    "value_too_long": "A cell in this row has more than 2,000 characters.",
    "too_many_values": "This row has more cells than the heading has columns.",
}
"""What is wrong with a row, by `Row.refusal`."""


class FileRefused(ValueError):
    """A file that is not taken: `code` for machines, `facts` to fill WORDS with, `words` for people."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def words(self) -> str:
        """The sentence in English, filled."""
        return WORDS[self.code] % self.facts
