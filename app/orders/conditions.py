"""The fields of a condition, on the form of an order and of a reminder."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from app.conditions.answer import InvalidUrl, check_url
from app.web.forms import Form

FAILED_WORDS = (
    lazy_gettext("Use an address of at most 2,000 characters."),
    lazy_gettext("Write the address in plain letters, without blanks: others must be encoded."),
    lazy_gettext("This is not the address of a server."),
    lazy_gettext("Write an address that begins with https://."),
    lazy_gettext("Leave the user name and the password out of the address."),
    lazy_gettext("Leave out what begins with #: it is never sent."),
)
"""What `check_url` says, marked for translation."""


def _trimmed(text: str | None) -> str:
    return (text or "").strip()


def url_field() -> StringField:
    """Where the condition is asked."""
    return StringField(lazy_gettext("Condition"), filters=[_trimmed])


def unclear_field() -> RadioField:
    """What becomes of a shipment whose condition gives no clear answer twice."""
    return RadioField(lazy_gettext("Without a clear answer"), default="send")


class ConditionForm(Form):
    """A form with a condition, whose fields each makes for itself, so that they stand where its page has them."""

    condition_url: StringField
    condition_unclear: RadioField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.condition_unclear.choices = [
            SelectChoice("send", gettext("Send all the same")),
            SelectChoice("hold", gettext("Hold for a person")),
        ]
        if not self.condition_unclear.data:
            self.condition_unclear.data = "send"

    @property
    def condition_holds(self) -> bool:
        """Whether no clear answer holds the shipment for a person."""
        return bool(self.condition_url.data) and self.condition_unclear.data == "hold"

    def check_condition(self) -> None:
        """Refuse an address that can never be asked."""
        try:
            if self.condition_url.data:
                check_url(self.condition_url.data)
        except InvalidUrl as fault:
            self.condition_url.errors = (*self.condition_url.errors, gettext(fault.words))
