"""The words of a reason code that a country rule gave: from the rule itself."""

from functools import lru_cache

from app.country_rules.facts import Register, Rule
from app.country_rules.in_force import register_in_force
from app.country_rules.register import standing_register
from app.country_rules.terms import REMEDY_WORDS, Remedy
from app.messaging.reasons import COUNTRY_RULE
from app.messaging.sender import WORDS

SENDER_FORMAT = "sender_format:"
"""How the code of an objection to the sender ID itself begins."""

_OBJECTIONS = {
    "protected": "The name belongs to another public body, which alone may send under it.",
    "generic": "The name is generic: nobody can tell whose it is.",
}


def rule_words(code: str) -> str | None:
    """Say why a country rule stopped an SMS; None for a code of another kind, or of a rule that is no more."""
    if code.startswith(SENDER_FORMAT):
        kind = code.removeprefix(SENDER_FORMAT)
        return _OBJECTIONS.get(kind) or WORDS.get(kind) or "The country does not take this sender ID as it is written."
    rule = _rule(code)
    return rule.sentence if rule else None


def rule_advice(code: str) -> str | None:
    """Say what mends it; None where the rule is not known or names nothing."""
    if code.startswith(SENDER_FORMAT):
        return REMEDY_WORDS[Remedy.CHANGE_SENDER]
    rule = _rule(code)
    return " ".join(REMEDY_WORDS[remedy] for remedy in rule.remedies) or None if rule else None


def _rule(code: str) -> Rule | None:
    """Find a rule; only one that the file does not have costs a question, so that long lists of reasons are cheap."""
    if not code.startswith(COUNTRY_RULE):
        return None
    rule_id = code.removeprefix(COUNTRY_RULE)
    return _of_the_file(rule_id) or _of(register_in_force(), rule_id)


@lru_cache(maxsize=1024)
def _of_the_file(rule_id: str) -> Rule | None:
    return _of(standing_register(), rule_id)


def _of(register: Register, rule_id: str) -> Rule | None:
    country = register.countries.get(rule_id.partition("-")[0])
    return next((rule for rule in country.rules if rule.id == rule_id), None) if country else None
