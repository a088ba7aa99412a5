"""The column of an order that says where its words came from."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.shipments.worded import Worded


class FromTemplate(Worded):
    """What an order says, be it filled from a template or not."""

    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("text_version.id"))
    """The version that its texts were filled from; they may have been changed since."""
