"""The columns of what is said: by an order while it is a draft, and by its shipments as they were placed."""

from sqlalchemy import false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Worded:
    """What is said on each channel, in one language or several."""

    sms_text: Mapped[str] = mapped_column(server_default="")
    email_subject: Mapped[str] = mapped_column(server_default="")
    email_text: Mapped[str] = mapped_column(server_default="")
    email_is_markdown: Mapped[bool] = mapped_column(server_default=false())
    """Whether its e-mails also go out as HTML, made of their text."""
    language: Mapped[str] = mapped_column(server_default="")
    """The `Language` of these texts; empty where nobody said so."""
    language_column: Mapped[str] = mapped_column(server_default="")
    """The recipients' column that says which language each reads."""
    wordings: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, server_default=text("'{}'"))
    """The texts in other languages, by `Language`, each with the fields of a `Wording`."""
