"""Verdicts that were acted on, kept with their shipment: what was said, by which rules, and what was done about it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.country_rules.facts import Source
from app.country_rules.terms import Confidence, Outcome, Policy, Remedy
from app.country_rules.verdict import Matched, Shown
from app.db import asked, db
from app.orders.outcomes import STOPPED, Fate, sentences
from app.shipments.models import ShipmentVerdict

_KNOWN = "select digest, id from shipment_verdict where shipment_id = %s and digest = any(%s::text[])"


def keep(shipment_id: int, fates: Sequence[Fate]) -> dict[Fate, int]:
    """Keep what was said with a shipment, each thing once however often it is said, and tell the ids."""
    rows = {fate: _row(shipment_id, fate) for fate in fates}
    ids = _known(shipment_id, rows.values())
    if missing := {row["digest"]: row for row in rows.values() if row["digest"] not in ids}:
        # In one order, so that two workers do not wait for each other.
        ordered = [missing[digest] for digest in sorted(missing)]
        db.session.execute(insert(ShipmentVerdict).on_conflict_do_nothing(), ordered)
        ids = _known(shipment_id, rows.values())
    return {fate: ids[row["digest"]] for fate, row in rows.items()}


def _known(shipment_id: int, rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    return dict(asked(_KNOWN, (shipment_id, [row["digest"] for row in rows])))


def facts_of(fate: Fate) -> dict[str, Any]:
    """Write down a fate as plain JSON, so that it can be explained when the rules have changed."""
    given, is_substituted = fate.given, fate.given is not fate.asked
    return {
        "on": given.on_date.isoformat(),
        "version": given.version,
        "outcome": given.outcome.value,
        "policy": fate.policy.value,
        "asked_sender": fate.asked_sender,
        "sender": fate.sender,
        "shown": {"text": given.shown.text, "exact": given.shown.exact},
        "sentence": " ".join(dict.fromkeys(sentences(fate.asked))),
        "reason": fate.reason if fate.is_stopped else None,
        "chosen": _chosen(fate),
        "rules": [_rule(match) for match in fate.asked.matched],
        "rules_of_substitute": [_rule(match) for match in given.matched] if is_substituted else [],
        "remedies": [remedy.value for remedy in fate.asked.remedies],
    }


@dataclass(frozen=True, slots=True)
class Said:
    """One rule as it stood when it was acted on."""

    id: str
    outcome: Outcome
    sentence: str
    confidence: Confidence
    note: str
    sources: Sequence[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the country rules said, and what was done about it, as it was written down."""

    on: date
    version: str
    outcome: Outcome
    policy: Policy
    sender: str
    shown: Shown
    sentence: str
    chosen: dict[str, str] | None
    rules: Sequence[Said]
    remedies: Sequence[Remedy]

    @property
    def is_stopped(self) -> bool:
        """Whether no SMS was sent."""
        return self.policy in STOPPED

    @property
    def is_plain(self) -> bool:
        """Whether nothing needs to be said."""
        return self.policy is Policy.ALLOW and self.outcome is Outcome.DELIVER


def read(facts: Mapping[str, Any]) -> Kept:
    """Read what `facts_of` wrote."""
    return Kept(
        on=date.fromisoformat(facts["on"]),
        version=facts["version"],
        outcome=Outcome(facts["outcome"]),
        policy=Policy(facts["policy"]),
        sender=facts["sender"],
        shown=Shown(facts["shown"]["text"], facts["shown"]["exact"]),
        sentence=facts["sentence"],
        chosen=facts["chosen"],
        rules=[_said(rule) for rule in (*facts["rules"], *facts["rules_of_substitute"])],
        remedies=[Remedy(remedy) for remedy in facts["remedies"]],
    )


def _said(rule: Mapping[str, Any]) -> Said:
    outcome, confidence = Outcome(rule["outcome"]), Confidence(rule["confidence"])
    return Said(rule["id"], outcome, rule["sentence"], confidence, rule["note"] or "", rule["sources"])


def _row(shipment_id: int, fate: Fate) -> dict[str, Any]:
    facts, (severity, strictness) = facts_of(fate), fate.severity
    row = {"shipment_id": shipment_id, "country": fate.country, "facts": facts, "digest": _digest(facts)}
    return {**row, "severity": severity, "strictness": strictness}


def _digest(facts: Mapping[str, Any]) -> str:
    return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def _chosen(fate: Fate) -> dict[str, str] | None:
    if fate.chosen is None:
        return None
    return {"reason": fate.chosen.reason, "until": fate.chosen.until_on.isoformat(), "by": fate.chosen.by}


def _rule(match: Matched) -> dict[str, Any]:
    return {
        "id": match.id,
        "dimension": match.dimension.value,
        "outcome": match.outcome.value,
        "sentence": match.sentence,
        "confidence": match.confidence.value,
        "note": match.note,
        "sources": [_source(source) for source in match.sources],
    }


def _source(source: Source) -> dict[str, str]:
    return {"publisher": source.publisher, "url": source.url, "as_of": source.as_of}
