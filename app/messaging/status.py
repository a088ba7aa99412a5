"""Statuses of shipments and notifications: Altinn's names and numbers, which may follow which, words and advice.

Numbers are those of Altinn's external enum `ProcessingLifecycleExt`, so that a stored status means the same everywhere.
"""

from enum import IntEnum

from app.messaging.reasons import Owner, Wording


class Channel(IntEnum):
    """How a notification travels."""

    EMAIL = 1
    SMS = 2


class Route(IntEnum):
    """Where a notification was handed over; `NONE` until that is decided."""

    NONE = 0
    REAL = 1
    SIMULATED = 2


class ShipmentStatus(IntEnum):
    """The status of one send-out, shown with the prefix `Order_` as Altinn shows it."""

    REGISTERED = 0
    PROCESSING = 1
    COMPLETED = 2
    SEND_CONDITION_NOT_MET = 3
    CANCELLED = 4
    PROCESSED = 5


class Status(IntEnum):
    """The status of one notification, on either channel."""

    SMS_NEW = 25
    SMS_SENDING = 26
    SMS_ACCEPTED = 27
    SMS_DELIVERED = 28
    SMS_FAILED = 29
    SMS_FAILED_INVALID_RECIPIENT = 30
    SMS_FAILED_RECIPIENT_RESERVED = 31
    SMS_FAILED_BARRED_RECEIVER = 32
    SMS_FAILED_DELETED = 33
    SMS_FAILED_EXPIRED = 34
    SMS_FAILED_UNDELIVERED = 35
    SMS_FAILED_RECIPIENT_NOT_IDENTIFIED = 36
    SMS_FAILED_REJECTED = 37
    SMS_FAILED_TTL = 38
    EMAIL_NEW = 50
    EMAIL_SENDING = 51
    EMAIL_SUCCEEDED = 52
    EMAIL_DELIVERED = 53
    EMAIL_FAILED = 54
    EMAIL_FAILED_RECIPIENT_RESERVED = 55
    EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED = 56
    EMAIL_FAILED_INVALID_FORMAT = 57
    EMAIL_FAILED_SUPPRESSED_RECIPIENT = 58
    EMAIL_FAILED_TRANSIENT_ERROR = 59
    EMAIL_FAILED_BOUNCED = 60
    EMAIL_FAILED_FILTERED_SPAM = 61
    EMAIL_FAILED_QUARANTINED = 62
    EMAIL_FAILED_TTL = 63
    EMAIL_FAILED_INVALID_SAS_URL = 64
    EMAIL_FAILED_PAYLOAD_TOO_LARGE = 65


_FIX_ADDRESS = ("Check the address with the person. If it is right, use another channel.", Owner.SENDER)
_NOTHING_TO_DO = "Nothing to do."
_WAIT = "Nothing to do yet; this page follows it by itself."
_GATEWAY = (
    "Ask the gateway's support, with the gateway's reference and the time of the attempt.",
    Owner.GATEWAY,
)

SHIPMENT_WORDING: dict[ShipmentStatus, Wording] = {
    ShipmentStatus.REGISTERED: Wording(
        "Order_Registered", "Registered", "Saved, and waiting for its send time.", "It can still be cancelled."
    ),
    ShipmentStatus.PROCESSING: Wording("Order_Processing", "Processing", "Its notifications are being made.", _WAIT),
    ShipmentStatus.PROCESSED: Wording(
        "Order_Processed", "Processed", "Its notifications are made; at least one has no final status yet.", _WAIT
    ),
    ShipmentStatus.COMPLETED: Wording(
        "Order_Completed", "Completed", "Every notification has its final status.", _NOTHING_TO_DO
    ),
    ShipmentStatus.SEND_CONDITION_NOT_MET: Wording(
        "Order_SendConditionNotMet",
        "Send condition not met",
        "The condition was asked just before sending and answered no.",
        _NOTHING_TO_DO,
    ),
    ShipmentStatus.CANCELLED: Wording(
        "Order_Cancelled", "Cancelled", "Withdrawn before anything was sent.", "Place a new order to send after all."
    ),
}

