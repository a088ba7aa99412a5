"""Demo data for a first look: service owners, people to sign in as, a price list, test persons, and a few
numbers on the allow-list.

The passwords stand here for all to read, so nothing of this may reach an installation that real people use.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from flask import current_app
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import queries, service
from app.accounts.models import Person, ServiceOwner
from app.allow_list import requests
from app.allow_list import service as allow_list
from app.allow_list.models import Entry
from app.contacts import examples
from app.db import db
from app.messaging.status import Channel
from app.prices.models import ELSEWHERE, Price
from app.sender_ids import examples as registrations
from app.web.days import today


class DemoRefused(Exception):
    """Demo data was asked for in production."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to try the product as."""

    email: str
    password: str
    name: str
    role: str
    administrator: bool = False
    support: bool = False
    sends_for: tuple[str, ...] = ()


ACCOUNTS = (
    DemoAccount(
        "kari@ttd.example", "fjord granitt lykt", "Kari Nordmann", "sender for ttd and skd", sends_for=("ttd", "skd")
    ),
    DemoAccount("ola@nav.example", "nordlys kaffe anker", "Ola Hansen", "sender for nav", sends_for=("nav",)),
    DemoAccount("astrid@varsel.example", "bjelle torsk havn", "Astrid Berg", "administrator", administrator=True),
    DemoAccount("siv@varsel.example", "kompass eple stige", "Siv Lund", "support", support=True),
)

_SERVICE_OWNERS = (
    ("ttd", "Testdepartementet", "Altinn-test", "noreply-test@ttd.example"),
    ("skd", "Skatteetaten", "Skatt-test", "noreply-test@skd.example"),
    ("nav", "NAV", "NAV-test", "noreply-test@nav.example"),
)

_LISTED = (
    ("+4741000001", "ttd", "Kari Nordmann", "Trying orders from end to end", 90),
    ("+4741000002", "ttd", "The phone in the test lab", "Trying orders from end to end", 90),
    ("+4792000003", "nav", "Ola Hansen", "Trying a letter about sick pay", 10),
)
"""Number, service owner, whose phone, purpose, and days from today."""

_SMS_PRICES = {
    "NO": "0.2900",
    "SE": "0.4200",
    "DK": "0.2400",
    "FI": "0.6300",
    "IS": "0.5900",
    "GB": "0.3900",
    "IE": "0.5400",
    "DE": "0.8900",
    "NL": "0.9100",
    "BE": "0.8700",
    "FR": "0.5700",
    "ES": "0.4300",
    "PT": "0.3300",
    "IT": "0.6700",
    "PL": "0.2600",
    "EE": "0.6800",
    "LV": "0.5600",
    "LT": "0.3500",
    "UA": "1.3200",
    "TR": "0.2100",
    "US": "0.0900",
    "CA": "0.0800",
    "TH": "0.1700",
    "PH": "0.8500",
    "IN": "0.6000",
    "AU": "0.3700",
    ELSEWHERE: "1.2500",
}
"""NOK per segment without VAT: of the size that providers ask, no provider's offer."""

_EMAIL_PRICES = {ELSEWHERE: "0.0150"}


def load() -> list[DemoAccount]:
    """Add what is missing of the demo data and give the accounts; the caller commits.

    What is there already stays as it is, changed prices and passwords too. Raises `DemoRefused` in production.
    """
    if current_app.config["ENVIRONMENT"] == "production":
        raise DemoRefused("Demo data has passwords that everybody can read; it is not loaded in production.")
    owners = {short_name: _owner(short_name, *rest) for short_name, *rest in _SERVICE_OWNERS}
    for account in ACCOUNTS:
        _person(account, owners)
    for number, short_name, holder, purpose, days in _LISTED:
        _listed(number, owners[short_name], holder, purpose, days)
    examples.add_missing()
    registrations.add_missing(owners)
    _add_prices(Channel.SMS, _SMS_PRICES)
    _add_prices(Channel.EMAIL, _EMAIL_PRICES)
    return list(ACCOUNTS)


def _owner(short_name: str, name: str, sms_sender: str, email_from: str) -> ServiceOwner:
    known = queries.service_owner_by_short_name(short_name)
    return known or service.create_service_owner(short_name, name, sms_sender, email_from)


def _person(account: DemoAccount, owners: dict[str, ServiceOwner]) -> Person:
    if known := queries.person_by_email(account.email):
        return known
    roles = {"administrator": account.administrator, "support": account.support}
    person = service.create_person(account.email, account.name, account.password, **roles)
    for short_name in account.sends_for:
        service.add_membership(person, owners[short_name])
    return person


def _listed(number: str, owner: ServiceOwner, holder: str, purpose: str, days: int) -> None:
    if db.session.scalar(select(Entry.id).where(Entry.number == number).limit(1)):
        return
    first = today()
    day = first + timedelta(days=days - 1)
    wish = requests.Wish(owner.id, holder, first, "Demo data", purpose, first, day)
    [entry], _ = requests.request(wish, [requests.Asked(1, number, number)], _id_of("sender", owner))
    administrator = queries.person_by_email("astrid@varsel.example")
    if administrator is not None:
        allow_list.approve(entry, administrator)


def _id_of(role: str, owner: ServiceOwner) -> int:
    """Find who of the demo people sends for a service owner."""
    email = next(one.email for one in ACCOUNTS if one.role.startswith(role) and owner.short_name in one.sends_for)
    person = queries.person_by_email(email)
    if person is None:
        raise LookupError(email)
    return person.id


def _add_prices(channel: Channel, amounts: dict[str, str]) -> None:
    rows = [{"channel": channel, "country": country, "amount": Decimal(text)} for country, text in amounts.items()]
    db.session.execute(insert(Price).values(rows).on_conflict_do_nothing())
