"""Verdicts that were acted on, kept with their shipment: what was said, by which rules, and what was done about it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.country_rules.facts import Source
from app.country_rules.verdict import Matched
from app.db import db
from app.orders.outcomes import Fate
from app.shipments.models import ShipmentVerdict


def known(shipment_id: int, fates: Iterable[Fate]) -> dict[Fate, int]:
    """Find the ids of those that are kept already, by one question."""
    digests = {fate: _digest(facts_of(fate)) for fate in fates}
    of_shipment = (ShipmentVerdict.shipment_id == shipment_id, ShipmentVerdict.digest.in_(set(digests.values())))
    found = select(ShipmentVerdict.digest, ShipmentVerdict.id).where(*of_shipment)
    ids = {row.digest: row.id for row in db.session.execute(found)}
    return {fate: ids[digest] for fate, digest in digests.items() if digest in ids}


def keep(shipment_id: int, fates: Sequence[Fate]) -> dict[Fate, int]:
    """Keep them with a shipment, each thing that was said once, and tell their ids."""
    rows = {row["digest"]: row for row in (_row(shipment_id, fate) for fate in fates)}
    if rows:
        # In one order, so that two workers do not wait for each other.
        ordered = [rows[digest] for digest in sorted(rows)]
        db.session.execute(insert(ShipmentVerdict).on_conflict_do_nothing(), ordered)
    return known(shipment_id, fates)


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
        "sentence": fate.asked.sentence,
        "reason": fate.reason if fate.is_stopped else None,
        "chosen": _chosen(fate),
        "rules": [_rule(match) for match in fate.asked.matched],
        "rules_of_substitute": [_rule(match) for match in given.matched] if is_substituted else [],
        "remedies": [remedy.value for remedy in fate.asked.remedies],
    }


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
