"""The words that pages say of policies."""

from flask_babel import gettext, lazy_gettext

from app.country_rules.terms import OUTCOME_WORDS, Outcome, Policy

POLICIES = {
    Policy.ALLOW: lazy_gettext("Send it"),
    Policy.WARN: lazy_gettext("Send it when the sender has confirmed the country by name"),
    Policy.SUBSTITUTE: lazy_gettext("Send it from a number of ours"),
    Policy.REROUTE: lazy_gettext("Send an e-mail instead"),
    Policy.BLOCK: lazy_gettext("Do not send it"),
}


def outcome(value: Outcome) -> str:
    """Say an outcome in words."""
    return gettext(OUTCOME_WORDS[value])


def policy(value: Policy) -> str:
    """Say a policy in words."""
    return str(POLICIES[value])
