"""The one table of words for what was done, and to what kind of thing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

Words = LazyString | str

SENTENCES: dict[str, Words] = {
    "allow_list.approved": lazy_gettext("Approved the number"),
    "allow_list.cap_changed": lazy_gettext("Changed the cap of the allow-list: from %(old)s to %(new)s"),
    "allow_list.code_asked": lazy_gettext("Had a code sent to the number"),
    "allow_list.expired": lazy_gettext("The number expired"),
    "allow_list.krr_changed": lazy_gettext("Changed what is known of KRR: %(status)s"),
    "allow_list.rejected": lazy_gettext("Rejected the number"),
    "allow_list.renewed": lazy_gettext("Renewed the number: until %(until)s"),
    "allow_list.requested": lazy_gettext("Asked for the number"),
    "allow_list.revoked": lazy_gettext("Revoked the number"),
    "allow_list.verified": lazy_gettext("Verified the number"),
    "country.verified": lazy_gettext("Verified what is said of the country"),
    "audit.exported": lazy_gettext("Exported the audit log"),
    "country_policy.chosen": lazy_gettext(
        "Decided about a country: %(country)s, where it is “%(outcome)s”, %(policy)s until %(until)s"
    ),
    "country_policy.ended": lazy_gettext(
        "Ended the policy of a country: %(country)s, where it is “%(outcome)s”, %(policy)s"
    ),
    "numeric_sender.removed": lazy_gettext("Removed the number to send from: %(country)s, %(sender)s"),
    "numeric_sender.set": lazy_gettext("Set the number to send from: %(country)s, %(sender)s"),
    "environment.changed": lazy_gettext("Changed the environment: from %(old)s to %(new)s"),
    "draft.created": lazy_gettext("Began a draft"),
    "draft.changed": lazy_gettext("Changed the draft: %(changed)s"),
    "draft.deleted": lazy_gettext("Deleted the draft"),
    "dead_reports.replayed": lazy_gettext("Had dead reports applied once more: %(number)s"),
    "dead_reports.read_again": lazy_gettext("Had unreadable posts looked at once more: %(number)s"),
    "handover.again": lazy_gettext("Let stopped notifications go once more: %(notifications)s"),
    "handover.given_up": lazy_gettext("Ended stopped notifications: %(notifications)s"),
    "gateway.paused": lazy_gettext("Paused the gateway: %(reason)s"),
    "gateway.drained": lazy_gettext("Let the gateway drain: %(reason)s"),
    "gateway.resumed": lazy_gettext("Used the gateway again: %(reason)s"),
    "gateway.changed": lazy_gettext("Changed what the gateway is for: %(reason)s"),
    "gateway.try_asked": lazy_gettext("Had the gateway tried"),
    "intake.added": lazy_gettext("Gave recipients to the draft"),
    "intake.removed": lazy_gettext("Took recipients from the draft"),
    "notification.assigned": lazy_gettext("Assigned the notification: to %(to)s"),
    "notification.noted": lazy_gettext("Wrote a note about the notification: number %(note)s"),
    "notification.revealed": lazy_gettext("Uncovered the notification: %(reason)s %(words)s %(case)s"),
    "failures.assigned": lazy_gettext("Assigned the failures: to %(to)s"),
    "failures.asked": lazy_gettext("Asked the administrators: for %(what)s; %(reason)s"),
    "failures.noted": lazy_gettext("Wrote a note about the failures: number %(note)s"),
    "template.created": lazy_gettext("Made the template"),
    "template.revised": lazy_gettext("Changed the template: version %(version)s"),
    "template.renamed": lazy_gettext("Gave the template another name"),
    "template.archived": lazy_gettext("Archived the template"),
    "template.taken_back": lazy_gettext("Took the template back into use"),
    "order.placed": lazy_gettext("Placed the order: number of recipients %(recipients)s"),
    "order.reservation_ignored": lazy_gettext("Sent to reserved persons too: on the ground of %(ground)s"),
    "order.cancelled": lazy_gettext("Cancelled the order"),
    "order.copied": lazy_gettext("Copied the order: to draft %(draft)s, number of recipients %(recipients)s"),
    "order.taken_back": lazy_gettext("Took the order back to edit it: it had %(recipients)s recipients"),
    "reminder.added": lazy_gettext("Added a reminder to the draft"),
    "reminder.changed": lazy_gettext("Changed a reminder of the draft: %(changed)s"),
    "reminder.removed": lazy_gettext("Removed a reminder from the draft"),
    "shipment.cancelled": lazy_gettext("Cancelled a shipment of the order: number %(no)s"),
    "shipment.sent_unanswered": lazy_gettext(
        "Had a shipment sent although its condition gave no clear answer: number %(no)s"
    ),
    "order.stopped": lazy_gettext("Stopped the sending"),
    "reveals.exported": lazy_gettext("Exported the list of reveals"),
    "search.made": lazy_gettext("Searched across service owners: for what may be %(kinds)s"),
    "remedy.began": lazy_gettext("Began a remedy: %(kind)s, number of failures %(count)s; %(reason)s"),
    "remedy.stopped": lazy_gettext("Stopped the remedy"),
    "results.downloaded": lazy_gettext("Downloaded the results"),
    "own_rule.added": lazy_gettext("Added the own rule: %(outcome)s"),
    "own_rule.changed": lazy_gettext("Changed the own rule: %(changed)s"),
    "own_rule.ended": lazy_gettext("Ended the own rule"),
    "person.added": lazy_gettext("Added the person"),
    "person.disabled": lazy_gettext("Disabled the person"),
    "person.enabled": lazy_gettext("Enabled the person"),
    "person.membership_added": lazy_gettext("Let the person send: for %(service_owner)s"),
    "person.membership_ended": lazy_gettext("Let the person no longer send: for %(service_owner)s"),
    "person.password_changed": lazy_gettext("Changed the password"),
    "person.password_link_made": lazy_gettext("Made a link for choosing a password"),
    "order.tested": lazy_gettext("Sent a test of the draft to themselves: order %(test)s, by %(channel)s"),
    "person.mobile_changed": lazy_gettext("Changed their mobile number"),
    "person.renamed": lazy_gettext("Changed the person's name"),
    "person.roles_changed": lazy_gettext("Changed the roles: from %(before)s to %(after)s"),
    "person.signed_in": lazy_gettext("Signed in"),
    "person.signed_out_everywhere": lazy_gettext("Signed out everywhere"),
    "price.added": lazy_gettext("Added the price: NOK %(new)s"),
    "price.changed": lazy_gettext("Changed the price: from NOK %(old)s to NOK %(new)s"),
    "price.removed": lazy_gettext("Removed the price: NOK %(old)s"),
    "register.added": lazy_gettext("Added an entry to the embedded register"),
    "register.changed": lazy_gettext("Changed an entry of the embedded register: %(changed)s"),
    "register.removed": lazy_gettext("Removed an entry from the embedded register"),
    "sender_id.begun": lazy_gettext("Began a registration: %(sender)s in %(country)s, as %(new)s"),
    "sender_id.changed": lazy_gettext("Changed the registration: %(changed)s"),
    "sender_id.evidence_added": lazy_gettext("Added a file to the registration: %(kind)s"),
    "sender_id.evidence_removed": lazy_gettext("Deleted a file of the registration: %(kind)s"),
    "sender_id.expired": lazy_gettext("The registration came to its end: on %(on)s"),
    "sender_id.exported": lazy_gettext("Exported registrations"),
    "sender_id.imported": lazy_gettext("Imported registrations: %(create)s created, %(change)s changed"),
    "sender_id.moved": lazy_gettext("Moved the registration on: from %(old)s to %(new)s"),
    "sender_id.operator_removed": lazy_gettext("Removed an operator's result: %(operator)s"),
    "sender_id.operator_set": lazy_gettext("Wrote down an operator's result: %(operator)s, %(status)s"),
    "service_owner.logo_given": lazy_gettext("Gave the service owner a logo: %(size)s bytes"),
    "service_owner.logo_removed": lazy_gettext("Removed the service owner's logo"),
    "service_owner.added": lazy_gettext("Added the service owner"),
    "service_owner.changed": lazy_gettext("Changed the service owner: %(changed)s"),
    "service_owner.closed": lazy_gettext("Closed the service owner"),
    "service_owner.reopened": lazy_gettext("Opened the service owner again"),
    "system_email.sent_again": lazy_gettext("Had the e-mail handed over again"),
}
"""What each action says; details of the entry fill the placeholders, which stand behind a colon."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that entries speak of, and the page that shows one, if there is one."""

    noun: Words
    endpoint: str = ""
    argument: str = ""


