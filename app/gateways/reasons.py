"""Why a gateway did not deliver, in words for the desk; each key is a reason that an outcome or a report may carry."""

INVALID_RECIPIENT = "invalid_recipient"
GATEWAY_REFUSED = "gateway_refused"
TEXT_TOO_LONG = "text_too_long"
NO_OPERATOR_REPORT = "no_operator_report"
NO_INFORMATION = "no_information"
NO_OPERATOR_TOOK_IT = "no_operator_took_it"
AGE_LIMIT = "age_limit"
PREPAID_EMPTY = "prepaid_empty"
BARRED = "barred"
EXPIRED_AT_OPERATOR = "expired_at_operator"
DELETED_AT_OPERATOR = "deleted_at_operator"
NO_ROUTE = "no_route"
REJECTED_BY_OPERATOR = "rejected_by_operator"
SIMULATED = "simulated"
NO_BOUNCE = "no_bounce"
ADDRESS_FORM = "address_form"
MAILBOX_UNKNOWN = "mailbox_unknown"
MAILBOX_FULL = "mailbox_full"
TAKEN_FOR_SPAM = "taken_for_spam"
REFUSED_BY_POLICY = "refused_by_policy"
SENDER_REFUSED = "sender_refused"
TOO_LARGE = "too_large"
CANNOT_BE_WRITTEN = "cannot_be_written"

WORDS: dict[str, str] = {
    INVALID_RECIPIENT: "The gateway does not accept the phone number.",
    GATEWAY_REFUSED: "The gateway refused the message; its own words say why.",
    TEXT_TOO_LONG: "The text is longer than the 16 segments that the gateway carries, and it was not sent cut off.",
    NO_OPERATOR_REPORT: "The operator never reported what became of it.",
    NO_INFORMATION: "The gateway has no information about what became of it.",
    NO_OPERATOR_TOOK_IT: "No operator took it, or the gateway had a fault.",
    AGE_LIMIT: "The subscriber is under the age limit set for the message.",
    PREPAID_EMPTY: "The subscriber's prepaid account is empty.",
    BARRED: "The number is barred, blocked or not in use.",
    EXPIRED_AT_OPERATOR: "The phone was off or out of reach until the operator gave up.",
    DELETED_AT_OPERATOR: "The operator deleted it before it was delivered.",
    NO_ROUTE: "The operator found no way to the number, or the number is wrong.",
    REJECTED_BY_OPERATOR: "The operator refused it.",
    SIMULATED: "The simulator answered; no phone was reached.",
    NO_BOUNCE: "The receiving server took it and no bounce has come back since. It may still lie in the spam folder.",
    ADDRESS_FORM: "The receiving server does not accept the form of the address.",
    MAILBOX_UNKNOWN: "The receiving server has no such mailbox.",
    MAILBOX_FULL: "The mailbox is full.",
    TAKEN_FOR_SPAM: "The receiving server took the contents for spam.",
    REFUSED_BY_POLICY: "The receiving server's rules refuse e-mail from us to this address.",
    SENDER_REFUSED: "The receiving server does not accept our sender address.",
    TOO_LARGE: "The receiving server found the e-mail too large.",
    CANNOT_BE_WRITTEN: "An e-mail cannot be written with this sender, subject or address.",
}
