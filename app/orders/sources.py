"""What is read for an order: a pasted text or a stored file, as rows with one column of addresses."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from app.intake.files import open_table
from app.intake.pasted import split_pasted
from app.intake.table import Row, Table
from app.messaging.scheme import channels_of
from app.messaging.status import Channel
from app.orders import pieces
from app.orders.models import PASTED


@dataclass(frozen=True, slots=True)
class Source:
    """Rows as they come, read once; `columns` is empty where there are only addresses."""

    columns: Sequence[str]
    recipient_column: int
    email_column: int | None
    """Of an order on two channels: the e-mail addresses, where the recipient column holds phone numbers."""
    rows: Iterator[Row]
    bytes_read: Callable[[], int]
    hidden_rows: Callable[[], int]
    """Rows passed over so far because the spreadsheet hides them."""


@contextmanager
def open_source(intake_id: int, part: int, file_name: str, size: int, scheme: int) -> Iterator[Source]:
    """Open what was stored for an intake; raise FileRefused where it cannot be used."""
    with pieces.open_pieces(intake_id, size) as stream:
        if part == PASTED:
            yield _pasted(stream.read().decode(), size)
            return
        table = open_table(stream, file_name)
        yield Source(
            table.columns, *_columns(table, scheme), table.rows(), lambda: table.position, lambda: table.hidden_rows
        )


def _columns(table: Table, scheme: int) -> tuple[int, int | None]:
    channels = channels_of(scheme)
    if len(channels) > 1:
        return table.address_columns()
    return table.recipient_column("sms" if channels[0] is Channel.SMS else "email"), None


def _pasted(text: str, size: int) -> Source:
    rows = (Row(row_no, (address,)) for row_no, address in split_pasted(text))
    return Source((), 0, None, rows, lambda: size, lambda: 0)
