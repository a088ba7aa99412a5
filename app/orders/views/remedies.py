"""What mends a country's outcome, each with the page where that is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from app.accounts.models import ServiceOwner
from app.country_rules.terms import REMEDY_WORDS, Remedy
from app.db import db
from app.orders.models import Order
from app.orders.outlook import CountryLine
from app.orders.outlook_words import REGISTERING

_IN_THE_DRAFT = {
    Remedy.USE_LOCAL_NUMERIC_OR_SHORT_CODE: "sms_sender",
    Remedy.SEND_EXACT_REGISTERED_SPELLING: "sms_sender",
    Remedy.CHANGE_SENDER: "sms_sender",
    Remedy.REMOVE_URL: "sms_text",
    Remedy.USE_FULL_URL: "sms_text",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One remedy in words; without an address it is done elsewhere."""

    text: str
    url: str


def ways(draft: Order, line: CountryLine) -> Sequence[Way]:
    """List what mends the outcomes of a country, each once, the worst outcome's first."""
    remedies = [remedy for part in line.parts for remedy in part.fate.asked.remedies]
    sender = Remedy.CHANGE_SENDER if any(_is_about_sender(remedy) for remedy in remedies) else None
    named = dict.fromkeys(remedy for remedy in (*remedies, sender) if remedy)
    return list(_ways(draft, line.country, named))


def _is_about_sender(remedy: Remedy) -> bool:
    return remedy in (Remedy.REGISTER_SENDER, Remedy.REGISTER_NUMBER)


def _ways(draft: Order, country: str, remedies: dict[Remedy, None]) -> Iterator[Way]:
    for remedy in remedies:
        yield Way(gettext(REMEDY_WORDS[remedy]), _url(draft, country, remedy))


def _url(draft: Order, country: str, remedy: Remedy) -> str:
    if remedy in REGISTERING:
        return registering_url(draft.service_owner_id, draft.sms_sender, country)
    field = _IN_THE_DRAFT.get(remedy)
    return url_for("orders.edit", order_id=draft.id, _anchor=field) if field else ""


def registering_url(service_owner_id: int, sender: str, country: str) -> str:
    """Lead to asking for a registration, with country, sender and service owner filled in."""
    owner = db.session.get_one(ServiceOwner, service_owner_id)
    return url_for("sender_ids.ask", country=country, sender=sender, service_owner=owner.short_name)


def country_url(country: str) -> str:
    """Lead to a country's page, where its rules stand with their sources."""
    return url_for("countries.country", code=country)
