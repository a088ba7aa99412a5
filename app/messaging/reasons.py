"""Why a notification was not delivered, or may not have been: each reason code with its words, advice and owner.

The status says what became of a notification, the reason beside it says why. Pages, exports, e-mails and the desk all
read this table and that of `messaging.status`, and no other.
"""

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who can do something about a status or a reason."""

    NOBODY = "nobody"
    SENDER = "sender"
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    GATEWAY = "gateway"


OWNERS: dict[Owner, str] = {
    Owner.NOBODY: "nobody needs to",
    Owner.SENDER: "the sender",
    Owner.SUPPORT: "the support desk",
    Owner.ADMINISTRATOR: "an administrator",
    Owner.OPERATOR: "the operator of Varsel",
    Owner.GATEWAY: "the gateway's support",
}
"""What each is called, after "who can do it:"."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a status is called by Altinn, what it is called at the desk, what it means, what to do next, and who can."""

    name: str
    label: str
    meaning: str
    advice: str
    owner: Owner = Owner.NOBODY


@dataclass(frozen=True, slots=True)
class Reason:
    """What a reason code means, what to do about it, and who can."""

    words: str
    advice: str
    owner: Owner


_CHECK_NUMBER = "Check the number with the person; correct it, or use e-mail."
_CHECK_ADDRESS = "Check the address with the person; correct it, or use SMS."
_ASK_GATEWAY = "Ask the gateway's support, with its reference and the time of the attempt."
_REGISTER = "Register the sender ID in that country, or send from a number."
_LATER = "Send it again if it still matters."
_POST = "Reach the person by post."

