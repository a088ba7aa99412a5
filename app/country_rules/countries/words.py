"""The words that country pages say of rules, and their colours; sentences of rules themselves are data in English."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TypeVar

from flask_babel import gettext, lazy_gettext

from app.country_rules.facts import Rule, When
from app.country_rules.terms import (
    OUTCOME_WORDS,
    REMEDY_WORDS,
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

E = TypeVar("E", bound=Enum)

COLORS = {
    Outcome.DELIVER: "success",
    Outcome.DELIVER_OVERWRITTEN: "info",
    Outcome.UNKNOWN: "neutral",
    Outcome.AT_RISK: "warning",
    Outcome.NEEDS_REGISTRATION: "warning",
    Outcome.WILL_FAIL: "danger",
}
POLICIES = {
    Policy.ALLOW: lazy_gettext("Send"),
    Policy.WARN: lazy_gettext("Send with a warning"),
    Policy.SUBSTITUTE: lazy_gettext("Send from another sender"),
    Policy.REROUTE: lazy_gettext("Send by e-mail instead"),
    Policy.BLOCK: lazy_gettext("Do not send"),
}
DIMENSIONS = {
    Dimension.FORMAT: lazy_gettext("How the sender is written"),
    Dimension.SENDER: lazy_gettext("The sender"),
    Dimension.CONTENT: lazy_gettext("The text"),
}
KINDS = {
    SenderKind.NAME: lazy_gettext("a name"),
    SenderKind.NUMBER: lazy_gettext("a number"),
    SenderKind.SHORT_CODE: lazy_gettext("a short code"),
}
ORIGINS = {
    NumberOrigin.DOMESTIC: lazy_gettext("a number of the country"),
    NumberOrigin.FOREIGN: lazy_gettext("a foreign number"),
    NumberOrigin.TWO_WAY: lazy_gettext("a two-way number of the provider"),
}
STANDINGS = {
    Standing.REGISTERED: lazy_gettext("registered"),
    Standing.WRONG_PROVIDER: lazy_gettext("registered, but by another provider"),
    Standing.WRONG_SPELLING: lazy_gettext("registered, but spelled otherwise"),
    Standing.UNREGISTERED: lazy_gettext("not registered"),
}
LINKS = {
    LinkStatus.NONE: lazy_gettext("no link"),
    LinkStatus.APPROVED: lazy_gettext("an approved link"),
    LinkStatus.UNAPPROVED: lazy_gettext("a link that is not approved"),
    LinkStatus.SHORTENED: lazy_gettext("a shortened link"),
}
CONFIDENCES = {
    Confidence.HIGH: lazy_gettext("high"),
    Confidence.MEDIUM: lazy_gettext("medium"),
    Confidence.LOW: lazy_gettext("low"),
}
SOURCE_KINDS = {
    SourceKind.REGULATOR: lazy_gettext("regulator"),
    SourceKind.PROVIDER: lazy_gettext("provider"),
    SourceKind.PRESS: lazy_gettext("press"),
    SourceKind.THIRD_PARTY: lazy_gettext("third party"),
    SourceKind.PUBLIC_CODE: lazy_gettext("public code"),
    SourceKind.FIRST_PARTY: lazy_gettext("our own"),
}
REMEDIES = tuple(Remedy)
FACTS = {
    "names": lazy_gettext("Names as sender"),
    "pre_registration": lazy_gettext("Registration beforehand"),
    "case": lazy_gettext("Capital and small letters"),
    "characters": lazy_gettext("Characters"),
    "numbers": lazy_gettext("Numbers as sender"),
    "numbers_note": lazy_gettext("More on numbers"),
    "two_way": lazy_gettext("Replies"),
    "links": lazy_gettext("Links"),
    "links_note": lazy_gettext("More on links"),
    "content_restrictions": lazy_gettext("What a text may not say"),
    "quiet_hours": lazy_gettext("Quiet hours"),
    "documents": lazy_gettext("Documents for a registration"),
    "lead_time": lazy_gettext("Lead time of a registration"),
    "validity": lazy_gettext("How long a registration lasts"),
    "roaming": lazy_gettext("Abroad"),
}
CODES = {
    "yes": lazy_gettext("Yes"),
    "no": lazy_gettext("No"),
    "yes_with_registration": lazy_gettext("Yes, once registered"),
    "no_replaced_numeric": lazy_gettext("No, replaced by a number"),
    "partial": lazy_gettext("With some operators"),
    "required": lazy_gettext("Required"),
    "not_required": lazy_gettext("Not required"),
    "per_operator": lazy_gettext("Depends on the operator"),
    "not_applicable": lazy_gettext("Does not apply"),
    "recommended": lazy_gettext("Recommended"),
    "sensitive": lazy_gettext("Told apart"),
    "domestic_2way_only": lazy_gettext("Only two-way numbers of the provider"),
    "overwritten": lazy_gettext("Replaced"),
    "ok": lazy_gettext("Yes"),
    "unsupported": lazy_gettext("No"),
    "blocked_international": lazy_gettext("Foreign ones are blocked"),
    "registered_only": lazy_gettext("Only registered ones"),
    "domestic_ok": lazy_gettext("Those of the country"),
    "domestic_authorised": lazy_gettext("Those of the country, once authorised"),
    "whitelist_required": lazy_gettext("Only approved ones"),
    "at_risk": lazy_gettext("At risk"),
    "unrestricted": lazy_gettext("Unrestricted"),
    "blocked": lazy_gettext("Blocked"),
    "sender_whitelist": lazy_gettext("Only from senders nominated for it"),
    "shorteners_blocked": lazy_gettext("Shortened ones are blocked"),
    "none": lazy_gettext("None"),
    "n/a": lazy_gettext("Does not apply"),
    "unknown": lazy_gettext("Not known"),
}
"""What the file says of a country by a code; anything else there is a sentence of its own."""

REGIONS = {
    "Balkans": lazy_gettext("Balkans"),
    "Africa": lazy_gettext("Africa"),
    "Asia": lazy_gettext("Asia"),
    "CIS": lazy_gettext("Commonwealth of Independent States"),
    "EEA": lazy_gettext("European Economic Area"),
    "EU": lazy_gettext("European Union"),
    "Europe": lazy_gettext("Rest of Europe"),
    "Europe/ME": lazy_gettext("Europe and Middle East"),
    "LatAm": lazy_gettext("Latin America"),
    "Middle East": lazy_gettext("Middle East"),
    "NANP": lazy_gettext("United States and Canada"),
    "Nordic": lazy_gettext("Nordic countries"),
    "Oceania": lazy_gettext("Oceania"),
    "unknown": lazy_gettext("Elsewhere"),
}


def outcome(value: Outcome) -> str:
    """Say what an outcome means."""
    return gettext(OUTCOME_WORDS[value])


def remedy(value: Remedy) -> str:
    """Say what mends an outcome."""
    return gettext(REMEDY_WORDS[value])


def coded(value: str) -> str:
    """Say what the file says by a code, or give its own sentence."""
    return str(CODES[value]) if value in CODES else gettext(value)


def region(value: str) -> str:
    """Name a region."""
    return str(REGIONS.get(value, value))


def condition(rule: Rule) -> str:
    """Say in one line which SMS a rule speaks of."""
    return condition_of(rule.when)


def condition_of(when: When) -> str:
    """Say in one line what is asked of an SMS."""
    sender = _either(
        [*(KINDS[kind] for kind in when.sender if not when.number), *(ORIGINS[one] for one in when.number)]
    )
    parts = [
        gettext("the sender is %(what)s", what=sender) if sender else "",
        gettext("it is %(what)s", what=_either(STANDINGS[one] for one in when.registration))
        if when.registration
        else "",
        gettext("the text has %(what)s", what=_either(LINKS[one] for one in when.link)) if when.link else "",
        _nominated(when.nominated_for_links),
    ]
    said = [part for part in parts if part]
    return gettext("Where %(what)s", what=", ".join(said)) if said else gettext("Always")


def _nominated(nominated: bool | None) -> str:
    if nominated is None:
        return ""
    return gettext("it is nominated for links") if nominated else gettext("it is not nominated for links")


def _either(words: Iterable[object]) -> str:
    return gettext(" or ").join(str(word) for word in words)


def choices(words: Mapping[E, object]) -> list[tuple[str, str]]:
    """List an enum's values with their words, as a form wants them."""
    return [(str(value.value), str(said)) for value, said in words.items()]