KINDS: dict[str, Kind] = {
    "allow_list_cap": Kind(lazy_gettext("Cap of the allow-list")),
    "allow_list_entry": Kind(lazy_gettext("Number on the allow-list"), "allow_list.entry", "entry_id"),
    "country": Kind(lazy_gettext("Country"), "countries.country", "code"),
    "audit_log": Kind(lazy_gettext("Audit log")),
    "country_policy": Kind(lazy_gettext("Policy of a country")),
    "desk": Kind(lazy_gettext("Support desk")),
    "failure_group": Kind(lazy_gettext("Failures"), "support.failures_of", "group_id"),
    "dead_reports": Kind(lazy_gettext("Dead reports")),
    "gateway": Kind(lazy_gettext("Gateway"), "gateway_desk.gateway", "name"),
    "installation": Kind(lazy_gettext("Installation")),
    "notification": Kind(lazy_gettext("Notification"), "support.notification", "notification_id"),
    "order": Kind(lazy_gettext("Order"), "follow.order", "order_id"),
    "own_rule": Kind(lazy_gettext("Own country rule")),
    "person": Kind(lazy_gettext("Person"), "people.person", "person_id"),
    "price": Kind(lazy_gettext("Price")),
    "register_entry": Kind(lazy_gettext("Entry of the embedded register")),
    "sender_registration": Kind(
        lazy_gettext("Registration of a sender ID"), "sender_ids.registration", "registration_id"
    ),
    "sender_registrations": Kind(lazy_gettext("Registrations of sender IDs")),
    "remedy": Kind(lazy_gettext("Remedy"), "support.remedy", "remedy_id"),
    "service_owner": Kind(lazy_gettext("Service owner"), "service_owners.edit", "service_owner_id"),
    "system_email": Kind(lazy_gettext("E-mail of Varsel's own")),
    "text_template": Kind(lazy_gettext("Template"), "texts.template", "template_id"),
}

