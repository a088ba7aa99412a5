"""The sender that list and map are asked for: a service owner's, or any name or number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import current_app
from flask_babel import gettext

from app.accounts.current import sees_every_service_owner, sends_for
from app.accounts.models import ServiceOwner
from app.accounts.queries import service_owners
from app.country_rules.facts import Register
from app.country_rules.verdict import Registration, Sender
from app.country_rules.verdicts import Carriers
from app.gateway_desk import providers
from app.gateway_desk.pool import pool
from app.sender_ids.queries import registrations

ANY_NAME, ANY_NUMBER = "name", "number"
_NAME, _NORWEGIAN_NUMBER = "Varsel", "4721000000"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sender by the key that stands in the address; `owner` is whose registrations count."""

    key: str
    label: str
    sender: Sender
    owner: ServiceOwner | None = None

    def registrations_in(self, register: Register) -> Mapping[str, Registration]:
        """Find what the sender is registered as, by country."""
        if self.owner is None:
            return {}
        return registrations(self.owner.id, self.sender.text, list(register.countries))


def carriers() -> Carriers:
    """Tell of each country which providers may carry an SMS there, by one question for all of them."""
    return partial(providers.to, pool=pool(), settings=current_app.config)


def owners() -> Sequence[ServiceOwner]:
    """List the open service owners whose senders the person may choose."""
    if not sees_every_service_owner():
        return sends_for()
    return [owner for owner in service_owners() if owner.closed_at is None]


def choices() -> list[Chosen]:
    """List what may be chosen: the person's service owners first."""
    return [*map(of_owner, owners()), _any_name(), _any_number()]


def chosen(key: str | None) -> Chosen:
    """Find the choice of that key, or else the first."""
    offered = choices()
    return next((choice for choice in offered if choice.key == key), offered[0])


def of_owner(owner: ServiceOwner) -> Chosen:
    """Choose the sender that a service owner's orders start with; its key can be no other's."""
    label = gettext("%(sender)s (%(owner)s)", sender=owner.sms_sender, owner=owner.short_name)
    return Chosen(f"owner-{owner.short_name}", label, Sender(owner.sms_sender, owner=owner.short_name), owner)


def _any_name() -> Chosen:
    return Chosen(ANY_NAME, gettext("Any name, registered nowhere"), Sender(_NAME))


def _any_number() -> Chosen:
    return Chosen(ANY_NUMBER, gettext("Any Norwegian number"), Sender(_NORWEGIAN_NUMBER))
