"""The two search forms; what is typed in them is personal and never stands in an address."""

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field, SearchField
from wtforms.validators import DataRequired, Length, ValidationError

from app.messaging.status import Channel
from app.orders.follow import search
from app.web.forms import Form
from app.web.typed import trimmed


class ReferenceForm(Form):
    """Find orders by the sender's reference."""

    reference = SearchField(
        lazy_gettext("Sender's reference"),
        filters=[trimmed],
        validators=[
            DataRequired(lazy_gettext("Write a reference, or how it begins.")),
            Length(max=255, message=lazy_gettext("A reference has at most 255 characters.")),
        ],
    )


class RecipientForm(Form):
    """Find one recipient's notifications within an order."""

    recipient = SearchField(
        lazy_gettext("Find a recipient"),
        filters=[trimmed],
        validators=[DataRequired(lazy_gettext("Write the address that you look for."))],
    )

    def __init__(self, channels: Collection[Channel], *args: Any, whole_only: bool, **kwargs: Any) -> None:
        """Take only what a recipient of these channels can be found by; `whole_only` as `search.by_address` says."""
        super().__init__(*args, **kwargs)
        self._channels, self._whole_only = channels, whole_only

    def validate_recipient(self, field: Field) -> None:
        """Refuse, with words, a text that no recipient can be found by."""
        try:
            search.by_address(field.data, self._channels, whole_only=self._whole_only)
        except search.Unsearchable as refused:
            raise ValidationError(refused.words) from None
