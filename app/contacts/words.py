"""What the pages say of registers and of what they answer."""

from datetime import datetime

from flask_babel import gettext, lazy_gettext

from app.contacts.answer import Standing
from app.contacts.keeping import KEPT_FOR
from app.messaging.identity import IdentityKind
from app.web.formats import oslo_clock

REGISTERS = {
    "krr": lazy_gettext("KRR, the contact and reservation register"),
    "notification_addresses": lazy_gettext("Notification addresses of organisations"),
    "population_register": lazy_gettext("National Population Register"),
    "business_register": lazy_gettext("Register of Business Enterprises"),
    "maskinporten": lazy_gettext("Maskinporten, which lets us into the registers"),
    "embedded": lazy_gettext("Embedded register"),
}
KINDS = {
    IdentityKind.PERSON: lazy_gettext("Person"),
    IdentityKind.ORGANISATION: lazy_gettext("Organisation"),
}
STANDINGS = {
    Standing.FOUND: lazy_gettext("Registered"),
    Standing.NOT_FOUND: lazy_gettext("Not in the register"),
    Standing.DECEASED: lazy_gettext("Deceased or dissolved"),
    Standing.NO_CONTACT_POINT: lazy_gettext("No contact point"),
}
LANGUAGES = {
    "nb": lazy_gettext("Norwegian Bokmål"),
    "nn": lazy_gettext("Norwegian Nynorsk"),
    "en": lazy_gettext("English"),
    "se": lazy_gettext("Northern Sámi"),
}


def register(code: str) -> str:
    """Name a register."""
    return str(REGISTERS.get(code, code))


def as_of(answered_at: datetime) -> str:
    """Say how fresh answers are: `as of 14:32:05, changes show by 14:42:05`."""
    shows_by = answered_at + KEPT_FOR
    return gettext(
        "as of %(clock)s, changes show by %(later)s", clock=oslo_clock(answered_at), later=oslo_clock(shows_by)
    )


def shows_by(answered_at: datetime) -> str:
    """Say when a change shows that the register has taken since it answered."""
    return gettext("What changed there after that shows by %(clock)s.", clock=oslo_clock(answered_at + KEPT_FOR))