_WITHOUT_A_PAGE = ("draft.", "intake.", "order.tested")
"""Beginnings of the actions on what only its senders may open, or what may be gone."""

_VALUES: dict[str, Words] = {
    "registration": lazy_gettext("a registration of the sender ID"),
    "allow_list": lazy_gettext("the allow-list"),
    "resend": lazy_gettext("send again"),
    "other_sender": lazy_gettext("send again with another sender"),
    "move": lazy_gettext("move to the other channel"),
    "close": lazy_gettext("close"),
    "correct": lazy_gettext("send to another address"),
    "recipient_asks": lazy_gettext("the recipient asks about the message;"),
    "sender_asks": lazy_gettext("the service owner asks about the message;"),
    "failure": lazy_gettext("to find out why it failed;"),
    "wrong_recipient": lazy_gettext("it may have gone to the wrong person;"),
    "legal": lazy_gettext("a legal demand, or supervision;"),
    "other": lazy_gettext("another reason;"),
    "administrator": lazy_gettext("administrator"),
    "support": lazy_gettext("support"),
    "name": lazy_gettext("the name"),
    "sms_sender": lazy_gettext("the SMS sender"),
    "email_from": lazy_gettext("the e-mail sender"),
    "sms_text": lazy_gettext("the text of the SMS"),
    "email_subject": lazy_gettext("the subject"),
    "email_text": lazy_gettext("the text of the e-mail"),
    "email_is_markdown": lazy_gettext("whether the e-mail has formatting"),
    "template_version_id": lazy_gettext("the template"),
    "channel": lazy_gettext("the channel"),
    "send_at": lazy_gettext("the send time"),
    "daytime_only": lazy_gettext("the send window"),
    "ignores_reservation": lazy_gettext("whether reservation is ignored"),
    "reservation_ground": lazy_gettext("the legal ground"),
    "uses_stale": lazy_gettext("whether unconfirmed contact information is used"),
    "senders_reference": lazy_gettext("the reference"),
    "standing": lazy_gettext("whether it is registered"),
    "emails": lazy_gettext("the e-mail addresses"),
    "phones": lazy_gettext("the phone numbers"),
    "is_reserved": lazy_gettext("the reservation"),
    "confirmed_at": lazy_gettext("the confirmation"),
    "language": lazy_gettext("the language"),
    "language_column": lazy_gettext("the column of languages"),
    "wordings": lazy_gettext("the texts in other languages"),
    "deliver": lazy_gettext("delivered as it is"),
    "deliver_overwritten": lazy_gettext("delivered, but shown with another sender"),
    "at_risk": lazy_gettext("may fail"),
    "needs_registration": lazy_gettext("the sender must be registered first"),
    "will_fail": lazy_gettext("will fail"),
    "is_ended": lazy_gettext("whether it is ended"),
    "dimension": lazy_gettext("what it looks at"),
    "condition": lazy_gettext("the condition"),
    "outcome": lazy_gettext("the outcome"),
    "policy": lazy_gettext("what we do"),
    "sentence": lazy_gettext("the sentence"),
    "shown_as": lazy_gettext("what phones show"),
    "effective_from": lazy_gettext("the first day"),
    "effective_until": lazy_gettext("the day from which it no longer holds"),
    "remedies": lazy_gettext("what mends it"),
    "confidence": lazy_gettext("the confidence"),
    "source_publisher": lazy_gettext("who says it"),
    "source_kind": lazy_gettext("what the source is"),
    "source_url": lazy_gettext("where it is said"),
    "source_as_of": lazy_gettext("when it was read"),
    "note": lazy_gettext("the note"),
    "above": lazy_gettext("what it stands above"),
}


def sentence(action: str, detail: Mapping[str, Any]) -> str:
    """Say what was done; an action without words of its own is shown by its code."""
    words = SENTENCES.get(action)
    if words is None:
        return action
    return str(words) % defaultdict(lambda: "?", {name: _told(value) for name, value in detail.items()})


def actions() -> list[tuple[str, str]]:
    """List every action's code with what it says in general, by the alphabet."""
    listed = ((code, str(words).partition(":")[0]) for code, words in SENTENCES.items())
    return sorted(listed, key=lambda pair: pair[1])


def kinds() -> list[tuple[str, str]]:
    """List every kind's code with its noun, by the alphabet."""
    return sorted(((code, str(kind.noun)) for code, kind in KINDS.items()), key=lambda pair: pair[1])


def leads_somewhere(action: str) -> bool:
    """Tell whether what was done was done to something that whoever reads the log can open."""
    return not action.startswith(_WITHOUT_A_PAGE)


def noun(object_type: str) -> str:
    """Name a kind of thing, or give its code."""
    kind = KINDS.get(object_type)
    return str(kind.noun) if kind else object_type


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value) or str(lazy_gettext("none"))
    return str(_VALUES.get(str(value), value))