WORDING: dict[Status, Wording] = {
    Status.SMS_NEW: Wording("SMS_New", "New", "Made, and waiting for its turn to be sent.", _WAIT),
    Status.SMS_SENDING: Wording("SMS_Sending", "Sending", "A worker has it and is handing it over.", _WAIT),
    Status.SMS_ACCEPTED: Wording(
        "SMS_Accepted", "Accepted", "The gateway has taken it; the phone has not confirmed it yet.", _WAIT
    ),
    Status.SMS_DELIVERED: Wording(
        "SMS_Delivered", "Delivered", "The phone has confirmed that it got the message.", _NOTHING_TO_DO
    ),
    Status.SMS_FAILED: Wording(
        "SMS_Failed", "Failed", "The gateway could not deliver it and gave no more precise status.", *_GATEWAY
    ),
    Status.SMS_FAILED_INVALID_RECIPIENT: Wording(
        "SMS_Failed_InvalidRecipient",
        "Invalid recipient",
        "The gateway does not accept the phone number.",
        *_FIX_ADDRESS,
    ),
    Status.SMS_FAILED_RECIPIENT_RESERVED: Wording(
        "SMS_Failed_RecipientReserved",
        "Recipient reserved",
        "The person is reserved against electronic communication.",
        "Reach the person by post.",
        Owner.SENDER,
    ),
    Status.SMS_FAILED_BARRED_RECEIVER: Wording(
        "SMS_Failed_BarredReceiver",
        "Barred receiver",
        "The number is barred, blocked or not in use.",
        "Remove the number from your data, and reach the person another way.",
        Owner.SENDER,
    ),
    Status.SMS_FAILED_DELETED: Wording(
        "SMS_Failed_Deleted", "Deleted", "The operator deleted the message before it was delivered.", *_GATEWAY
    ),
    Status.SMS_FAILED_EXPIRED: Wording(
        "SMS_Failed_Expired",
        "Expired at the operator",
        "The phone was off or out of reach until the operator gave up.",
        "Send it again if it still matters.",
        Owner.SUPPORT,
    ),
    Status.SMS_FAILED_UNDELIVERED: Wording(
        "SMS_Failed_Undelivered",
        "Undelivered",
        "The operator found no way to the number, or the number is wrong.",
        *_FIX_ADDRESS,
    ),
    Status.SMS_FAILED_RECIPIENT_NOT_IDENTIFIED: Wording(
        "SMS_Failed_RecipientNotIdentified",
        "Recipient not identified",
        "No usable phone number was found when it was to be sent.",
        "Use another channel.",
        Owner.SENDER,
    ),
    Status.SMS_FAILED_REJECTED: Wording(
        "SMS_Failed_Rejected",
        "Rejected",
        "The operator refused the message.",
        "Read the gateway's words; the sender ID or the text may not be allowed in that country.",
        Owner.ADMINISTRATOR,
    ),
    Status.SMS_FAILED_TTL: Wording(
        "SMS_Failed_TTL",
        "Time to live passed",
        "No final report came before our own time limit.",
        "It may or may not have arrived. Send it again only if twice does no harm.",
        Owner.SUPPORT,
    ),
    Status.EMAIL_NEW: Wording("Email_New", "New", "Made, and waiting for its turn to be sent.", _WAIT),
    Status.EMAIL_SENDING: Wording("Email_Sending", "Sending", "A worker has it and is handing it over.", _WAIT),
    Status.EMAIL_SUCCEEDED: Wording(
        "Email_Succeeded", "Succeeded", "The receiving server has taken it; delivery is not confirmed yet.", _WAIT
    ),
    Status.EMAIL_DELIVERED: Wording(
        "Email_Delivered", "Delivered", "The e-mail is delivered.", "If it is not seen, look in the spam folder."
    ),
    Status.EMAIL_FAILED: Wording(
        "Email_Failed", "Failed", "It could not be delivered, and no more precise status was given.", *_GATEWAY
    ),
    Status.EMAIL_FAILED_RECIPIENT_RESERVED: Wording(
        "Email_Failed_RecipientReserved",
        "Recipient reserved",
        "The person is reserved against electronic communication.",
        "Reach the person by post.",
        Owner.SENDER,
    ),
    Status.EMAIL_FAILED_RECIPIENT_NOT_IDENTIFIED: Wording(
        "Email_Failed_RecipientNotIdentified",
        "Recipient not identified",
        "No usable e-mail address was found when it was to be sent.",
        "Use another channel.",
        Owner.SENDER,
    ),
    Status.EMAIL_FAILED_INVALID_FORMAT: Wording(
        "Email_Failed_InvalidFormat",
        "Invalid address",
        "The receiving server does not accept the form of the address.",
        *_FIX_ADDRESS,
    ),
    Status.EMAIL_FAILED_SUPPRESSED_RECIPIENT: Wording(
        "Email_Failed_SuppressedRecipient",
        "Suppressed recipient",
        "The address is on the provider's list of addresses not to be sent to.",
        *_FIX_ADDRESS,
    ),
    Status.EMAIL_FAILED_TRANSIENT_ERROR: Wording(
        "Email_Failed_TransientError", "Transient error", "The provider had a passing fault.", *_GATEWAY
    ),
    Status.EMAIL_FAILED_BOUNCED: Wording(
        "Email_Failed_Bounced", "Bounced", "The receiving server refused the address.", *_FIX_ADDRESS
    ),
    Status.EMAIL_FAILED_FILTERED_SPAM: Wording(
        "Email_Failed_FilteredSpam",
        "Taken for spam",
        "The receiving server took it for spam.",
        "Look at the wording, and ask the operator about the sender's reputation.",
        Owner.OPERATOR,
    ),
    Status.EMAIL_FAILED_QUARANTINED: Wording(
        "Email_Failed_Quarantined", "Quarantined", "The receiving server put it in quarantine.", *_GATEWAY
    ),
    Status.EMAIL_FAILED_TTL: Wording(
        "Email_Failed_TTL",
        "Time to live passed",
        "No final report came before our own time limit.",
        "It may or may not have arrived. Send it again only if twice does no harm.",
        Owner.SUPPORT,
    ),
    Status.EMAIL_FAILED_INVALID_SAS_URL: Wording(
        "Email_Failed_InvalidSasUrl",
        "Attachment unavailable",
        "The address of an attachment is invalid or has ended.",
        "Attach it again.",
        Owner.SENDER,
    ),
    Status.EMAIL_FAILED_PAYLOAD_TOO_LARGE: Wording(
        "Email_Failed_PayloadTooLarge",
        "Too large",
        "The receiving server found the e-mail too large.",
        "Shorten the text.",
        Owner.SENDER,
    ),
}

