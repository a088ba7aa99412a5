"""What is told of a country's outcome before sending, in the person's language."""

from flask_babel import gettext

from app.country_rules.terms import OUTCOME_WORDS, REMEDY_WORDS, Confidence, Outcome, Policy, Remedy
from app.country_rules.verdict import Shown
from app.orders.kept import Kept
from app.orders.outcomes import Fate, sentences
from app.web.formats import oslo_day

REGISTERING = {
    Remedy.REGISTER_SENDER,
    Remedy.REGISTER_NUMBER,
    Remedy.WHITELIST_URL,
    Remedy.NOMINATE_SENDER_FOR_URL,
    Remedy.ADD_PROVIDER_TO_REGISTRATION,
}
"""What a registration mends."""

COLORS = {
    Outcome.DELIVER: "success",
    Outcome.DELIVER_OVERWRITTEN: "info",
    Outcome.UNKNOWN: "neutral",
    Outcome.AT_RISK: "warning",
    Outcome.NEEDS_REGISTRATION: "danger",
    Outcome.WILL_FAIL: "danger",
}


def outcome(value: Outcome) -> str:
    """Say an outcome in words."""
    return gettext(OUTCOME_WORDS[value])


def sentence(fate: Fate) -> str:
    """Say what the country does to the sender asked for, and what we do about it."""
    said = [*sentences(fate.asked), _what_we_do(fate)]
    if fate.given is not fate.asked and fate.given.outcome is not Outcome.DELIVER:
        said += sentences(fate.given)
    return " ".join(gettext(part) for part in dict.fromkeys(said) if part)


def _what_we_do(fate: Fate) -> str:
    return _doing(fate.policy, fate.sender)


def done(kept: Kept) -> str:
    """Say what we did about a verdict that was kept."""
    return _doing(kept.policy, kept.sender)


def _doing(policy: Policy, sender: str) -> str:
    words = {
        Policy.SUBSTITUTE: gettext("It is sent from %(number)s instead.", number=sender),
        Policy.REROUTE: gettext(
            "No SMS is sent; an e-mail is, where the order goes by both channels and an address is known."
        ),
        Policy.BLOCK: gettext("It is not sent."),
    }
    return words.get(policy, "")


def remedies(kept: Kept) -> list[tuple[str, bool]]:
    """Say what would have mended it, each with whether that is done by a registration."""
    return [(gettext(REMEDY_WORDS[remedy]), remedy in REGISTERING) for remedy in kept.remedies]


def chosen(fate: Fate) -> str:
    """Say what an administrator decided, where it rests on that."""
    if fate.chosen is None:
        return ""
    said = {"name": fate.chosen.by, "day": oslo_day(fate.chosen.until_on), "reason": fate.chosen.reason}
    return gettext("Decided by %(name)s until %(day)s: %(reason)s", **said)


def shown(fate: Fate) -> str:
    """Say what phones show as sender, or that none gets it."""
    return gettext("no phone gets it") if fate.is_stopped else shown_words(fate.given.shown)


def shown_words(value: Shown) -> str:
    """Say what phones show, to the letter or as it is described."""
    if not value.text:
        return gettext("not known")
    return value.text if value.exact else gettext("something else: %(description)s", description=value.text)


def sureness(fate: Fate) -> str:
    """Say how sure the sources of what decides make us."""
    worst = fate.deciding or next(iter(fate.asked.matched), None)
    return sure(worst.confidence) if worst else gettext("no rule is known")


def sure(confidence: Confidence) -> str:
    """Say how sure the sources make us."""
    words = {
        Confidence.HIGH: gettext("sure"),
        Confidence.MEDIUM: gettext("fairly sure"),
        Confidence.LOW: gettext("not sure"),
    }
    return words[confidence]
