"""Filling an order's texts from a template: what is offered, what was chosen, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from app.accounts.models import ServiceOwner
from app.db import db
from app.messaging.scheme import channels_of
from app.messaging.status import Channel
from app.orders.message import Texts
from app.texts import queries, service
from app.texts.models import TextTemplate, TextVersion
from app.texts.queries import Line, Used
from app.texts.service import Said
from app.web.forms import Form

LARGEST = 2**63


class TemplateFields(Form):
    """The part of an order's form that chooses a template, and remembers which one its texts came from."""

    template_id = SelectField(lazy_gettext("Template"), coerce=str, validate_choice=False)
    template_version_id = HiddenField()

    def offer_templates(self, owners: Sequence[ServiceOwner]) -> None:
        """Offer the templates of these service owners, named by theirs where there are several."""
        lines = queries.offered([owner.id for owner in owners])
        choices = [SelectChoice(str(line.id), _label(line, several=len(owners) > 1)) for line in lines]
        self.template_id.choices = [SelectChoice("", gettext("Choose")), *choices]

    @property
    def offers_templates(self) -> bool:
        """Whether there is any to choose."""
        return len(self.template_id.choices) > 1

    def origin(self, service_owner_id: int | None) -> int | None:
        """The version that the texts came from, if it is the service owner's own."""
        version_id = _number(self.template_version_id.data)
        owner = queries.owner_of_version(version_id) if version_id else None
        return version_id if owner is not None and owner == service_owner_id else None


def _label(line: Line, *, several: bool) -> str:
    return f"{line.name} ({line.service_owner})" if several else line.name


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


def used(version_id: int | None) -> Used | None:
    """Name the version that an order was filled from; None where it was from none."""
    return queries.used(version_id) if version_id else None


def is_changed(version_id: int, order: Texts) -> bool:
    """Whether an order says anything else, on its channels, than the version that it was filled from."""
    said = service.said_by(db.session.get_one(TextVersion, version_id))
    return any(_differs(channel, order, said) for channel in channels_of(order.channel))


def _differs(channel: Channel, order: Texts, said: Said) -> bool:
    wording = said.wordings[said.language]
    if channel is Channel.SMS:
        return order.sms_text != wording.sms_text
    return (order.email_subject, order.email_text) != (wording.email_subject, wording.email_text)


def context(order: Any) -> Mapping[str, Any]:
    """What pages say of the template of an order or draft."""
    found = used(order.template_version_id) if order is not None else None
    return {"origin": found, "origin_is_changed": found is not None and is_changed(found.version_id, order)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and text.isascii() and int(text) < LARGEST else 0
