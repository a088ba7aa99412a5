"""Results as CSV that Norwegian Excel opens by a double click, streamed at any size."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from app.web.environment import environment

_CHUNK = 64 * 1024
_FORMULA_STARTS = tuple(
    "=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_HIDDEN_STARTS = ("\t", "\r", "\n")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def neutral(cell: object) -> object:
    """Make a text harmless where a spreadsheet would take it for a formula, by a leading apostrophe.

    Numbers pass as they are, and so do strict E.164 phone numbers: a `+` and digits alone can calculate nothing, and
    other systems must be able to read them back. The characters are those of OWASP's "CSV Injection" page.
    """
    if not isinstance(cell, str):
        return cell
    starts_formula = cell.lstrip().startswith(_FORMULA_STARTS) or cell.startswith(_HIDDEN_STARTS)
    return f"'{cell}" if starts_formula and not _E164.fullmatch(cell) else cell


def csv_download(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Stream rows as a file: UTF-8 with BOM, `;` between cells, every cell quoted.

    `rows` is read once, as fast as the browser takes it; `filename` must be plain ASCII without personal data, and
    gets the name of the environment at its end.
    """
    answer = Response(
        stream_with_context(_chunks(header, rows)), mimetype="text/csv", content_type="text/csv; charset=utf-8"
    )
    named = filename.replace(".csv", f"-{environment()}.csv")
    answer.headers.set("Content-Disposition", "attachment", filename=named)
    return answer


def _chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([neutral(name) for name in header])
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
        if buffer.tell() > _CHUNK:
            yield _emptied(buffer)
    yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
