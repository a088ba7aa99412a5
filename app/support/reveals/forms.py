"""What is asked before a notification is uncovered, and what the list of reveals is filtered by."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, ValidationError

from app.support.reveals.models import RevealReason
from app.support.reveals.queries import Wanted
from app.support.reveals.service import Why
from app.support.reveals.words import REASONS
from app.support.telling import without_personal_data
from app.web.forms import Form
from app.web.ids import id_named
from app.web.typed import trimmed

_TOO_LONG = lazy_gettext("Write at most 500 characters.")


class RevealForm(Form):
    """Why somebody needs to see a notification uncovered."""

    reason = SelectField(lazy_gettext("Reason"))
    words = TextAreaField(
        lazy_gettext("In your own words"),
        filters=[trimmed],
        validators=[Length(max=500, message=_TOO_LONG), without_personal_data],
    )
    case_reference = StringField(
        lazy_gettext("Case reference"),
        filters=[trimmed],
        validators=[
            Length(max=100, message=lazy_gettext("A case reference has at most 100 characters.")),
            without_personal_data,
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the reasons, none of them chosen beforehand."""
        super().__init__(*args, **kwargs)
        known = [SelectChoice(str(int(reason)), str(words)) for reason, words in REASONS.items()]
        self.reason.choices = [SelectChoice("", str(lazy_gettext("Choose a reason"))), *known]

    def validate_reason(self, field: Field) -> None:
        """Refuse to go on without a reason."""
        if not field.data:
            raise ValidationError(lazy_gettext("Choose a reason."))

    def validate_words(self, field: Field) -> None:
        """Another reason than those of the list must be told."""
        if self.reason.data == str(int(RevealReason.OTHER)) and not field.data:
            raise ValidationError(lazy_gettext("Say what the reason is."))

    def why(self) -> Why:
        """Give what was said."""
        return Why(RevealReason(int(self.reason.data)), self.words.data or "", self.case_reference.data or "")


class WhoForm(Form):
    """The filter of the list of reveals; what it does not know finds nothing."""

    person = SelectField(lazy_gettext("Who"), validate_choice=False)
    from_on = DateField(lazy_gettext("From the day"), validators=[Optional()])
    until_on = DateField(lazy_gettext("To the day"), validators=[Optional()])

    def wanted(self) -> Wanted:
        """Read the filter."""
        return Wanted(_id(self.person.data), self.from_on.data, self.until_on.data)


def _id(text: str | None) -> int | None:
    # 0 is nobody: ids are counted from 1.
    return (id_named(text) or 0) if text else None
