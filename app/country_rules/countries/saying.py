"""An own rule between its form and what is kept: read from the form, written into it, compared version by version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext

from app.country_rules.countries import words
from app.country_rules.countries.forms import OwnRuleForm
from app.country_rules.facts import Rule, Source, When
from app.country_rules.register import standing_register
from app.country_rules.terms import (
    Confidence,
    Dimension,
    LinkStatus,
    NumberOrigin,
    Outcome,
    Policy,
    Remedy,
    SenderKind,
    SourceKind,
    Standing,
)
from app.country_rules.upkeep.models import OwnRuleVersion
from app.country_rules.upkeep.stored import Said, own_of, when_of

COLUMNS: Mapping[str, Any] = {
    "is_ended": lazy_gettext("Ended"),
    "dimension": lazy_gettext("Looks at"),
    "condition": lazy_gettext("Condition"),
    "outcome": lazy_gettext("Outcome"),
    "policy": lazy_gettext("What we do"),
    "sentence": lazy_gettext("The rule in one sentence"),
    "shown_as": lazy_gettext("Shown as"),
    "effective_from": lazy_gettext("First day"),
    "effective_until": lazy_gettext("No longer from"),
    "remedies": lazy_gettext("What mends it"),
    "confidence": lazy_gettext("Confidence"),
    "source_publisher": lazy_gettext("Who says it"),
    "source_kind": lazy_gettext("What they are"),
    "source_url": lazy_gettext("Where it is said"),
    "source_as_of": lazy_gettext("Read on"),
    "note": lazy_gettext("Note"),
    "above": lazy_gettext("Stands above"),
}
_EITHER = {"": None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Difference:
    """What one version says otherwise than another."""

    label: str
    before: str
    after: str


def said_in(form: OwnRuleForm) -> Said:
    """Give what a valid form says."""
    rule = Rule(
        id="",
        dimension=Dimension(form.dimension.data),
        when=_condition(form),
        outcome=Outcome(form.outcome.data),
        policy=Policy(form.policy.data) if form.policy.data else None,
        sentence=form.sentence.data or "",
        confidence=Confidence(form.confidence.data),
        shown_as=form.shown_as.data or None,
        remedies=tuple(Remedy(one) for one in form.remedies.data or ()),
        note=form.note.data or None,
        effective_from=form.effective_from.data,
        effective_until=form.effective_until.data,
    )
    kind, read_on = SourceKind(form.source_kind.data), form.source_as_of.data
    source = Source(form.source_publisher.data or "", kind, form.source_url.data or "", read_on.isoformat())
    return Said(rule, source, read_on, form.above.data or None)


def _condition(form: OwnRuleForm) -> When:
    return When(
        sender=tuple(SenderKind(one) for one in form.kinds.data or ()),
        number=tuple(NumberOrigin(one) for one in form.origins.data or ()),
        registration=tuple(Standing(one) for one in form.standings.data or ()),
        link=tuple(LinkStatus(one) for one in form.links.data or ()),
        nominated_for_links=_EITHER[form.nominated.data or ""],
    )


def as_typed(rule: Rule) -> dict[str, Any]:
    """Give what a form shows to begin with, from a rule of the file or of our own."""
    when = rule.when
    return {
        "dimension": rule.dimension.value,
        "outcome": rule.outcome.value,
        "policy": rule.policy.value if rule.policy else "",
        "sentence": rule.sentence,
        "shown_as": rule.shown_as or "",
        "kinds": [one.value for one in when.sender],
        "origins": [one.value for one in when.number],
        "standings": [one.value for one in when.registration],
        "links": [one.value for one in when.link],
        "nominated": next(word for word, value in _EITHER.items() if value is when.nominated_for_links),
        "effective_from": rule.effective_from,
        "effective_until": rule.effective_until,
        "remedies": [one.value for one in rule.remedies],
        "confidence": rule.confidence.value,
        "note": rule.note or "",
    }


def version_as_typed(version: OwnRuleVersion) -> dict[str, Any]:
    """Give what a form shows of a kept version."""
    kept = ("source_publisher", "source_kind", "source_url", "source_as_of")
    return {
        **as_typed(own_of("", version).rule),
        **{name: getattr(version, name) for name in kept},
        "above": version.above or "",
        "seen": str(version.id),
    }


def differences(before: OwnRuleVersion, after: OwnRuleVersion) -> list[Difference]:
    """List what the later version says otherwise."""
    changed = (name for name in COLUMNS if getattr(before, name) != getattr(after, name))
    return [Difference(str(COLUMNS[name]), _told(before, name), _told(after, name)) for name in changed]


def _told(version: OwnRuleVersion, name: str) -> str:
    value = getattr(version, name)
    if value in (None, "", []):
        return gettext("nothing")
    teller = _TELLERS.get(name)
    return str(teller(value)) if teller else str(value)


def _condition_told(condition: dict[str, Any]) -> str:
    return words.condition_of(when_of(condition))


_TELLERS: Mapping[str, Any] = {
    "is_ended": lambda value: lazy_gettext("yes") if value else lazy_gettext("no"),
    "dimension": lambda value: words.DIMENSIONS[Dimension(value)],
    "condition": _condition_told,
    "outcome": lambda value: words.outcome(Outcome(value)),
    "policy": lambda value: words.POLICIES[Policy(value)],
    "remedies": lambda value: " ".join(words.remedy(Remedy(one)) for one in value),
    "confidence": lambda value: words.CONFIDENCES[Confidence(value)],
    "source_kind": lambda value: words.SOURCE_KINDS[SourceKind(value)],
}


def of_the_file(code: str) -> list[tuple[str, str]]:
    """List the file's rules of a country, by id, for a choice."""
    entry = standing_register().countries.get(code)
    return [(rule.id, f"{rule.id}: {gettext(rule.sentence)}") for rule in entry.rules] if entry else []


def beginning(code: str, above: str | None, today: date) -> dict[str, Any]:
    """Give what the form of a new rule begins with: a rule of the file that it is to stand above, or little."""
    entry = standing_register().countries.get(code)
    rule = next((rule for rule in entry.rules if rule.id == above), None) if entry else None
    if entry is None or rule is None:
        return {"effective_from": today, "source_as_of": today, "confidence": Confidence.MEDIUM.value}
    # The file's sources are not repeated: whoever puts a rule above says how they know.
    return {**as_typed(rule), "source_as_of": today, "above": rule.id}
