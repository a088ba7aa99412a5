"""A draft as it stands, in the words of the form's fields."""

from typing import Any

from app.accounts.models import ServiceOwner
from app.messaging.days import Days
from app.messaging.schedule import OSLO
from app.messaging.scheme import Scheme, has
from app.messaging.status import Channel
from app.orders import templating
from app.orders.models import Order

SCHEMES = {
    "sms": Scheme.SMS,
    "email": Scheme.EMAIL,
    "email-preferred": Scheme.EMAIL_PREFERRED,
    "sms-preferred": Scheme.SMS_PREFERRED,
    "email-and-sms": Scheme.EMAIL_AND_SMS,
}
"""What the form calls them."""

_NAMES = {scheme: name for name, scheme in SCHEMES.items()}


def of(draft: Order) -> dict[str, Any]:
    """Give what each field holds."""
    local = draft.send_at.astimezone(OSLO) if draft.send_at else None
    return {
        "service_owner_id": draft.service_owner_id,
        "senders_reference": draft.senders_reference,
        "channel": _NAMES[Scheme(draft.channel)],
        "falls_back": draft.falls_back,
        "ignores_reservation": draft.ignores_reservation,
        "reservation_ground": draft.reservation_ground,
        "uses_stale": draft.uses_stale,
        "sms_sender": draft.sms_sender,
        "email_from": draft.email_from,
        "email_subject": draft.email_subject,
        "sms_text": draft.sms_text,
        "email_text": draft.email_text,
        "email_is_markdown": draft.email_is_markdown,
        "template_version_id": draft.template_version_id,
        "condition_url": draft.condition_url,
        "condition_unclear": "hold" if draft.condition_holds else "send",
        "language_column": draft.language_column,
        **templating.typed(draft.language, draft.wordings),
        "send_when": "later" if local else "now",
        "send_on": local.date() if local else None,
        "send_time": local.time() if local else None,
        **_days(draft.days),
        "window": "daytime" if draft.daytime_only or not has(draft.channel, Channel.SMS) else "anytime",
    }


def start_of(owner: ServiceOwner) -> dict[str, Any]:
    """Give what the new orders of a service owner start with."""
    return {"sms_sender": owner.sms_sender, "email_from": owner.email_from, **_days(owner.days)}


def _days(days: int) -> dict[str, bool]:
    return {"weekdays_only": bool(days & Days.WEEKDAYS_ONLY), "no_holidays": bool(days & Days.NO_HOLIDAYS)}
