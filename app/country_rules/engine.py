"""What a country does to an SMS: the rules of the register applied to one sender, registration and content on one day.

The semantics are those of the reference on sender-ID rules, section 6: of each dimension the first rule that matches
counts, the worst dimension wins, and a rule of low confidence may warn but never block. Pure: the same question has the
same answer everywhere, at compose, on the check page, in the worker and on a notification's page afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.country_rules.facts import Country, Register, Rule
from app.country_rules.register import standing_register
from app.country_rules.senders import Objection, kind_of, number_origin, objections
from app.country_rules.terms import (
    POLICY_DEFAULT,
    Confidence,
    Dimension,
    LinkStatus,
    NumberOrigin,
    Outcome,
    Policy,
    Remedy,
    SenderKind,
    Standing,
)
from app.country_rules.verdict import Content, Matched, Registration, Sender, Shown, Verdict, strictest
from app.messaging.phone_metadata import counted_country
from app.messaging.sender import InvalidSender, check_sender

_SURENESS = {confidence: place for place, confidence in enumerate(Confidence)}


@dataclass(frozen=True, slots=True)
class _Case:
    """One SMS as rules see it. What stands later in a tuple is what it also counts as."""

    kind: SenderKind
    origins: tuple[NumberOrigin, ...]
    standings: tuple[Standing, ...]
    link: LinkStatus
    nominated: bool


def evaluate(
    country: str,
    sender: Sender,
    registration: Registration | None,
    content: Content,
    on_date: date,
    register: Register | None = None,
) -> Verdict:
    """Return the verdict for a recipient's country (two letters; SJ counts as NO, AX as FI) on a day of its calendar.

    `on_date` is the planned day of dispatch, not the day of writing. Never raises, whatever the input; a country or
    sender without rules is `UNKNOWN`. `register` is for rules of one's own; the standing one is the default.
    """
    register = register or standing_register()
    code = counted_country(country)
    against = objections(register, code, sender.text, sender.owner, on_date)
    rules = _matching_rules(register, code, sender, registration, content, on_date)
    matched = [_objected(register, objection) for objection in against]
    matched += [_by_rule(register, register.countries[code], rule) for rule in rules]
    matched.sort(key=lambda match: (-match.outcome.severity, _SURENESS[match.confidence]))
    knows_sender = any(rule.dimension is Dimension.SENDER for rule in rules)
    return _verdict(code, on_date, matched, knows_sender, _shown(sender, rules), register.version)


def _verdict(
    country: str, on_date: date, matched: list[Matched], knows_sender: bool, shown: Shown, version: str
) -> Verdict:
    outcomes = [match.outcome for match in matched] + ([] if knows_sender else [Outcome.UNKNOWN])
    policies = [match.policy for match in matched] + ([] if knows_sender else [POLICY_DEFAULT[Outcome.UNKNOWN]])
    policy = strictest(tuple(policies))
    return Verdict(
        country=country,
        on_date=on_date,
        outcome=max(outcomes, key=lambda outcome: outcome.severity),
        policy=policy,
        matched=tuple(matched),
        remedies=_remedies(matched, policy),
        shown=shown,
        version=version,
    )


def _matching_rules(
    register: Register,
    country: str,
    sender: Sender,
    registration: Registration | None,
    content: Content,
    on_date: date,
) -> tuple[Rule, ...]:
    """Return of each dimension the first rule that matches; none for a sender that the gateway would refuse."""
    entry = register.countries.get(country)
    try:
        checked = check_sender(sender.text)
    except InvalidSender:
        return ()
    if entry is None:
        return ()
    case = _case(entry, country, checked, sender, registration, content, on_date)
    first: dict[Dimension, Rule] = {}
    for rule in entry.rules:
        if rule.dimension not in first and rule.holds_on(on_date) and _matches(rule, case):
            first[rule.dimension] = rule
    return tuple(first.values())


def _case(
    entry: Country,
    country: str,
    checked: str,
    sender: Sender,
    registration: Registration | None,
    content: Content,
    on_date: date,
) -> _Case:
    kind = kind_of(checked)
    standings = _standings(entry, country, checked, sender.providers, registration, on_date)
    counting = registration if registration and Standing.REGISTERED in standings else None
    return _Case(
        kind=kind,
        origins=tuple(_origins(kind, checked, country, sender.two_way)),
        standings=standings,
        link=content.worst_link(counting.approved_hosts if counting else frozenset()),
        nominated=bool(counting and counting.nominated_for_links),
    )


def _standings(
    entry: Country,
    country: str,
    checked: str,
    providers: frozenset[str],
    registration: Registration | None,
    on_date: date,
) -> tuple[Standing, ...]:
    """Return what the registration is worth; one that is wrong in a way counts as none where no rule names the way."""
    if registration is None or not registration.counts_on(on_date):
        return (Standing.UNREGISTERED,)
    spelled = _spelled(registration.sender)
    if counted_country(registration.country) != country or spelled.casefold() != checked.casefold():
        return (Standing.UNREGISTERED,)
    if registration.providers is not None and not _names_all(registration.providers, providers):
        return (Standing.WRONG_PROVIDER, Standing.UNREGISTERED)
    if entry.case_sensitive and spelled != checked:
        return (Standing.WRONG_SPELLING, Standing.UNREGISTERED)
    return (Standing.REGISTERED,)


def _spelled(sender: str) -> str:
    try:
        return check_sender(sender)
    except InvalidSender:
        return sender.strip()


def _names_all(named: frozenset[str], carriers: frozenset[str]) -> bool:
    return {carrier.casefold() for carrier in carriers} <= {name.casefold() for name in named}


def _origins(kind: SenderKind, checked: str, country: str, two_way: bool) -> Iterator[NumberOrigin]:
    """Yield whose a number is; a two-way number is also one of its country, where no rule names it."""
    if kind is not SenderKind.NUMBER:
        return
    if two_way:
        yield NumberOrigin.TWO_WAY
    yield number_origin(checked, country)


def _matches(rule: Rule, case: _Case) -> bool:
    when = rule.when
    return (
        (not when.sender or case.kind in when.sender)
        and (not when.number or any(origin in when.number for origin in case.origins))
        and (not when.registration or any(standing in when.registration for standing in case.standings))
        and (not when.link or case.link in when.link)
        and (when.nominated_for_links is None or when.nominated_for_links is case.nominated)
    )


def _objected(register: Register, objection: Objection) -> Matched:
    return Matched(
        id=objection.code,
        dimension=Dimension.FORMAT,
        outcome=objection.outcome,
        sentence=objection.words,
        confidence=objection.confidence,
        sources=tuple(register.sources[key] for key in objection.sources),
        remedies=(Remedy.CHANGE_SENDER,),
    )


def _by_rule(register: Register, country: Country, rule: Rule) -> Matched:
    return Matched(
        id=rule.id,
        dimension=rule.dimension,
        outcome=rule.outcome,
        sentence=rule.sentence,
        confidence=rule.confidence,
        sources=register.sources_of(country, rule.sources),
        remedies=rule.remedies,
        note=rule.note,
        wanted=rule.policy,
    )


def _remedies(matched: list[Matched], policy: Policy) -> tuple[Remedy, ...]:
    """Return what mends the verdict, each once; another channel always does (the reference, 6.2 step 6)."""
    if policy is Policy.ALLOW:
        return ()
    named = [remedy for match in matched if match.policy is not Policy.ALLOW for remedy in match.remedies]
    others = [remedy for remedy in named if remedy is not Remedy.USE_OTHER_CHANNEL]
    return tuple(dict.fromkeys([*others, Remedy.USE_OTHER_CHANNEL]))


def _shown(sender: Sender, rules: tuple[Rule, ...]) -> Shown:
    rule = next((rule for rule in rules if rule.dimension is Dimension.SENDER), None)
    if rule is None:
        return Shown("", exact=False)
    if rule.outcome is Outcome.DELIVER:
        return Shown(_spelled(sender.text), exact=True)
    return Shown(rule.shown_as, exact=True) if rule.shown_as else Shown(rule.shown_like or "", exact=False)