NEW = {Channel.SMS: Status.SMS_NEW, Channel.EMAIL: Status.EMAIL_NEW}
SENDING = {Channel.SMS: Status.SMS_SENDING, Channel.EMAIL: Status.EMAIL_SENDING}
ACCEPTED = {Channel.SMS: Status.SMS_ACCEPTED, Channel.EMAIL: Status.EMAIL_SUCCEEDED}
DELIVERED = {Channel.SMS: Status.SMS_DELIVERED, Channel.EMAIL: Status.EMAIL_DELIVERED}
FAILED_TTL = {Channel.SMS: Status.SMS_FAILED_TTL, Channel.EMAIL: Status.EMAIL_FAILED_TTL}

OPEN = frozenset({*NEW.values(), *SENDING.values(), *ACCEPTED.values()})
"""Statuses that a notification still leaves by itself."""

FINAL = frozenset(Status) - OPEN
FAILED = FINAL - frozenset(DELIVERED.values())

FOLLOWS: dict[Status, frozenset[Status]] = {
    **{NEW[channel]: frozenset({SENDING[channel], FAILED_TTL[channel]}) for channel in Channel},
    **{
        SENDING[channel]: frozenset({NEW[channel], ACCEPTED[channel]})
        | {status for status in FAILED if status.name.startswith(channel.name)}
        for channel in Channel
    },
    **{
        ACCEPTED[channel]: frozenset({DELIVERED[channel]})
        | {status for status in FAILED if status.name.startswith(channel.name)}
        for channel in Channel
    },
}
"""Which statuses may follow an open one; nothing follows a final one, but a remedy at the desk reopens a failed one."""

SHIPMENT_OPEN = frozenset({ShipmentStatus.REGISTERED, ShipmentStatus.PROCESSING, ShipmentStatus.PROCESSED})
"""Statuses that a shipment still leaves by itself."""


class AttemptOutcome(IntEnum):
    """What came of one hand-over."""

    ACCEPTED = 1
    REFUSED = 2
    REFUSED_FOR_NOW = 3
    UNCERTAIN = 4


class ReportEffect(IntEnum):
    """What a delivery report did to its notification."""

    APPLIED = 1
    NO_CHANGE = 2
    """A repeat, too late to change a final status, or about one segment while others are still out."""
    EXPIRED = 3
    """It came after the notification's time to live."""
    UNKNOWN_REFERENCE = 4
    UNKNOWN_STATE = 5
