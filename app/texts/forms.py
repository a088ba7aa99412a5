"""The form of a template: its name, and what it says in each language."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.accounts.models import ServiceOwner
from app.messaging.language import Language, Wording
from app.texts import words
from app.texts.service import Said
from app.web.forms import FieldError, Form, to_choose
from app.web.typed import plain, trimmed

_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")
_SHORT = Length(max=255, message=lazy_gettext("Use at most 255 characters."))
_TEXTS = tuple(Wording.__dataclass_fields__)
_NOT_ENDLESS = Length(max=100_000, message=lazy_gettext("Use at most 100,000 characters."))


def _line(text: str | None) -> str:
    return trimmed(_BREAKS.sub(" ", text or ""))


class WordingFields(Form):
    """Three fields for each language; those of one are named by its code."""

    def wording(self, language: Language) -> Wording:
        """What was typed in one language."""
        return Wording(*((self[f"{name}_{language}"].data or "") for name in Wording.__dataclass_fields__))


for _language in Language:
    # WTForms reads fields as attributes of the class, in the order in which they were made.
    setattr(
        WordingFields,
        f"sms_text_{_language}",
        TextAreaField(lazy_gettext("Text of the SMS"), filters=[plain], validators=[_NOT_ENDLESS]),
    )
    setattr(
        WordingFields,
        f"email_subject_{_language}",
        StringField(lazy_gettext("Subject of the e-mail"), filters=[_line], validators=[_SHORT]),
    )
    setattr(
        WordingFields,
        f"email_text_{_language}",
        TextAreaField(lazy_gettext("Text of the e-mail"), filters=[plain], validators=[_NOT_ENDLESS]),
    )


class TemplateForm(WordingFields):
    """A template as it is written; `seen_no` is the version that was shown."""

    seen_no = HiddenField()
    service_owner_id = SelectField(lazy_gettext("Service owner"), coerce=str, validate_choice=False)
    name = StringField(
        lazy_gettext("Name"), filters=[_line], validators=[DataRequired(lazy_gettext("Enter a name.")), _SHORT]
    )
    language = RadioField(lazy_gettext("Language where none is known"))
    email_is_markdown = BooleanField(lazy_gettext("The e-mail has formatting"))
    note = StringField(lazy_gettext("What you changed"), filters=[_line], validators=[_SHORT])

    def __init__(self, owners: Sequence[ServiceOwner], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        names = [SelectChoice(str(owner.id), f"{owner.name} ({owner.short_name})") for owner in owners]
        self.service_owner_id.choices = to_choose(names)
        self.language.choices = [SelectChoice(language.value, words.language(language)) for language in Language]

    def errors_in_order(self) -> list[FieldError]:
        """As they stand on the page: the texts, whose fields were made first, come last."""
        return sorted(super().errors_in_order(), key=lambda error: error.anchor.startswith(_TEXTS))

    @classmethod
    def blank(cls, owners: Sequence[ServiceOwner]) -> "TemplateForm":
        """Open the form as a new template starts."""
        return cls(owners, data={"language": Language.BOKMAL.value})

    @classmethod
    def of(cls, name: str, no: int, said: Said) -> "TemplateForm":
        """Open the form as a template stands."""
        texts = {
            f"{field}_{language}": getattr(wording, field)
            for language, wording in said.wordings.items()
            for field in Wording.__dataclass_fields__
        }
        head = {"name": name, "seen_no": str(no), "language": said.language.value}
        return cls((), data={**head, **texts, "email_is_markdown": said.email_is_markdown})

    @property
    def owner(self) -> ServiceOwner | None:
        """The service owner that was chosen, where the person sends for it."""
        if len(self.owners) == 1:
            return self.owners[0]
        return next((one for one in self.owners if str(one.id) == self.service_owner_id.data), None)

    def said(self) -> Said:
        """What was typed in all languages that anything was typed in."""
        written = {language: self.wording(language) for language in Language}
        wordings = {language: wording for language, wording in written.items() if not wording.is_empty}
        return Said(Language(self.language.data), wordings, bool(self.email_is_markdown.data))

    def check(self) -> bool:
        """Judge what was typed: something must be said in the language that everybody may get."""
        super().validate()
        if self.language.errors:
            return False
        language = Language(self.language.data)
        wording = self.wording(language)
        if wording.is_empty:
            _refuse(self[f"sms_text_{language}"], gettext("Write an SMS or an e-mail in this language."))
        elif wording.has_email and not wording.email_text.strip():
            _refuse(self[f"email_text_{language}"], gettext("Enter a text."))
        return not self.errors


def _refuse(field: Any, text: str) -> None:
    field.errors = [*field.errors, text]
