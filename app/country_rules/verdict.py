"""What the engine is asked with and what it answers: values that can be kept, compared and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.country_rules.facts import Source
from app.country_rules.terms import (
    POLICY_DEFAULT,
    Confidence,
    Dimension,
    LinkStatus,
    Outcome,
    Policy,
    RegistrationStatus,
    Remedy,
)
from app.messaging import urls

OUR_PROVIDERS = frozenset({"LINK"})
"""Who carries our SMS where nobody says otherwise, as registrations name providers."""

_WARNED_AT_MOST = {Policy.BLOCK: Policy.WARN}
_STRICTNESS = {policy: strictness for strictness, policy in enumerate(Policy)}


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom an SMS is to come from: the sender ID as typed or as `check_sender` returns it.

    `providers` are all that may carry it: a registration that names providers must name each of them. `two_way` marks
    a number that the provider itself has in the recipient's country. `owner` is the short name of the service owner;
    None leaves out whether the name is somebody else's.
    """

    text: str
    providers: frozenset[str] = OUR_PROVIDERS
    two_way: bool = False
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """Permission to use a sender ID in one country; `valid_until` is the first day on which it no longer counts."""

    sender: str
    country: str
    status: RegistrationStatus
    valid_from: date | None = None
    valid_until: date | None = None
    providers: frozenset[str] | None = None
    """Who may carry it; None where the country asks for no provider."""
    approved_hosts: frozenset[str] = frozenset()
    """Exact hosts, or `*.example.no` for what lies under one."""
    nominated_for_links: bool = False

    def counts_on(self, day: date) -> bool:
        """Return whether it is approved and the day lies within its validity."""
        begun = self.valid_from is None or self.valid_from <= day
        ended = self.valid_until is not None and self.valid_until <= day
        return self.status is RegistrationStatus.APPROVED and begun and not ended


@dataclass(frozen=True, slots=True)
class Content:
    """What of a rendered text matters to the rules: the hosts of its links."""

    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str) -> Content:
        """Return the content of a rendered text."""
        return cls(urls.hosts(text))

    def worst_link(self, approved_hosts: frozenset[str]) -> LinkStatus:
        """Return the status of the worst link; a shortened one is never approved."""
        if not self.hosts:
            return LinkStatus.NONE
        if any(urls.is_shortener(host) for host in self.hosts):
            return LinkStatus.SHORTENED
        approved = all(urls.is_approved(host, approved_hosts) for host in self.hosts)
        return LinkStatus.APPROVED if approved else LinkStatus.UNAPPROVED


NO_LINKS = Content()


@dataclass(frozen=True, slots=True)
class Shown:
    """What phones show as sender: exactly `text`, or something like it; an empty text where that is not known."""

    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule that matched, or an objection to the sender ID itself (dimension `FORMAT`)."""

    id: str
    dimension: Dimension
    outcome: Outcome
    sentence: str
    confidence: Confidence
    sources: tuple[Source, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    note: str | None = None
    wanted: Policy | None = None
    """The policy that an own rule names; None for what is usual for the outcome."""

    @property
    def policy(self) -> Policy:
        """Return the policy, usual or wanted; what is of low confidence warns where it would block."""
        policy = self.wanted or POLICY_DEFAULT[self.outcome]
        return _WARNED_AT_MOST.get(policy, policy) if self.confidence is Confidence.LOW else policy

    @property
    def kept_from_blocking(self) -> bool:
        """Return whether it would block if its sources were better."""
        return self.policy is not (self.wanted or POLICY_DEFAULT[self.outcome])

    @property
    def reason(self) -> str:
        """Return the reason code of a notification that it blocks, such as `country_rule:ES-alpha-unregistered-3`."""
        return f"{'sender_format' if self.dimension is Dimension.FORMAT else 'country_rule'}:{self.id}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a country does to an SMS on a day, why, what mends it, and what we do where nobody has decided otherwise.

    `matched` has the worst first; it is empty where no rule is known. `version` names the rules it was made with.
    """

    country: str
    on_date: date
    outcome: Outcome
    policy: Policy
    matched: tuple[Matched, ...]
    remedies: tuple[Remedy, ...]
    shown: Shown
    version: str

    @property
    def deciding(self) -> Matched | None:
        """Return what the policy stands on: of what asks for it the worst; None where no rule says it."""
        return next((match for match in self.matched if match.policy is self.policy), None)

    @property
    def reason(self) -> str:
        """Return the reason code of a notification blocked by this verdict."""
        return self.deciding.reason if self.deciding else "country_rule:unknown"

    @property
    def sentence(self) -> str:
        """Return the worst that matched in one sentence."""
        worst = self.matched[0] if self.matched else None
        if worst and worst.outcome is self.outcome:
            return worst.sentence
        return "What this country does to this sender is not known."


def strictest(policies: tuple[Policy, ...]) -> Policy:
    """Return the strictest of some policies, `ALLOW` of none."""
    return max(policies, key=_STRICTNESS.__getitem__, default=Policy.ALLOW)
