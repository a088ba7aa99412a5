"""What becomes of an SMS in each country: the one answer that compose, the check page, the worker and the desk give.

A verdict says what a country does; a fate adds what we do about it: the policy, usual or as an administrator decided,
the sender that is really given, and whether the sender of the order must confirm it. It is found once for each distinct
combination of country and link hosts, however many recipients share it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from flask import current_app

from app.country_rules.engine import evaluate
from app.country_rules.in_force import register_in_force
from app.country_rules.policies.queries import Choices, Chosen, Number, chosen_in, numbers_in
from app.country_rules.terms import POLICY_DEFAULT, Confidence, Dimension, Outcome, Policy
from app.country_rules.verdict import Content, Matched, Registration, Sender, Verdict, strictest
from app.country_rules.verdicts import Combination, local_day
from app.db import asked
from app.gateway_desk import providers
from app.gateway_desk.pool import Pool, pool
from app.messaging.phone_metadata import counted_country
from app.sender_ids.queries import registrations

STOPPED = (Policy.REROUTE, Policy.BLOCK)
"""Where no SMS is sent; a match of low confidence never leads there, since not everybody has an e-mail address."""

_SHORT_NAME = "select short_name from service_owner where id = %s"


class _Ruled(NamedTuple):
    """A policy, the match that asks for it, and what an administrator decided, where it rests on that."""

    policy: Policy
    deciding: Matched | None
    chosen: Chosen | None


@dataclass(frozen=True, slots=True, eq=False)
class Fate:
    """What a country does to an SMS with the sender asked for, what we do about that, and what comes of it."""

    asked: Verdict
    """Of the sender asked for."""
    given: Verdict
    """Of the sender that is given to the gateway: another one where it is substituted."""
    asked_sender: str
    sender: str
    """The sender that is given to the gateway."""
    policy: Policy
    deciding: Matched | None
    """The match that the policy stands on; None where nothing is known about the country or the sender."""
    chosen: Chosen | None
    """What an administrator decided, where that and not the usual policy holds."""
    needs_confirmation: bool
    """Whether it may only be sent when the sender of the order has confirmed this country by name."""

    @property
    def country(self) -> str:
        """The country, two letters; Svalbard counts as Norway, Åland as Finland."""
        return self.given.country

    @property
    def is_stopped(self) -> bool:
        """Whether it is not sent as an SMS."""
        return self.policy in STOPPED

    @property
    def is_plain(self) -> bool:
        """Whether it arrives as it is, and nothing needs to be said or done."""
        return self.policy is Policy.ALLOW and self.given.outcome is Outcome.DELIVER

    @property
    def reason(self) -> str:
        """The reason code of a notification that is not sent, such as `country_rule:TH-url-unapproved`."""
        return self.deciding.reason if self.deciding else "country_rule:unknown"

    @property
    def severity(self) -> tuple[int, int]:
        """What is greater is worse: the outcome first, then how strict we are about it."""
        return self.given.outcome.severity, list(Policy).index(self.policy)


def _short_name(service_owner_id: int) -> str | None:
    found = asked(_SHORT_NAME, (service_owner_id,))
    return found[0][0] if found else None


class Fates(dict[Combination, Fate]):
    """`fates[country, hosts]` for one service owner's sender at one moment; asking again costs a look-up.

    All countries that will be asked about are named beforehand, so that nothing is fetched per country. Where the
    gateway is not chosen yet, every provider that serves the country may carry it.
    """

    def __init__(
        self,
        service_owner_id: int,
        sender: str,
        countries: Collection[str],
        at: datetime,
        gateway: str | None = None,
    ) -> None:
        super().__init__()
        self._service_owner_id, self._at = service_owner_id, at
        self._carrier = None if gateway is None else providers.of(gateway, current_app.config)
        self._countries = {counted_country(country) for country in countries}
        self._owner = _short_name(service_owner_id)
        self._register = register_in_force()
        self._choices: Choices = chosen_in(self._countries)
        self._numbers: Mapping[str, Number] | None = None
        self._registrations: dict[str, Mapping[str, Registration]] = {}
        self._pool: Pool | None = None
        self._asked = Sender(sender, owner=self._owner)

    def __missing__(self, combination: Combination) -> Fate:
        country, hosts = counted_country(combination[0]), combination[1]
        fate = self._found(country, hosts)
        self[combination] = fate
        return fate

    def _found(self, country: str, hosts: frozenset[str]) -> Fate:
        asked, sender = self._verdict(country, hosts, self._asked), self._asked.text
        ruled = self._ruled(asked)
        number = self._number(country) if ruled.policy is Policy.SUBSTITUTE else None
        if number is None:
            ruled = self._ruled(asked, may_substitute=False)
            is_warned = ruled.policy is Policy.WARN
            return Fate(asked, asked, sender, sender, *ruled, is_warned)
        given = self._verdict(country, hosts, self._sender_of(number))
        then = self._ruled(given, may_substitute=False)
        # What is against the number, or the text, still counts.
        ruled = then if then.policy in STOPPED else ruled
        is_warned = then.policy is Policy.WARN
        return Fate(asked, given, sender, number.sender, *ruled, is_warned)

    def _ruled(self, verdict: Verdict, *, may_substitute: bool = True) -> _Ruled:
        """Return the strictest policy that any match asks for, with that match and the decision that it rests on."""
        asking = [self._policy(verdict, match, may_substitute) for match in verdict.matched]
        if not any(match.dimension is Dimension.SENDER for match in verdict.matched):
            asking.append(self._policy(verdict, None, may_substitute))
        policy = strictest(tuple(ruled.policy for ruled in asking))
        return next(ruled for ruled in asking if ruled.policy is policy)

    def _policy(self, verdict: Verdict, match: Matched | None, may_substitute: bool) -> _Ruled:
        """Return what one match, or that none is known, asks for; nobody decides otherwise about a sender's form."""
        outcome = match.outcome if match else Outcome.UNKNOWN
        chosen = self._choices.get((verdict.country, outcome))
        is_about_form = match is not None and match.dimension is Dimension.FORMAT
        if is_about_form or (chosen and not chosen.holds_on(verdict.on_date)):
            chosen = None
        usual = match.policy if match else POLICY_DEFAULT[outcome]
        wanted = chosen.policy if chosen else usual
        if wanted is Policy.SUBSTITUTE and not may_substitute:
            chosen, wanted = None, POLICY_DEFAULT[outcome]
        is_weak = match is not None and match.confidence is Confidence.LOW
        return _Ruled(Policy.WARN if is_weak and wanted in STOPPED else wanted, match, chosen)

    def _verdict(self, country: str, hosts: frozenset[str], sender: Sender) -> Verdict:
        if sender.text not in self._registrations:
            self._registrations[sender.text] = registrations(self._service_owner_id, sender.text, self._countries)
        registration = self._registrations[sender.text].get(country)
        day = local_day(country, self._at, self._register)
        carried = replace(sender, providers=self._providers(country))
        return evaluate(country, carried, registration, Content(hosts), day, self._register)

    def _providers(self, country: str) -> frozenset[str]:
        if self._carrier is not None:
            return self._carrier
        self._pool = self._pool or pool()
        return providers.to(country, self._pool, current_app.config)

    def _number(self, country: str) -> Number | None:
        if self._numbers is None:
            self._numbers = numbers_in(self._countries, self._service_owner_id)
        return self._numbers.get(country)

    def _sender_of(self, number: Number) -> Sender:
        return Sender(number.sender, two_way=number.is_two_way, owner=self._owner)


def sentences(verdict: Verdict) -> list[str]:
    """Return what is to be said of a verdict, the worst first: of each rule that does not simply let it through."""
    said = [match.sentence for match in verdict.matched if match.outcome is not Outcome.DELIVER]
    knows_sender = any(match.dimension is Dimension.SENDER for match in verdict.matched)
    return said if said and knows_sender else [*said, verdict.sentence]
