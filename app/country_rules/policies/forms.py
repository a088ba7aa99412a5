"""Forms about policies and numeric senders."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from app.accounts.models import ServiceOwner
from app.country_rules.policies import words
from app.country_rules.terms import Outcome, Policy
from app.db import utcnow
from app.prices.countries import countries
from app.web.formats import OSLO
from app.web.forms import Form

LONGEST_DAYS = 365
_LONGEST_REASON = 500


def today() -> date:
    """Tell which day it is in Norway."""
    return utcnow().astimezone(OSLO).date()


def trimmed(text: str | None) -> str:
    """Drop blanks around a text, and what no database stores."""
    return (text or "").replace("\0", "").strip()


class PolicyForm(Form):
    """What is to be done about an outcome in a country, why, and until when."""

    country = SelectField(lazy_gettext("Country"), [DataRequired(lazy_gettext("Choose a country."))])
    outcome = SelectField(lazy_gettext("When the outcome is"), [DataRequired(lazy_gettext("Choose an outcome."))])
    policy = SelectField(lazy_gettext("What to do"), [DataRequired(lazy_gettext("Choose what to do."))])
    reason = StringField(
        lazy_gettext("Reason"),
        [
            DataRequired(lazy_gettext("Give the reason.")),
            Length(max=_LONGEST_REASON, message=lazy_gettext("Write at most %(max)d characters.")),
        ],
        [trimmed],
    )
    until_on = DateField(lazy_gettext("Last day"), [DataRequired(lazy_gettext("Choose the last day."))])

    def offer(self) -> "PolicyForm":
        """Name the choices in the language of the person who reads the page."""
        self.country.choices = [SelectChoice("", gettext("Choose a country")), *_choices(countries())]
        outcomes = [(outcome.value, words.outcome(outcome)) for outcome in Outcome]
        self.outcome.choices = [SelectChoice("", gettext("Choose an outcome")), *_choices(outcomes)]
        policies = [(policy.value, words.policy(policy)) for policy in Policy]
        self.policy.choices = [SelectChoice("", gettext("Choose what to do")), *_choices(policies)]
        return self

    def validate_until_on(self, field: Any) -> None:
        """Refuse a day that has passed, and one so far away that nobody would look again."""
        if field.data and field.data < today():
            raise ValidationError(gettext("This day has passed."))
        if field.data and field.data > today() + timedelta(days=LONGEST_DAYS):
            raise ValidationError(gettext("Choose a day within a year, so that it is looked at again."))


class NumberForm(Form):
    """A number or short code to send from to a country."""

    country = SelectField(lazy_gettext("Country"), [DataRequired(lazy_gettext("Choose a country."))])
    service_owner = SelectField(lazy_gettext("Service owner"), coerce=int)
    sender = StringField(
        lazy_gettext("Number or short code"), [DataRequired(lazy_gettext("Enter a number or short code."))], [trimmed]
    )
    is_two_way = BooleanField(lazy_gettext("It is a two-way number that the provider has in the country"))

    def offer(self, owners: list[ServiceOwner]) -> "NumberForm":
        """Name the choices in the language of the person who reads the page."""
        self.country.choices = [SelectChoice("", gettext("Choose a country")), *_choices(countries())]
        named = [(str(owner.id), f"{owner.name} ({owner.short_name})") for owner in owners]
        self.service_owner.choices = [SelectChoice("0", gettext("All without a number of their own")), *_choices(named)]
        return self


def _choices(pairs: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]
