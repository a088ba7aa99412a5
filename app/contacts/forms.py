"""Forms of the embedded register."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, SearchField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.contacts import words
from app.contacts.answer import Standing
from app.contacts.queries import number_in
from app.intake.pasted import split_pasted
from app.messaging.address import parse_email, parse_phone
from app.messaging.identity import Identity, IdentityKind, looks_like_identity, parse_organisation, parse_person
from app.messaging.invalid import InvalidAddress
from app.web.forms import FieldError, Form
from app.web.typed import trimmed

MOST_ADDRESSES = 20
_ANSWERED = (Standing.FOUND, Standing.NOT_FOUND, Standing.DECEASED)


def _short() -> Length:
    return Length(max=200, message=lazy_gettext("Write at most 200 characters."))


class SearchForm(Form):
    """Find an entry; an identity number never stands in an address."""

    search = SearchField(
        lazy_gettext("Number or name"),
        [Length(max=200, message=lazy_gettext("Write at most 200 characters."))],
        [trimmed],
    )


class EntryForm(Form):
    """What the embedded register says of somebody."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Enter a name.")), _short()],
        [trimmed],
    )
    standing = SelectField(lazy_gettext("In the register"), coerce=int)
    emails = TextAreaField(lazy_gettext("E-mail addresses"), filters=[trimmed])
    phones = TextAreaField(lazy_gettext("Phone numbers"), filters=[trimmed])
    is_reserved = BooleanField(lazy_gettext("Reserved against electronic communication"))
    confirmed_on = DateField(lazy_gettext("Contact points confirmed on"), validators=[Optional()])
    language = SelectField(lazy_gettext("Language"))

    def __init__(self, kind: IdentityKind | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind
        self.standing.choices = [SelectChoice(str(int(one)), str(words.STANDINGS[one])) for one in _ANSWERED]
        self.language.choices = [SelectChoice(code, str(name)) for code, name in words.LANGUAGES.items()]

    def check(self) -> bool:
        """Judge what was typed, the addresses too; a person has one of each at most."""
        super().validate()
        self._check_addresses(self.emails, lambda text: parse_email(text).address)
        self._check_addresses(self.phones, lambda text: parse_phone(text).e164)
        return not self.errors

    def _check_addresses(self, field: Any, parse: Any) -> None:
        written = [text for _, text in split_pasted(field.data or "")]
        most = 1 if self.kind is IdentityKind.PERSON else MOST_ADDRESSES
        if len(written) > most:
            field.errors = (_too_many(self.kind),)
            return
        try:
            field.data = "\n".join(dict.fromkeys(parse(text) for text in written))
        except InvalidAddress as error:
            field.errors = (gettext(error.words),)


def _too_many(kind: IdentityKind | None) -> str:
    if kind is IdentityKind.PERSON:
        return gettext("A person has one of these at most.")
    return gettext("Write at most %(most)s of these.", most=MOST_ADDRESSES)


class NewEntryForm(EntryForm):
    """Somebody who is not in the embedded register yet."""

    number = StringField(lazy_gettext("Identity number or organisation number"), filters=[trimmed])

    def errors_in_order(self) -> list[FieldError]:
        """As they stand on the page, where the number comes first."""
        return sorted(super().errors_in_order(), key=lambda error: error.anchor != self.number.id)

    def check(self) -> bool:
        """Judge the number as well; only synthetic ones may be entered."""
        self.identity = self._identity()
        self.kind = self.identity.kind if self.identity else None
        refusal = tuple(self.number.errors)
        super().check()
        self.number.errors = refusal
        return not self.errors

    def _identity(self) -> Identity | None:
        try:
            found = number_in(self.number.data or "") or _parsed(self.number.data or "")
        except InvalidAddress as error:
            self.number.errors = (gettext(error.words),)
            return None
        if not found.is_test:
            words_of_it = gettext("Only synthetic numbers may be entered, such as Tenor's: this one may be somebody's.")
            self.number.errors = (words_of_it,)
            return None
        return found


def _parsed(text: str) -> Identity:
    """Raise InvalidAddress with the reason that fits the number's length."""
    is_organisation = looks_like_identity(text) and sum(character.isdigit() for character in text) == 9
    return parse_organisation(text) if is_organisation else parse_person(text)
