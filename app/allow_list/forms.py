"""Forms of the allow-list."""

from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.web import days
from app.web.forms import Form, chosen_id, size_of
from app.web.typed import trimmed

LARGEST_FILE = 2 * 1024 * 1024
_LONGEST = 200


def _short(most: int = _LONGEST) -> Length:
    return Length(max=most, message=lazy_gettext("Write at most %(max)d characters."))


class RequestForm(Form):
    """Numbers to ask for, and what is said of all of them."""

    service_owner = SelectField(
        lazy_gettext("Service owner"), [DataRequired(lazy_gettext("Choose a service owner."))], coerce=chosen_id
    )
    numbers = TextAreaField(lazy_gettext("Phone numbers"), filters=[trimmed])
    file = FileField(lazy_gettext("Or a file of numbers"))
    holder = StringField(
        lazy_gettext("Whose phone it is"), [DataRequired(lazy_gettext("Say whose phone it is.")), _short()], [trimmed]
    )
    consent_on = DateField(
        lazy_gettext("Consent given on"), [DataRequired(lazy_gettext("Say when the owner of the phone consented."))]
    )
    consent_how = StringField(
        lazy_gettext("How consent was given"),
        [DataRequired(lazy_gettext("Say how the consent was given.")), _short()],
        [trimmed],
    )
    purpose = StringField(
        lazy_gettext("Purpose"), [DataRequired(lazy_gettext("Say what it is for.")), _short()], [trimmed]
    )
    from_on = DateField(lazy_gettext("First day"), [DataRequired(lazy_gettext("Choose the first day."))])
    until_on = DateField(lazy_gettext("Last day"), [DataRequired(lazy_gettext("Choose the last day."))])
    note = TextAreaField(lazy_gettext("Note"), [_short(1000)], filters=[trimmed])
    is_tenor = BooleanField(lazy_gettext("The number belongs to a Tenor test person"))
    confirmed = HiddenField()

    def validate_numbers(self, field: Any) -> None:
        """Refuse a request for no number at all."""
        if not (field.data or self.file.data):
            raise ValidationError(lazy_gettext("Write at least one phone number, or choose a file."))

    def validate_file(self, field: Any) -> None:
        """Refuse a file that is larger than any list of so many numbers."""
        if isinstance(field.data, FileStorage) and size_of(field.data) > LARGEST_FILE:
            raise ValidationError(lazy_gettext("The file is larger than 2 MB."))

    def validate_consent_on(self, field: Any) -> None:
        """Refuse a consent of the future."""
        if field.data and field.data > days.today():
            raise ValidationError(lazy_gettext("The consent is dated in the future."))


class ReasonForm(Form):
    """Why something is turned down or ended."""

    reason = StringField(lazy_gettext("Reason"), [_short()], [trimmed])


class CodeForm(Form):
    """The code that came by SMS."""

    code = StringField(
        lazy_gettext("Code from the SMS"), [DataRequired(lazy_gettext("Write the six digits.")), _short(20)], [trimmed]
    )


class KrrForm(Form):
    """What is known of a Tenor test person at KRR."""

    is_tenor = BooleanField(lazy_gettext("The number belongs to a Tenor test person"))
    krr_status = SelectField(lazy_gettext("Allow-listing at KRR"), coerce=int)
    krr_asked_on = DateField(lazy_gettext("Asked on"), [Optional()])


class SearchForm(Form):
    """Find numbers; what is typed is personal and never stands in an address."""

    search = SearchField(lazy_gettext("Number, name or purpose"), [_short()], [trimmed])


def cap_field(label: Any) -> IntegerField:
    """A field for how many entries may be active."""
    words = lazy_gettext("Write a whole number from 0 to 100,000.")
    return IntegerField(label, [InputRequired(words), NumberRange(0, 100_000, words)])
