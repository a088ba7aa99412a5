"""Filling an order's texts from a template: what is offered, what was chosen, and what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.accounts.models import ServiceOwner
from app.db import db
from app.messaging.language import Language, Wording
from app.messaging.scheme import channels_of
from app.messaging.status import Channel
from app.orders.message import Texts, one_line
from app.texts import queries, service
from app.texts import words as text_words
from app.texts.forms import WordingFields
from app.texts.models import TextTemplate, TextVersion
from app.texts.queries import Line, Used
from app.texts.service import Said

LARGEST = 2**63
_SHORT = Length(max=255, message=lazy_gettext("Use at most 255 characters."))


def _one_line(text: str | None) -> str:
    return one_line(text or "")


class TextFields(WordingFields):
    """The part of an order's form that holds its texts in other languages, and where all of them came from."""

    template_id = SelectField(lazy_gettext("Template"), coerce=str, validate_choice=False)
    template_version_id = HiddenField()
    language = SelectField(lazy_gettext("Language of the texts"), coerce=str, validate_choice=False)
    language_column = StringField(
        lazy_gettext("Column that says each recipient's language"), filters=[_one_line], validators=[_SHORT]
    )

    def offer_templates(self, owners: Sequence[ServiceOwner]) -> None:
        """Offer the templates of these service owners, named by theirs where there are several."""
        lines = queries.offered([owner.id for owner in owners])
        choices = [SelectChoice(str(line.id), _label(line, several=len(owners) > 1)) for line in lines]
        self.template_id.choices = [SelectChoice("", gettext("Choose")), *choices]
        self.language.choices = [SelectChoice(one.value, text_words.language(one)) for one in Language]

    @property
    def spoken(self) -> str:
        """The language of the order's own texts; empty where the form did not say."""
        return self.language.data if self.language.data in set(Language) else ""

    @property
    def others(self) -> list[Language]:
        """The languages that something is typed in beside the order's own."""
        return [one for one in Language if one != self.spoken and not self.wording(one).is_empty]

    def wordings(self, channels: Collection[Channel]) -> dict[str, dict[str, str]]:
        """What was typed in other languages, as far as it goes on these channels."""
        kept = {one: _on(self.wording(one), channels) for one in self.others}
        return {one.value: asdict(wording) for one, wording in kept.items() if not wording.is_empty}

    @property
    def offers_templates(self) -> bool:
        """Whether there is any to choose."""
        return len(self.template_id.choices) > 1

    def origin(self, service_owner_id: int | None) -> int | None:
        """The version that the texts came from, if it is the service owner's own."""
        version_id = _number(self.template_version_id.data)
        owner = queries.owner_of_version(version_id) if version_id else None
        return version_id if owner is not None and owner == service_owner_id else None


def _on(wording: Wording, channels: Collection[Channel]) -> Wording:
    sms = wording.sms_text if Channel.SMS in channels else ""
    subject, text = (wording.email_subject, wording.email_text) if Channel.EMAIL in channels else ("", "")
    return Wording(sms, subject, text)


def _label(line: Line, *, several: bool) -> str:
    return f"{line.name} ({line.service_owner})" if several else line.name


def typed(language: str, wordings: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The fields of a form that hold texts in other languages."""
    fields = {f"{name}_{code}": text for code, words in wordings.items() for name, text in words.items()}
    return {"language": language or Language.BOKMAL.value, **fields}


def fill(form: Any, template_id: str | None) -> bool:
    """Put a template's latest texts in the place of an order's; false, with the reason at the field, where it cannot.

    The form's service owner becomes the template's where none is chosen.
    """
    template = _chosen(form.owners, template_id)
    if template is None:
        form.template_id.errors = (gettext("Choose a template of a service owner that you send for."),)
        return False
    form.service_owner_id.data = form.service_owner_id.data or template.service_owner_id
    if form.service_owner_id.data != template.service_owner_id:
        form.template_id.errors = (gettext("This template belongs to another service owner than the order."),)
        return False
    version = service.version(template.id, template.current_no)
    said = service.said_by(version)
    if lacking := _lacking(form, said):
        form.template_id.errors = (lacking,)
        return False
    _fill(form, said)
    form.template_version_id.data, form.template_id.data = str(version.id), ""
    return True


def open_with(form: Any, template_id: str) -> None:
    """Do the same to a new order that is only shown, on the channels on which the template says something."""
    template = _chosen(form.owners, template_id)
    if template is None:
        return
    said = service.said_by(service.version(template.id, template.current_no))
    wording = said.wordings[said.language]
    if not (wording.has_sms and wording.has_email):
        form.channel.data = "sms" if wording.has_sms else "email"
    fill(form, template_id)


def _chosen(owners: Sequence[ServiceOwner], template_id: str | None) -> TextTemplate | None:
    found = queries.template_of(_number(template_id), [owner.id for owner in owners])
    return None if found is None or found.archived_at else found


def _lacking(form: Any, said: Said) -> str:
    wording = said.wordings[said.language]
    if Channel.SMS in form.channels and not wording.has_sms:
        return gettext("This template says nothing by SMS. Choose another channel or another template.")
    if Channel.EMAIL in form.channels and not wording.has_email:
        return gettext("This template says nothing by e-mail. Choose another channel or another template.")
    return ""


def _fill(form: Any, said: Said) -> None:
    wording = said.wordings[said.language]
    form.sms_text.data, form.email_subject.data = wording.sms_text, wording.email_subject
    form.email_text.data, form.email_is_markdown.data = wording.email_text, said.email_is_markdown
    form.language.data = said.language.value
    for language in Language:
        other = said.wordings.get(language, Wording()) if language is not said.language else Wording()
        for name in Wording.__dataclass_fields__:
            form[f"{name}_{language}"].data = getattr(other, name)


def used(version_id: int | None) -> Used | None:
    """Name the version that an order was filled from; None where it was from none."""
    return queries.used(version_id) if version_id else None


def is_changed(version_id: int, order: Texts) -> bool:
    """Whether an order says anything else, on its channels, than the version that it was filled from."""
    said = service.said_by(db.session.get_one(TextVersion, version_id))
    channels = channels_of(order.channel)
    before = {code.value: _on(wording, channels) for code, wording in said.wordings.items()}
    own = Wording(order.sms_text, order.email_subject, order.email_text)
    now = {order.language or said.language: own, **{code: Wording(**words) for code, words in order.wordings.items()}}
    return {code: one for code, one in before.items() if not one.is_empty} != {
        code: _on(one, channels) for code, one in now.items()
    }


def context(order: Any) -> Mapping[str, Any]:
    """What pages say of the template of an order or draft."""
    found = used(order.template_version_id) if order is not None else None
    return {"origin": found, "origin_is_changed": found is not None and is_changed(found.version_id, order)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and text.isascii() and int(text) < LARGEST else 0
