"""What is asked for in a country, and what of it a registration lacks: read from the register of country rules."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.country_rules.facts import Country
from app.country_rules.in_force import register_in_force
from app.country_rules.terms import Need
from app.sender_ids.fields import FIELDS, Field
from app.sender_ids.models import SenderRegistration
from app.sender_ids.queries import asks_for_providers

FILES = (
    Need.LETTER_OF_AUTHORISATION,
    Need.NO_OBJECTION,
    Need.COMPANY_CERTIFICATE,
    Need.TRADEMARK,
    Need.AUTHORITY,
    Need.IDENTITY_DOCUMENT,
    Need.FORM,
)
"""Needs that a file meets."""

OTHER = "other"
"""The kind of a file that no country names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a country wants: what must be there, and what may be."""

    required: frozenset[Need]
    optional: frozenset[Need]

    def asks(self, need: Need) -> bool:
        """Whether it is asked for at all."""
        return need in self.required or need in self.optional

    def fields(self) -> list[Field]:
        """List what a form asks for: what every country wants to know, and what this one does."""
        return [field for field in FIELDS if not field.is_registrys and (field.need is None or self.asks(field.need))]

    def requires(self, field: Field) -> bool:
        """Whether a registration cannot be handed in without it."""
        return field.is_always_required or (field.need is not None and field.need in self.required)

    def files(self) -> list[Need]:
        """List the files that are asked for."""
        return [need for need in FILES if self.asks(need)]


def asked_in(country: str) -> Asked:
    """Tell what a country wants; one that the register does not know wants only what all do."""
    entry = register_in_force().countries.get(country)
    if entry is None:
        return Asked(frozenset(), frozenset())
    return Asked(frozenset(entry.requires), frozenset({*entry.asks_for, *_implied(entry)}))


def _implied(entry: Country) -> Iterator[Need]:
    """Yield what a country's rules look at, whatever its documents say."""
    if any(rule.when.link for rule in entry.rules):
        yield Need.URLS
    if asks_for_providers(entry):
        yield Need.PROVIDERS


def lacking_fields(registration: SenderRegistration) -> list[Field]:
    """List the fields without which it cannot be handed in or approved."""
    asked = asked_in(registration.country)
    return [field for field in asked.fields() if asked.requires(field) and not getattr(registration, field.name)]


def lacking_files(country: str, kinds: Collection[str]) -> list[Need]:
    """List the files without which it cannot be handed in or approved."""
    required = asked_in(country).required
    return [need for need in FILES if need in required and need.value not in kinds]
