"""What people write at the desk is kept in the audit log, and must hold no personal data."""

import re

from flask_babel import lazy_gettext
from wtforms import Field, Form
from wtforms.validators import ValidationError

from app.messaging.address import InvalidAddress, parse_phone
from app.messaging.identity import parse_person

_EMAIL = re.compile(r"(?<![^\s@])[^\s@]+@[^\s@]+\.[^\s@]+")
_DIGITS = re.compile(r"\+?[0-9][0-9 .\u00a0-]{6,}[0-9]")

LEAVE_OUT = lazy_gettext(
    "Leave out phone numbers, e-mail addresses and identity numbers: what is written here is kept in the audit log."
)


def holds_personal_data(text: str) -> bool:
    """Tell whether an e-mail address, a phone number or a national identity number stands in the text."""
    return bool(_EMAIL.search(text)) or any(map(_is_somebody, _DIGITS.findall(text)))


def without_personal_data(_form: Form, field: Field) -> None:
    """Refuse, as a validator of a form, a text that holds personal data."""
    if holds_personal_data(field.data or ""):
        raise ValidationError(LEAVE_OUT)


def _is_somebody(digits: str) -> bool:
    for read in (parse_phone, parse_person):
        try:
            read(digits)
        except InvalidAddress:
            continue
        return True
    return False
