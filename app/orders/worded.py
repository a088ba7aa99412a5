"""The columns of an order that hold its words, and where they came from."""

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column


class Worded:
    """What an order says on each channel."""

    sms_text: Mapped[str] = mapped_column(server_default="")
    email_subject: Mapped[str] = mapped_column(server_default="")
    email_text: Mapped[str] = mapped_column(server_default="")
    email_is_markdown: Mapped[bool] = mapped_column(server_default=false())
    """Whether its e-mails also go out as HTML, made of their text."""
    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("text_version.id"))
    """The version of a template that its texts were filled from; they may have been changed since."""
