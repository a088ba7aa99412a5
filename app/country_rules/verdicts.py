"""The verdicts of one send-out: each distinct combination is evaluated once, however many recipients share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.country_rules.engine import evaluate
from app.country_rules.facts import Register
from app.country_rules.register import standing_register
from app.country_rules.verdict import Content, Registration, Sender, Verdict
from app.messaging.phone_metadata import counted_country

Combination = tuple[str, frozenset[str]]
"""What recipients of one send-out differ in: the country, and the hosts of the links in the rendered text."""

Carriers = Callable[[str], frozenset[str]]
"""Tells of a country which providers may carry an SMS there."""


class Verdicts(dict[Combination, Verdict]):
    """`verdicts[country, hosts]` is the verdict for a recipient; asking again costs a look-up.

    `registrations` are those of the sender, by country; `at` is the moment of dispatch, read in the calendar of each
    country; `carriers` tells of a country which providers may carry it, where that is not the sender's to say.
    """

    def __init__(
        self,
        sender: Sender,
        registrations: Mapping[str, Registration],
        at: datetime,
        register: Register | None = None,
        carriers: Carriers | None = None,
    ) -> None:
        super().__init__()
        self.sender = sender
        self.registrations = registrations
        self.at = at
        self.register = register or standing_register()
        self.carriers = carriers

    def __missing__(self, combination: Combination) -> Verdict:
        country, hosts = combination
        registration = self.registrations.get(counted_country(country))
        day = local_day(country, self.at, self.register)
        sender = replace(self.sender, providers=self.carriers(country)) if self.carriers else self.sender
        verdict = evaluate(country, sender, registration, Content(hosts), day, self.register)
        self[combination] = verdict
        return verdict


def local_day(country: str, at: datetime, register: Register | None = None) -> date:
    """Return the day that a moment (aware) falls on in a country's calendar; in UTC's where its time is not known."""
    entry = (register or standing_register()).countries.get(counted_country(country))
    return at.astimezone(_zone(entry.time_zone) if entry else UTC).date()


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
