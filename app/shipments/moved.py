"""The column of who is moved to e-mail: by an order while it is a draft, and by its shipments as they were placed."""

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column


class Moved:
    """Whose SMS somebody has chosen not to send, for what their country does to it."""

    moved_to_email: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default=text("'{}'"))
    """Countries (ISO 3166 alpha-2) whose recipients get an e-mail and no SMS, where the order has both channels and
    they have both addresses."""
