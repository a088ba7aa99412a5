"""What an administrator says in own rules, as these tests know it."""

from dataclasses import replace
from datetime import date

from app.country_rules.facts import Rule, Source, When
from app.country_rules.terms import Confidence, Dimension, Outcome, Remedy, SenderKind, SourceKind
from app.country_rules.upkeep.stored import Said

SOURCE = Source("Nkom", SourceKind.REGULATOR, "https://example.no/rule", "2026-11-20")
SAID = Said(
    Rule(
        id="",
        dimension=Dimension.SENDER,
        when=When(sender=(SenderKind.NAME,)),
        outcome=Outcome.WILL_FAIL,
        sentence="In Norway, every name is stopped.",
        confidence=Confidence.HIGH,
        remedies=(Remedy.USE_OTHER_CHANNEL,),
        effective_from=date(2026, 11, 1),
    ),
    SOURCE,
    date(2026, 11, 20),
)


def saying(**words: object) -> Said:
    """The same rule, but for some words."""
    return replace(SAID, rule=replace(SAID.rule, **words))
