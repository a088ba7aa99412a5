"""The one sentence that a group says: what it means, what to do, and who can do it."""

from flask_babel import gettext

from app.gateways.reasons import SIMULATED
from app.messaging.reasons import COUNTRY_RULE, reason_of
from app.messaging.scheme import channel_of
from app.messaging.status import WORDING, Channel, Status
from app.orders.rule_reasons import rule_words
from app.prices.countries import country_name
from app.support.failures.queries import Group
from app.support.words import owner, reason_advice

_OF_THE_SENDER = ("rejected_by_operator", "sender_id_refused")
"""Reasons that are about who is shown as sender, and so about one country's register of senders."""


def what(group: Group) -> str:
    """Say what the group means: "Spain refuses Skatteetaten: the operator refused it."."""
    meaning = _meaning(group)
    if not _is_about_the_sender(group):
        return meaning
    named = {"country": country_name(group.country), "sender": group.sender}
    return gettext("%(country)s refuses %(sender)s:", **named) + " " + meaning


def advice(group: Group) -> str:
    """Say what to do about it, and who can."""
    wording = WORDING[group.status]
    text, who = reason_advice(group.reason) or (gettext(wording.advice), owner(wording.owner))
    return text + " " + gettext("Who can: %(owner)s.", owner=who)


def is_for_a_country(group: Group) -> bool:
    """Whether it failed as an SMS to a country, where a sender ID can be registered."""
    return bool(group.country) and channel_of(group.status) is Channel.SMS


def where(group: Group) -> str:
    """Name the country, or what else there is instead of one: an e-mail, or no number at all."""
    if group.country:
        return country_name(group.country)
    return gettext("E-mail") if channel_of(group.status) is Channel.EMAIL else gettext("no phone number")


def title(group: Group) -> str:
    """Name the group in a few words, without addresses: for a heading, or the subject of an e-mail."""
    label = gettext(WORDING[group.status].label)
    parts = (label, country_name(group.country) if group.country else "", group.sender, group.service_owner)
    return ", ".join(part for part in parts if part)


def _meaning(group: Group) -> str:
    if (said := rule_words(group.reason)) is not None:
        return gettext(said)
    known = reason_of(group.reason)
    if known and group.reason != SIMULATED:
        return gettext(known.words)
    meaning = gettext(WORDING[group.status].meaning)
    return meaning if known or not group.reason else f"{meaning} ({group.reason})"


def _is_about_the_sender(group: Group) -> bool:
    is_refused = group.reason in _OF_THE_SENDER or group.reason.startswith(COUNTRY_RULE)
    return bool(group.country) and (is_refused or group.status is Status.SMS_FAILED_REJECTED)
