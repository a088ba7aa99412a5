"""Forms of country pages: what if, and a rule of our own."""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from app.country_rules.countries import words
from app.country_rules.terms import Outcome, Policy, SenderKind
from app.db import utcnow
from app.messaging.address import InvalidAddress, parse_phone
from app.web.formats import OSLO
from app.web.forms import Form

_OWN_POLICIES = (Policy.ALLOW, Policy.WARN, Policy.BLOCK)
"""To substitute or reroute wants a number or an address: those are decided for a whole country."""


def _at_most(characters: int) -> Length:
    return Length(max=characters, message=lazy_gettext("Write at most %(max)d characters."))


def _plain(text: str | None) -> str:
    """Drop what no database stores, and blanks around the text."""
    return "".join(one for one in text or "" if one.isprintable() or one in "\n\t").strip()


def _checkboxes(label: LazyString) -> SelectMultipleField:
    """Several of a few choices; none means that it does not matter."""
    return SelectMultipleField(label, option_widget=CheckboxInput())


class WhatIfForm(Form):
    """One SMS to ask about; nothing of it is kept."""

    try_number = StringField(lazy_gettext("Recipient's phone number"), [_at_most(40)], [_plain])
    try_owner = SelectField(lazy_gettext("Service owner"))
    try_sender = StringField(lazy_gettext("Sender"), [_at_most(40)], [_plain])
    try_text = TextAreaField(lazy_gettext("Text"), [_at_most(2000)], [_plain])
    try_on = DateField(lazy_gettext("Sent on"), [DataRequired(lazy_gettext("Choose a day."))])
    try_registered = BooleanField(lazy_gettext("As if the sender were registered there"))

    def validate_try_number(self, field: StringField) -> None:
        """Refuse what is no phone number; none means the page's country."""
        try:
            if field.data:
                parse_phone(field.data)
        except InvalidAddress as error:
            raise ValidationError(gettext(error.words)) from error


class OwnRuleForm(Form):
    """A rule of our own, and which version of it was read."""

    dimension = SelectField(lazy_gettext("Looks at"))
    outcome = SelectField(lazy_gettext("Outcome"))
    policy = SelectField(lazy_gettext("What we do"))
    sentence = TextAreaField(
        lazy_gettext("The rule in one sentence"),
        [DataRequired(lazy_gettext("Say in a sentence what the country does.")), _at_most(300)],
        [_plain],
    )
    shown_as = StringField(lazy_gettext("Shown as"), [_at_most(20)], [_plain])
    kinds = _checkboxes(lazy_gettext("The sender is"))
    origins = _checkboxes(lazy_gettext("A number as sender is"))
    standings = _checkboxes(lazy_gettext("The sender's registration"))
    links = _checkboxes(lazy_gettext("The text has"))
    nominated = SelectField(lazy_gettext("The sender is nominated for links"))
    effective_from = DateField(lazy_gettext("First day"), [Optional()])
    effective_until = DateField(lazy_gettext("No longer from"), [Optional()])
    remedies = _checkboxes(lazy_gettext("What mends it"))
    confidence = SelectField(lazy_gettext("Confidence"))
    source_publisher = StringField(
        lazy_gettext("Who says it"), [DataRequired(lazy_gettext("Say who says it.")), _at_most(100)], [_plain]
    )
    source_kind = SelectField(lazy_gettext("What they are"))
    source_url = URLField(
        lazy_gettext("Where it is said"),
        [DataRequired(lazy_gettext("Give the address of the page.")), _at_most(500)],
        [_plain],
    )
    source_as_of = DateField(lazy_gettext("Read on"), [DataRequired(lazy_gettext("Say when you read it."))])
    note = TextAreaField(lazy_gettext("Note"), [_at_most(1000)], [_plain])
    above = SelectField(lazy_gettext("Stands above"))

    def offer(self, rules_of_the_file: list[tuple[str, str]]) -> "OwnRuleForm":
        """Fill in what may be chosen."""
        either = [("", lazy_gettext("It does not matter")), ("yes", lazy_gettext("Yes")), ("no", lazy_gettext("No"))]
        self.dimension.choices = words.choices(
            {one: said for one, said in words.DIMENSIONS.items() if one.value != "format"}
        )
        self.outcome.choices = [(one.value, words.outcome(one)) for one in Outcome]
        self.policy.choices = [
            ("", lazy_gettext("What is usual for the outcome")),
            *words.choices({one: words.POLICIES[one] for one in _OWN_POLICIES}),
        ]
        self.kinds.choices, self.origins.choices = words.choices(words.KINDS), words.choices(words.ORIGINS)
        self.standings.choices, self.links.choices = words.choices(words.STANDINGS), words.choices(words.LINKS)
        self.remedies.choices = [(one.value, words.remedy(one)) for one in words.REMEDIES]
        self.confidence.choices = words.choices(words.CONFIDENCES)
        self.source_kind.choices, self.nominated.choices = words.choices(words.SOURCE_KINDS), either
        self.above.choices = [("", lazy_gettext("No rule of the file in particular")), *rules_of_the_file]
        return self

    def validate_effective_until(self, field: DateField) -> None:
        """Refuse a window in which no day lies."""
        if field.data and self.effective_from.data and field.data <= self.effective_from.data:
            raise ValidationError(lazy_gettext("This must come after the first day."))

    def validate_origins(self, field: Any) -> None:
        """Refuse a condition that nothing can meet."""
        if field.data and self.kinds.data and SenderKind.NUMBER.value not in self.kinds.data:
            raise ValidationError(lazy_gettext("Only a number is of a country: let the sender be a number, too."))

    def validate_source_url(self, field: URLField) -> None:
        """Refuse what is no address of a page."""
        parts = urlsplit(field.data or "")
        if parts.scheme not in ("http", "https") or "." not in (parts.hostname or ""):
            raise ValidationError(lazy_gettext("Write the whole address, from https:// on."))

    def validate_source_as_of(self, field: DateField) -> None:
        """Refuse what was read in the future."""
        if field.data and field.data > utcnow().astimezone(OSLO).date():
            raise ValidationError(lazy_gettext("This day is still to come."))


class ReasonForm(Form):
    """Why a rule is added, changed or ended."""

    reason = StringField(
        lazy_gettext("Reason"), [DataRequired(lazy_gettext("Give a reason; it is kept.")), _at_most(300)], [_plain]
    )
    seen = HiddenField()