REASONS: dict[str, Reason] = {
    "invalid_recipient": Reason("The gateway does not accept the phone number.", _CHECK_NUMBER, Owner.SENDER),
    "gateway_refused": Reason("The gateway refused the message; its own words say why.", _ASK_GATEWAY, Owner.GATEWAY),
    "text_too_long": Reason(
        "The text is longer than the 16 segments that the gateway carries, and it was not sent cut off.",
        "Shorten the text, and place a new order.",
        Owner.SENDER,
    ),
    "no_operator_report": Reason("The operator never reported what became of it.", _LATER, Owner.SUPPORT),
    "no_information": Reason("The gateway has no information about what became of it.", _ASK_GATEWAY, Owner.GATEWAY),
    "no_operator_took_it": Reason("No operator took it, or the gateway had a fault.", _LATER, Owner.SUPPORT),
    "age_limit": Reason(
        "The subscriber is under the age limit set for the message.", "Use another channel.", Owner.SENDER
    ),
    "prepaid_empty": Reason("The subscriber's prepaid account is empty.", "Use another channel.", Owner.SUPPORT),
    "barred": Reason(
        "The number is barred, blocked or not in use.",
        "Do not send to it again: remove the number from your data, and reach the person another way.",
        Owner.SENDER,
    ),
    "expired_at_operator": Reason(
        "The phone was off or out of reach until the operator gave up.", _LATER, Owner.SUPPORT
    ),
    "deleted_at_operator": Reason("The operator deleted it before it was delivered.", _ASK_GATEWAY, Owner.GATEWAY),
    "no_route": Reason("The operator found no way to the number, or the number is wrong.", _CHECK_NUMBER, Owner.SENDER),
    "rejected_by_operator": Reason("The operator refused it.", _REGISTER, Owner.ADMINISTRATOR),
    "sender_id_refused": Reason("The gateway does not accept the sender ID.", _REGISTER, Owner.ADMINISTRATOR),
    "simulated": Reason("The simulator answered; no phone was reached.", "Nothing to do.", Owner.NOBODY),
    "no_bounce": Reason(
        "The receiving server took it and no bounce has come back since. It may still lie in the spam folder.",
        "Nothing to do.",
        Owner.NOBODY,
    ),
    "address_form": Reason(
        "The receiving server does not accept the form of the address.", _CHECK_ADDRESS, Owner.SENDER
    ),
    "mailbox_unknown": Reason("The receiving server has no such mailbox.", _CHECK_ADDRESS, Owner.SENDER),
    "mailbox_full": Reason("The mailbox is full.", _LATER, Owner.SUPPORT),
    "taken_for_spam": Reason(
        "The receiving server took the contents for spam.",
        "Look at the wording, and ask about the reputation of the sender's domain.",
        Owner.OPERATOR,
    ),
    "refused_by_policy": Reason(
        "The receiving server's rules refuse e-mail from us to this address.",
        "Ask the receiving server's administrators to let us through.",
        Owner.OPERATOR,
    ),
    "sender_refused": Reason(
        "The receiving server does not accept our sender address.",
        "Send from another address, or have its domain set up for us.",
        Owner.OPERATOR,
    ),
    "sent_back": Reason("The receiving server sent it back; its own words say why.", _CHECK_ADDRESS, Owner.SENDER),
    "not_delivered_in_time": Reason(
        "The mail servers tried for as long as they do, and could not deliver it.", _LATER, Owner.SUPPORT
    ),
    "quarantined": Reason(
        "The receiving server put it in quarantine.",
        "Ask the receiving server's administrators to let it through.",
        Owner.OPERATOR,
    ),
    "complained": Reason(
        "The person got it and reported it as spam.",
        "Do not send to this address again without asking; say in the text why the person gets it.",
        Owner.SENDER,
    ),
    "too_large": Reason("The receiving server found the e-mail too large.", "Shorten the text.", Owner.SENDER),
    "cannot_be_written": Reason(
        "An e-mail cannot be written with this sender, subject or address.",
        "Correct the sender, the subject or the address.",
        Owner.SENDER,
    ),
    "retry_unreachable": Reason(
        "The gateway could not be reached.",
        "Nothing: it is tried again, by another gateway where there is one.",
        Owner.NOBODY,
    ),
    "retry_log_on": Reason(
        "The gateway did not let us sign in.",
        "Set the gateway's user and password right; until then it is tried again.",
        Owner.OPERATOR,
    ),
    "retry_throttled": Reason(
        "The gateway takes no more for the moment.",
        "Nothing: it is tried again. Give the gateway a limit if it happens often.",
        Owner.NOBODY,
    ),
    "retry_trouble": Reason(
        "The gateway has trouble of its own.",
        "Nothing: it is tried again, by another gateway where there is one.",
        Owner.NOBODY,
    ),
    "retry_deferred": Reason(
        "The receiving server wants to be asked again later.",
        "Nothing: it is tried again.",
        Owner.NOBODY,
    ),
    "handover_stopped": Reason(
        "A fault in Varsel keeps it from being handed over. Nothing of it was sent.",
        "Tell an administrator, who finds it among the stopped hand-overs, and lets it go again or ends it.",
        Owner.ADMINISTRATOR,
    ),
    "given_up": Reason(
        "A fault in Varsel kept it from being handed over, and an administrator ended it. Nothing of it was sent.",
        _LATER,
        Owner.SENDER,
    ),
    "handover_uncertain": Reason(
        "The hand-over was cut off, so the gateway may or may not have it. It is not sent again by itself.",
        "Ask the gateway's support whether it has it, with the address and the time of the attempt. A delivery report "
        "still settles it; otherwise it ends with its time to live.",
        Owner.SUPPORT,
    ),
    "missing_values": Reason(
        "The text has a placeholder that the recipient's row has no value for.",
        "Give the list a column of that name, and place a new order.",
        Owner.SENDER,
    ),
    "contact_reserved": Reason("The person is reserved against electronic communication.", _POST, Owner.SENDER),
    "contact_stale": Reason(
        "The person has not confirmed the contact information for 18 months, so it was left out.",
        f"{_POST} A new order may use such contact information, if its sender says so.",
        Owner.SENDER,
    ),
    "contact_no_address": Reason(
        "The register has no address for the channel.", f"Use another channel. {_POST}", Owner.SENDER
    ),
    "contact_not_found": Reason(
        "The register does not know the number.", "Check the number; if it is right, use the post.", Owner.SENDER
    ),
    "contact_deceased": Reason(
        "The register says that the person is dead, or the organisation dissolved.",
        "Remove them from your data.",
        Owner.SENDER,
    ),
    "stopped": Reason(
        "Somebody stopped the sending before it was handed over.",
        "Place a new order to send after all.",
        Owner.SENDER,
    ),
}

CONTACT = "contact_"
"""How the code of a reason begins that lies with a register's answer; that of a `contacts.choosing.Reason` follows."""

COUNTRY_RULE = "country_rule:"
"""How the code of a country rule begins; the rule's own id follows."""

_OF_A_COUNTRY_RULE = Reason(
    "A country rule keeps it from being sent as it was asked for.",
    f"{_REGISTER} Where an address is known, e-mail reaches the person now.",
    Owner.ADMINISTRATOR,
)


def reason_of(code: str | None) -> Reason | None:
    """Give the words, advice and owner of a reason code; None for none, and for a code that has no words."""
    if not code:
        return None
    return _OF_A_COUNTRY_RULE if code.startswith(COUNTRY_RULE) else REASONS.get(code)
