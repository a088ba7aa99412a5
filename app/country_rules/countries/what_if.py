"""What a country would do to one SMS that is only thought of; nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.country_rules.countries.chosen import carriers, owners
from app.country_rules.countries.forms import WhatIfForm
from app.country_rules.engine import evaluate
from app.country_rules.facts import Register
from app.country_rules.policies.queries import Chosen, chosen_in
from app.country_rules.terms import RegistrationStatus
from app.country_rules.verdict import Content, Registration, Sender, Verdict
from app.messaging.address import parse_phone
from app.messaging.phone_metadata import counted_country
from app.prices.countries import country_name
from app.sender_ids.queries import registrations


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on the SMS, and in which country its recipient is."""

    country: str
    name: str
    is_elsewhere: bool
    """The number is of another country than the page's."""
    verdict: Verdict
    decided: Chosen | None
    """What administrators do about this outcome there, where it holds on the day."""


def blank(today: date) -> WhatIfForm:
    """Give the form to begin with: today, from the first service owner that the person may choose."""
    mine = owners()
    first = mine[0] if mine else None
    known = {"try_owner": first.short_name if first else "", "try_sender": first.sms_sender if first else ""}
    return offering(WhatIfForm(formdata=None, data={"try_on": today, **known}))


def offering(form: WhatIfForm) -> WhatIfForm:
    """Fill in which service owners may be chosen."""
    mine = [(owner.short_name, f"{owner.name} ({owner.short_name})") for owner in owners()]
    form.try_owner.choices = [("", gettext("None in particular")), *mine]
    return form


def answer(form: WhatIfForm, page_country: str, register: Register) -> Answer:
    """Ask the engine about what a valid form says; without a number the recipient is of the page's country."""
    country = _country(form, page_country)
    sender = Sender(form.try_sender.data or "", carriers()(country), owner=form.try_owner.data or None)
    registration = _registrations(form, sender, country).get(country)
    content = Content.of(form.try_text.data or "")
    verdict = evaluate(country, sender, registration, content, form.try_on.data, register)
    decided = chosen_in([country]).get((country, verdict.outcome))
    holding = decided if decided and decided.holds_on(verdict.on_date) else None
    return Answer(country, country_name(country), country != page_country, verdict, holding)


def _country(form: WhatIfForm, page_country: str) -> str:
    return counted_country(parse_phone(form.try_number.data).country) if form.try_number.data else page_country


def _registrations(form: WhatIfForm, sender: Sender, country: str) -> Mapping[str, Registration]:
    if form.try_registered.data:
        return {country: Registration(sender.text, country, RegistrationStatus.APPROVED)}
    owner = next((one for one in owners() if one.short_name == sender.owner), None)
    return registrations(owner.id, sender.text, [country]) if owner else {}
