"""What one recipient was sent or will be: the text that the attempt kept, or the shipment's with the row's values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.accounts.queries import logo_of
from app.messaging import markdown
from app.messaging.template import MissingColumns
from app.orders import keywords, message
from app.orders.follow import queries
from app.orders.follow.queries import Head, Source
from app.shipments.queries import Try


@dataclass(frozen=True, slots=True)
class Content:
    """The message of one notification."""

    subject: str
    text: str
    sender: str
    is_as_sent: bool
    """Whether it was handed over like this; otherwise it is what would be."""


@dataclass(frozen=True, slots=True)
class Row:
    """A recipient's own values, and what a register knows of it."""

    values: Sequence[str]
    kind: int = 0
    name: str | None = None
    identity: bytes | None = None

    def cells(self, columns: int) -> list[str | None]:
        """All of it, aligned with so many columns and the keywords'."""
        return keywords.cells_with(self.values, columns, self.kind, self.name, self.identity)


def row_of(order_id: int, part: int, row_no: int) -> Row:
    """Find a recipient's values."""
    return Row(*queries.known_of(order_id, part, row_no))


def content_of(head: Head, attempts: Sequence[Try], source: Source | None, row: Row) -> Content:
    """Put the message together; where a value is missing the placeholders stay as they are."""
    filled = _filled(head, source.columns if source else (), row)
    if not attempts:
        return Content(filled.subject, filled.text, head.sender, is_as_sent=False)
    last = attempts[-1]
    return Content(filled.subject, head.text if last.text is None else last.text, last.sender, is_as_sent=True)


def page_of(head: Head, source: Source | None, row: Row) -> str:
    """The HTML page that goes along with a formatted e-mail; where a value is missing the placeholders stay."""
    try:
        columns = source.columns if source else ()
        around = (head.service_owner_name, _logo(head))
        compose = message.formatted(head, keywords.columns_with(columns), *around)
        return compose(row.cells(len(columns))).html
    except (MissingColumns, IndexError):
        return page_as_placed(head)


def page_as_placed(head: Head) -> str:
    """The same with its placeholders as they are."""
    around = {"sender": head.service_owner_name, "logo": _logo(head)}
    return markdown.document(head.email_text, subject=head.email_subject, **around)


def _logo(head: Head) -> str:
    logo = logo_of(head.service_owner_id)
    return logo.data_url if logo else ""


def personal_values(source: Source | None, values: Sequence[str]) -> Mapping[str, str]:
    """Name a recipient's own values by their columns, without the recipient's address."""
    if source is None:
        return {}
    named = enumerate(zip(source.columns, values, strict=False))
    return {name: value for index, (name, value) in named if index not in source.own_columns}


def _filled(head: Head, columns: Sequence[str], row: Row) -> message.Message:
    try:
        return message.composer(head, keywords.columns_with(columns))(row.cells(len(columns)))
    except (MissingColumns, IndexError):
        return message.Message(*message.subject_and_text(head))
