"""Forms of the registrations; those of the fields are made from the table of fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.validators import DataRequired, Length

from app.sender_ids import values
from app.sender_ids.fields import FIELDS, Field, Kind
from app.sender_ids.models import SenderRegistration
from app.sender_ids.refusals import FieldsRefused, RegistrationRefused
from app.web.forms import Form, chosen_id
from app.web.typed import trimmed


def _short(most: int = 200) -> Length:
    return Length(max=most, message=lazy_gettext("Write at most %(max)d characters."))


class AskForm(Form):
    """Which sender ID is wanted where, and for whom."""

    service_owner = SelectField(
        lazy_gettext("Service owner"), [DataRequired(lazy_gettext("Choose a service owner."))], coerce=chosen_id
    )
    country = SelectField(lazy_gettext("Country"), [DataRequired(lazy_gettext("Choose a country."))])
    sender = StringField(
        lazy_gettext("Sender ID"), [DataRequired(lazy_gettext("Write the sender ID.")), _short(20)], [trimmed]
    )
    given = HiddenField()
    """What stands for the hosts that are wanted."""


class MoveForm(Form):
    """Why a status is changed, and by when the next step is due."""

    revision = HiddenField()
    reason = TextAreaField(lazy_gettext("Reason"), [_short(1000)], [trimmed])
    due_on = StringField(lazy_gettext("Next step due on"), [_short(10)], [trimmed])


class HostsForm(Form):
    """Which hosts are wanted."""

    hosts = TextAreaField(lazy_gettext("Hosts to have approved"), [_short(4000)], [trimmed])


class AnswerForm(Form):
    """What becomes of hosts that were asked for, as they stood at a revision."""

    revision = HiddenField()
    reason = TextAreaField(lazy_gettext("Reason"), [_short(1000)], [trimmed])


class EvidenceForm(Form):
    """A file, and what it proves."""

    kind = SelectField(lazy_gettext("What it is"))
    file = FileField(lazy_gettext("File"))


class OperatorForm(Form):
    """What one operator made of it."""

    operator = StringField(
        lazy_gettext("Operator"), [DataRequired(lazy_gettext("Name the operator.")), _short(80)], [trimmed]
    )
    status = SelectField(lazy_gettext("Status there"))
    since_on = StringField(lazy_gettext("Since"), [_short(10)], [trimmed])
    note = StringField(lazy_gettext("Note"), [_short()], [trimmed])


class ImportForm(Form):
    """A file of registrations."""

    file = FileField(lazy_gettext("File"))
    confirmed = HiddenField()


def fields_form(fields: Iterable[Field], row: SenderRegistration | None = None, base: type[Form] = Form) -> Form:
    """Make a form of these fields, filled from a registration where nothing was posted."""
    own: dict[str, Any] = {field.name: _form_field(field) for field in fields}
    if base is Form:
        own["revision"] = HiddenField()
    form: Form = type("RegistrationForm", (base,), own)(data=_said(row) if row else None)
    return form


def _said(row: SenderRegistration) -> Mapping[str, Any]:
    texts = {field.name: values.written(field, getattr(row, field.name)) for field in FIELDS}
    flags = {field.name: bool(getattr(row, field.name)) for field in FIELDS if field.kind is Kind.FLAG}
    return {**texts, **flags, "revision": str(row.revision)}


def _form_field(field: Field) -> FormField:
    if field.kind is Kind.FLAG:
        return BooleanField(field.label)
    return TextAreaField(field.label) if field.has_many_lines else StringField(field.label)


def typed(form: Form, fields: Sequence[Field]) -> dict[str, Any]:
    """Read what was typed in these fields; raises `FieldsRefused`, and writes to each field what is wrong with it."""
    said, wrong = {}, {}
    for field in fields:
        try:
            said[field.name] = values.read(field, _text(form, field))
        except RegistrationRefused as refused:
            wrong[field.name] = str(refused)
            form[field.name].errors = (str(refused),)
    if wrong:
        raise FieldsRefused(wrong)
    return said


def _text(form: Form, field: Field) -> str:
    data = form[field.name].data
    if field.kind is Kind.FLAG:
        return "yes" if data else ""
    return str(data or "")
