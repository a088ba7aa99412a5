"""Forms about people, service owners and signing in; a class stands before those that continue its page."""

from typing import Any

from flask import current_app
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, PasswordField, SelectMultipleField, StringField, TelField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput

from app.accounts.models import ServiceOwner
from app.messaging.address import InvalidAddress, parse_email, parse_from, parse_phone
from app.messaging.days import Days, left_out
from app.messaging.logo import LARGEST, InvalidLogo, Logo, read_logo
from app.messaging.sender import InvalidSender, check_sender
from app.web.forms import Form

_NAME = [
    DataRequired(lazy_gettext("Enter a name.")),
    Length(max=200, message=lazy_gettext("Use at most 200 characters.")),
]
_LONGEST_TYPED = Length(max=1000, message=lazy_gettext("This is too long to be a password."))


def _is_address(_form: Form, field: StringField) -> None:
    try:
        parse_email(field.data or "")
    except InvalidAddress as error:
        raise ValidationError(gettext(error.words)) from error


def _is_from_address(_form: Form, field: StringField) -> None:
    try:
        parse_from(field.data or "", current_app.config["SMTP_FROM_DOMAINS"])
    except InvalidAddress as error:
        raise ValidationError(gettext(error.words)) from error


def _is_phone_if_given(_form: Form, field: StringField) -> None:
    try:
        if (field.data or "").strip():
            parse_phone((field.data or "").strip())
    except InvalidAddress as error:
        raise ValidationError(gettext(error.words)) from error


def _is_sender(_form: Form, field: StringField) -> None:
    try:
        check_sender(field.data or "")
    except InvalidSender as error:
        raise ValidationError(gettext(error.words)) from error


def _password(label: Any, missing: Any) -> PasswordField:
    return PasswordField(label, [DataRequired(missing), _LONGEST_TYPED])


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField(lazy_gettext("E-mail address"), [DataRequired(lazy_gettext("Enter your e-mail address."))])
    password = _password(lazy_gettext("Password"), lazy_gettext("Enter your password."))


class SearchForm(Form):
    """A part of a name or e-mail address."""

    search = StringField(lazy_gettext("Name or e-mail address"), [Length(max=200)])


class _PresentPasswordForm(Form):
    present_password = _password(lazy_gettext("Present password"), lazy_gettext("Enter your present password."))


class NewPasswordForm(Form):
    """A password chosen anew, typed twice."""

    password = _password(lazy_gettext("New password"), lazy_gettext("Enter a new password."))
    again = _password(lazy_gettext("New password again"), lazy_gettext("Enter the new password again."))

    def validate_again(self, field: PasswordField) -> None:
        """Refuse two different entries."""
        if self.password.data and field.data != self.password.data:
            raise ValidationError(gettext("This is not the same as the new password above."))


class ChangePasswordForm(_PresentPasswordForm, NewPasswordForm):
    """Another password for oneself, proven by the present one."""


class _AddressForm(Form):
    email = EmailField(
        lazy_gettext("E-mail address"), [DataRequired(lazy_gettext("Enter an e-mail address.")), _is_address]
    )


class _ShortNameForm(Form):
    short_name = StringField(lazy_gettext("Short name"), [DataRequired(lazy_gettext("Enter a short name."))])


class NameForm(Form):
    """What somebody is called."""

    name = StringField(lazy_gettext("Name"), _NAME)


class MobileForm(Form):
    """One's own mobile number; empty forgets it."""

    mobile = TelField(lazy_gettext("Mobile number"), [_is_phone_if_given])

    def e164(self) -> str:
        """The number that was typed."""
        typed = (self.mobile.data or "").strip()
        return parse_phone(typed).e164 if typed else ""


class PersonForm(NameForm):
    """A person's name, roles and service owners."""

    is_administrator = BooleanField(lazy_gettext("Administrator"))
    is_support = BooleanField(lazy_gettext("Support"))
    service_owners = SelectMultipleField(lazy_gettext("Sender for"), coerce=int, option_widget=CheckboxInput())


class NewPersonForm(_AddressForm, PersonForm):
    """A new person; the e-mail address is what they sign in with and does not change."""


class ServiceOwnerForm(NameForm):
    """A service owner's name, and what its new orders start with."""

    sms_sender = StringField(
        lazy_gettext("SMS sender"), [DataRequired(lazy_gettext("Enter what the phone shows as sender.")), _is_sender]
    )
    email_from = EmailField(
        lazy_gettext("E-mail sender"),
        [DataRequired(lazy_gettext("Enter the address that e-mail comes from.")), _is_from_address],
    )
    weekdays_only = BooleanField(lazy_gettext("Weekdays only"))
    no_holidays = BooleanField(lazy_gettext("Not on Norwegian public holidays"))

    @classmethod
    def of(cls, owner: ServiceOwner) -> "ServiceOwnerForm":
        """Open the form as a service owner stands."""
        weekdays, holidays = bool(owner.days & Days.WEEKDAYS_ONLY), bool(owner.days & Days.NO_HOLIDAYS)
        return cls(obj=owner, weekdays_only=weekdays, no_holidays=holidays)

    @property
    def days(self) -> Days:
        """On which days the SMS of its new orders leave."""
        return left_out(weekends=bool(self.weekdays_only.data), holidays=bool(self.no_holidays.data))


class NewServiceOwnerForm(_ShortNameForm, ServiceOwnerForm):
    """A new service owner; the short name does not change, since other systems know it."""


class LogoForm(Form):
    """The image above a service owner's formatted e-mails."""

    file = FileField(lazy_gettext("Image"))

    def logo(self) -> Logo | None:
        """Read the file that was chosen; None where none was, or it cannot be a logo, which the form then says."""
        chosen = self.file.data
        try:
            return read_logo(chosen.stream.read(LARGEST + 1) if chosen else b"")
        except InvalidLogo as error:
            self.file.errors = (gettext(error.words),)
            return None
