"""What country rules cost: the file's load, one evaluation, and one order's recipients in many countries."""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import cycle, islice
from statistics import median
from typing import Any

from app.bench.machine import probe
from app.country_rules.engine import evaluate
from app.country_rules.register import RULES_FILE, load
from app.country_rules.terms import POLICY_DEFAULT, Confidence, Policy
from app.country_rules.verdict import Content, Sender
from app.country_rules.verdicts import Verdicts
from app.messaging import urls

ROUNDS = 3
EVALUATIONS = 2_000
NAMES = [f"Mottaker {number}" for number in range(EVALUATIONS)]
TEXT = "Hei {}. Du har fått et vedtak om barnehageplass. Les det på altinn.no/skjema/1 innen 1. mars kl. 12."
SENDER = Sender("Altinn")
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def bench_rules(recipients: int, countries: int) -> dict[str, Any]:
    """Measure everything in one run; times are medians of a few rounds."""
    before = probe()
    register = load(RULES_FILE)
    codes = list(islice(cycle(sorted(register.countries)[:countries]), recipients))
    rules = [rule for country in register.countries.values() for rule in country.rules]
    blocking = [rule for rule in rules if POLICY_DEFAULT[rule.outcome] is Policy.BLOCK]
    asked = Verdicts(SENDER, {}, AT, register)
    each_s = _median_s(lambda: _ask_each(Verdicts(SENDER, {}, AT, register), codes))
    return {
        "recipients": recipients,
        "countries": len(set(codes)),
        "distinct_combinations": _ask_each(asked, codes),
        "each_us": round(each_s / recipients * 1e6, 4),
        "evaluation_us": round(_median_s(lambda: _evaluate_many(codes)) / EVALUATIONS * 1e6, 2),
        "links_of_a_text_us": round(_median_s(_read_texts) / EVALUATIONS * 1e6, 2),
        "load_s": round(_median_s(lambda: load(RULES_FILE)), 4),
        "rules": len(rules),
        "rules_that_would_block": len(blocking),
        "rules_kept_from_blocking": sum(rule.confidence is Confidence.LOW for rule in blocking),
        "machine": asdict(before),
    }


def _ask_each(verdicts: Verdicts, codes: list[str]) -> int:
    """Ask for every recipient as a worker does, and return how many combinations were evaluated."""
    hosts = urls.hosts(TEXT)
    for code in codes:
        verdicts[code, hosts]
    return len(verdicts)


def _evaluate_many(codes: list[str]) -> None:
    """Evaluate without a memory."""
    content, day = Content.of(TEXT), AT.date()
    for code in islice(cycle(codes), EVALUATIONS):
        evaluate(code, SENDER, None, content, day)


def _read_texts() -> None:
    for name in NAMES:
        urls.hosts(TEXT.format(name))


def _median_s(deed: Callable[[], object]) -> float:
    return median(_seconds(deed) for _ in range(ROUNDS))


def _seconds(deed: Callable[[], object]) -> float:
    began_at = time.perf_counter()
    deed()
    return time.perf_counter() - began_at
