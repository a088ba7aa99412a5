"""The columns of an order that say where its words came from, and whether it only tries them."""

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from app.shipments.worded import Worded


class FromTemplate(Worded):
    """What an order says, be it filled from a template or not."""

    template_version_id: Mapped[int | None] = mapped_column(ForeignKey("text_version.id"))
    """The version that its texts were filled from; they may have been changed since."""
    is_test: Mapped[bool] = mapped_column(server_default=false())
    """Whether it went to the person alone who composed it."""
