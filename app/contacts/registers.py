"""Which register answers for whom, as the settings say: without a URL, the embedded one."""

from collections.abc import Callable

from flask import current_app

from app.contacts import krr, notification_addresses, population_register
from app.contacts.answer import Register
from app.contacts.business_register import BusinessRegister
from app.contacts.embedded import Embedded
from app.contacts.krr import Krr
from app.contacts.maskinporten import tokens_for
from app.contacts.notification_addresses import NotificationAddresses
from app.contacts.population_register import PopulationRegister
from app.contacts.wire import wire_to
from app.messaging.identity import IdentityKind

_POINTS = {IdentityKind.PERSON: "KRR_URL", IdentityKind.ORGANISATION: "NOTIFICATION_ADDRESSES_URL"}
_NAMES = {IdentityKind.PERSON: "POPULATION_REGISTER_URL", IdentityKind.ORGANISATION: "BUSINESS_REGISTER_URL"}


def contact_points(kind: IdentityKind) -> Register:
    """The register that knows the contact points of persons, or of organisations."""
    setting = _POINTS[kind]
    url = current_app.config[setting]
    return _OPENED[setting](url) if url else Embedded(kind)


def names(kind: IdentityKind) -> Register | None:
    """The register to ask for names; None where the register of contact points says them too, or nobody does."""
    setting = _NAMES[kind]
    url = current_app.config[setting]
    return _OPENED[setting](url) if url else None


def _krr(url: str) -> Register:
    return Krr(wire_to(Krr.name, url), tokens_for(krr.SCOPE))


def _notification_addresses(url: str) -> Register:
    return NotificationAddresses(wire_to(NotificationAddresses.name, url), tokens_for(notification_addresses.SCOPE))


def _population_register(url: str) -> Register:
    return PopulationRegister(wire_to(PopulationRegister.name, url), tokens_for(population_register.SCOPE))


def _business_register(url: str) -> Register:
    return BusinessRegister(wire_to(BusinessRegister.name, url))


_OPENED: dict[str, Callable[[str], Register]] = {
    "KRR_URL": _krr,
    "NOTIFICATION_ADDRESSES_URL": _notification_addresses,
    "POPULATION_REGISTER_URL": _population_register,
    "BUSINESS_REGISTER_URL": _business_register,
}
