"""The words that rules are written in, and which of them is worse."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """What a rule predicts, from the best to the worst (the reference's order of severity)."""

    DELIVER = "deliver"
    DELIVER_OVERWRITTEN = "deliver_overwritten"
    UNKNOWN = "unknown"
    AT_RISK = "at_risk"
    NEEDS_REGISTRATION = "needs_registration"
    WILL_FAIL = "will_fail"

    @property
    def severity(self) -> int:
        """Return a number that is greater for a worse outcome."""
        return _SEVERITY[self]


class Policy(Enum):
    """What we do about an outcome; `SUBSTITUTE` and `REROUTE` are never a default, an administrator chooses them."""

    ALLOW = "allow"
    WARN = "warn"
    SUBSTITUTE = "substitute"
    REROUTE = "reroute"
    BLOCK = "block"


class Dimension(Enum):
    """What a rule looks at; of each dimension the first rule that matches counts."""

    FORMAT = "format"
    SENDER = "sender"
    CONTENT = "content"


class SenderKind(Enum):
    """What a sender ID is made of."""

    NAME = "name"
    NUMBER = "number"
    SHORT_CODE = "short_code"


class NumberOrigin(Enum):
    """Whose a number as sender is, seen from the recipient's country."""

    DOMESTIC = "domestic"
    FOREIGN = "foreign"
    TWO_WAY = "two_way"


class Standing(Enum):
    """What a registration is worth to one SMS: only `REGISTERED` counts, the others behave as unregistered."""

    REGISTERED = "registered"
    WRONG_PROVIDER = "wrong_provider"
    WRONG_SPELLING = "wrong_spelling"
    UNREGISTERED = "unregistered"


class RegistrationStatus(Enum):
    """How far a registration has come; only an approved one counts."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACTION_REQUIRED = "action_required"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class Need(Enum):
    """What a country's registry or operators want to know or see before they register a sender ID."""

    COMPANY_NUMBER = "company_number"
    VAT_NUMBER = "vat_number"
    ADDRESS = "address"
    BRAND = "brand"
    WEBSITE = "website"
    REPRESENTATIVE = "representative"
    CATEGORY = "category"
    SAMPLES = "samples"
    VOLUME = "volume"
    OPT_IN = "opt_in"
    URLS = "urls"
    PROVIDERS = "providers"
    LINK_PROOF = "link_proof"
    LETTER_OF_AUTHORISATION = "letter_of_authorisation"
    NO_OBJECTION = "no_objection"
    COMPANY_CERTIFICATE = "company_certificate"
    TRADEMARK = "trademark"
    AUTHORITY = "authority"
    IDENTITY_DOCUMENT = "identity_document"
    FORM = "form"


class LinkStatus(Enum):
    """The worst link of a text, from the best to the worst."""

    NONE = "none"
    APPROVED = "approved"
    UNAPPROVED = "unapproved"
    SHORTENED = "shortened"


class Confidence(Enum):
    """How sure the sources make us; what is low may warn, never block."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class SourceKind(Enum):
    """Who says it."""

    REGULATOR = "regulator"
    PROVIDER = "provider"
    PRESS = "press"
    THIRD_PARTY = "third_party"
    PUBLIC_CODE = "public_code"
    FIRST_PARTY = "first_party"


class Remedy(Enum):
    """What mends an outcome."""

    REGISTER_SENDER = "register_sender"
    REGISTER_NUMBER = "register_number"
    USE_LOCAL_NUMERIC_OR_SHORT_CODE = "use_local_numeric_or_short_code"
    WHITELIST_URL = "whitelist_url"
    NOMINATE_SENDER_FOR_URL = "nominate_sender_for_url"
    REMOVE_URL = "remove_url"
    USE_FULL_URL = "use_full_url"
    ASK_PROVIDER_TO_WHITELIST = "ask_provider_to_whitelist"
    ADD_PROVIDER_TO_REGISTRATION = "add_provider_to_registration"
    SEND_EXACT_REGISTERED_SPELLING = "send_exact_registered_spelling"
    CHANGE_SENDER = "change_sender"
    USE_OTHER_CHANNEL = "use_other_channel"


POLICY_DEFAULT = {
    Outcome.DELIVER: Policy.ALLOW,
    Outcome.DELIVER_OVERWRITTEN: Policy.WARN,
    Outcome.UNKNOWN: Policy.WARN,
    Outcome.AT_RISK: Policy.WARN,
    Outcome.NEEDS_REGISTRATION: Policy.BLOCK,
    Outcome.WILL_FAIL: Policy.BLOCK,
}
"""What we do where no administrator has decided otherwise."""

REMEDY_WORDS = {
    Remedy.REGISTER_SENDER: "Register the sender in this country.",
    Remedy.REGISTER_NUMBER: "Register the number as sender in this country.",
    Remedy.USE_LOCAL_NUMERIC_OR_SHORT_CODE: "Use a number or short code of this country as sender.",
    Remedy.WHITELIST_URL: "Have the link's host approved on the registration.",
    Remedy.NOMINATE_SENDER_FOR_URL: "Have the sender nominated for links.",
    Remedy.REMOVE_URL: "Remove the link from the text.",
    Remedy.USE_FULL_URL: "Write the full link instead of a shortened one.",
    Remedy.ASK_PROVIDER_TO_WHITELIST: "Ask the provider to have the link allow-listed.",
    Remedy.ADD_PROVIDER_TO_REGISTRATION: "Add the provider to the registration.",
    Remedy.SEND_EXACT_REGISTERED_SPELLING: "Write the sender exactly as it is registered.",
    Remedy.CHANGE_SENDER: "Use another sender.",
    Remedy.USE_OTHER_CHANNEL: "Move these recipients to e-mail.",
}
"""What mends an outcome, as the person at the desk reads it."""

OUTCOME_WORDS = {
    Outcome.DELIVER: "Delivered as it is",
    Outcome.DELIVER_OVERWRITTEN: "Delivered, but shown with another sender",
    Outcome.UNKNOWN: "Not known",
    Outcome.AT_RISK: "May fail",
    Outcome.NEEDS_REGISTRATION: "The sender must be registered first",
    Outcome.WILL_FAIL: "Will fail",
}
"""An outcome as the person at the desk reads it."""

_SEVERITY = {outcome: severity for severity, outcome in enumerate(Outcome)}
