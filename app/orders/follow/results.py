"""The results of an order as rows of a file, read stretch by stretch so that a million take no more memory than ten."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from flask_babel import gettext

from app.allow_list.words import route_reason
from app.db import db
from app.messaging.status import FINAL, WORDING, Channel
from app.orders import words as order_words
from app.orders.follow import words
from app.orders.follow.queries import Head, Source, values_of
from app.shipments.queries import Try, last_attempts
from app.shipments.selection import Selection
from app.shipments.table import Line, stretches
from app.web.environment import environment
from app.web.formats import OSLO

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Columns:
    """The personal columns of an order's files, each name once, and where each part's cells go."""

    names: tuple[str, ...]
    places: Mapping[int, tuple[int | None, ...]]

    def cells(self, part: int, values: Sequence[str]) -> list[str]:
        """Give a recipient's own cells under `names`, empty where its file has no such column."""
        cells = [""] * len(self.names)
        for place, value in zip(self.places.get(part, ()), values, strict=False):
            if place is not None:
                cells[place] = value
        return cells


def columns_of(sources: Mapping[int, Source]) -> Columns:
    """Join the columns of all files by name, but for the recipients' own, which the result gives as it was sent to."""
    own = {part: _own_columns(source) for part, source in sorted(sources.items())}
    names = tuple(dict.fromkeys(name for columns in own.values() for name in columns if name is not None))
    at = {name: index for index, name in enumerate(names)}
    places = {part: tuple(None if name is None else at[name] for name in columns) for part, columns in own.items()}
    return Columns(names, places)


def header(columns: Columns) -> list[str]:
    """Give the first row of the file."""
    return [
        gettext("File"),
        gettext("Row"),
        gettext("Recipient"),
        *columns.names,
        gettext("Country"),
        gettext("Channel"),
        gettext("Instead of a failed one"),
        gettext("Status"),
        gettext("Status in words"),
        gettext("Simulated"),
        gettext("Route"),
        gettext("Why this route"),
        gettext("Environment"),
        gettext("Uncertain"),
        gettext("Reason"),
        gettext("Sender"),
        gettext("Segments"),
        gettext("Attempts"),
        gettext("Sent at"),
        gettext("Final at"),
    ]


def rows(head: Head, selection: Selection, sources: Mapping[int, Source], columns: Columns) -> Iterator[Row]:
    """Give the rows in the order of the recipients; times are Norwegian. Ends the transaction after each stretch."""
    teller = _Teller(head, sources, columns)
    for lines in stretches(head.block, selection):
        tries = last_attempts([line.id for line in lines])
        values = values_of(head.order_id, [(line.part, line.row_no) for line in lines])
        # However slowly the browser takes them, no connection waits for it and no old rows are kept alive.
        db.session.rollback()
        for line in lines:
            yield teller.row(line, tries.get(line.id), values.get((line.part, line.row_no), ()))


def _own_columns(source: Source) -> list[str | None]:
    return [None if index in source.own_columns else name for index, name in enumerate(source.columns)]


class _Teller:
    """Writes rows; a phrase is looked up in the person's language once, not a million times."""

    def __init__(self, head: Head, sources: Mapping[int, Source], columns: Columns) -> None:
        self._columns = columns
        self._files = {part: source.file_name for part, source in sources.items() if source.file_name}
        self._pasted, self._yes, self._no = gettext("pasted"), gettext("yes"), gettext("no")
        self._channels = {channel: order_words.channel(channel) for channel in head.channels}
        self._status = cache(lambda status, simulated: words.status(status, is_simulated=simulated))
        self._reason, self._environment = cache(words.reason), environment()
        self._why = cache(route_reason)

    def row(self, line: Line, attempt: Try | None, values: Sequence[str]) -> Row:
        """Write one notification."""
        return [
            self._files.get(line.part, self._pasted),
            line.row_no,
            line.address,
            *self._columns.cells(line.part, values),
            line.country,
            self._channels[line.channel],
            self._fact(line.instead_of is not None),
            WORDING[line.status].name,
            self._status(line.status, line.is_simulated),
            self._fact(line.is_simulated),
            line.route.name.lower() if line.route else "",
            self._why(line.route_reason, line.route_reason_at),
            self._environment,
            self._fact(line.is_uncertain),
            self._reason(line.reason),
            attempt.sender if attempt else "",
            attempt.segments if attempt and line.channel is Channel.SMS else "",
            line.attempts,
            _written(attempt.handed_over_at if attempt else None),
            _written(line.status_at if line.status in FINAL else None),
        ]

    def _fact(self, is_so: bool) -> str:
        return self._yes if is_so else self._no


def _written(moment: datetime | None) -> str:
    """As a spreadsheet reads it: `2026-11-23 14:32:07`."""
    return "" if moment is None else moment.astimezone(OSLO).strftime("%Y-%m-%d %H:%M:%S")
