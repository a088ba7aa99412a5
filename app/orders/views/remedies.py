"""What mends a country's outcome, each with the page where that is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from app.accounts.models import ServiceOwner
from app.country_rules.terms import REMEDY_WORDS, Remedy
from app.db import db
from app.messaging.scheme import channels_of
from app.orders.models import Order
from app.orders.outlook import CountryLine
from app.orders.outlook_words import REGISTERING

_IN_THE_DRAFT = {
    Remedy.USE_LOCAL_NUMERIC_OR_SHORT_CODE: "sms_sender",
    Remedy.SEND_EXACT_REGISTERED_SPELLING: "sms_sender",
    Remedy.CHANGE_SENDER: "sms_sender",
    Remedy.REMOVE_URL: "sms_text",
    Remedy.USE_FULL_URL: "sms_text",
    Remedy.USE_OTHER_CHANNEL: "channel",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One remedy in words, with the page where it is done or the deed that does it; without either, elsewhere."""

    text: str
    url: str = ""
    deed: str = ""
    """The address of the deed, which a button posts to."""


def ways(draft: Order, line: CountryLine) -> Sequence[Way]:
    """List what mends the outcomes of a country, each once, the worst outcome's first."""
    remedies = [remedy for part in line.parts for remedy in part.fate.asked.remedies]
    sender = Remedy.CHANGE_SENDER if any(_is_about_sender(remedy) for remedy in remedies) else None
    named = dict.fromkeys(remedy for remedy in (*remedies, sender) if remedy)
    return [_way(draft, line, remedy) for remedy in named]


def _is_about_sender(remedy: Remedy) -> bool:
    return remedy in (Remedy.REGISTER_SENDER, Remedy.REGISTER_NUMBER)


def _way(draft: Order, line: CountryLine, remedy: Remedy) -> Way:
    if remedy is Remedy.USE_OTHER_CHANNEL and len(channels_of(draft.channel)) == 2:
        return _moving(draft, line)
    if remedy is Remedy.WHITELIST_URL:
        deed = url_for("orders.ask_for_hosts", order_id=draft.id, country=line.country)
        return Way(gettext(REMEDY_WORDS[remedy]), deed=deed)
    return Way(gettext(REMEDY_WORDS[remedy]), _url(draft, line.country, remedy))


def _moving(draft: Order, line: CountryLine) -> Way:
    if not line.with_email:
        return Way(gettext("None of them has an e-mail address to move to."))
    said = ngettext("Move %(num)s recipient to e-mail", "Move %(num)s recipients to e-mail", line.with_email)
    return Way(said, deed=url_for("orders.move_to_email", order_id=draft.id, country=line.country))


def _url(draft: Order, country: str, remedy: Remedy) -> str:
    if remedy in REGISTERING:
        return registering_url(draft.service_owner_id, draft.sms_sender, country)
    field = _IN_THE_DRAFT.get(remedy)
    return url_for("orders.edit", order_id=draft.id, _anchor=field) if field else ""


def registering_url(service_owner_id: int, sender: str, country: str, given: str | None = None) -> str:
    """Lead to asking for a registration, with country, sender and service owner filled in; `given` stands for hosts."""
    owner = db.session.get_one(ServiceOwner, service_owner_id)
    return url_for("sender_ids.ask", country=country, sender=sender, service_owner=owner.short_name, given=given)


def country_url(country: str) -> str:
    """Lead to a country's page, where its rules stand with their sources."""
    return url_for("countries.country", code=country)
