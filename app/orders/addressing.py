"""By which addresses a row's recipient is reached: one of the order's channel, or of two channels one or both."""

from collections.abc import Callable
from typing import NamedTuple

from app.intake.table import Row
from app.messaging.address import InvalidAddress, PhoneNumber, parse_email, parse_phone
from app.messaging.identity import Identity, looks_like_identity, parse_bare
from app.messaging.scheme import channels_of
from app.messaging.status import Channel
from app.orders.models import RecipientKind
from app.orders.sources import Source


class Address(NamedTuple):
    """What is known of one recipient."""

    kind: RecipientKind
    address: str
    country: str
    email: str | None = None
    """Beside a phone number."""
    is_half: bool = False
    """Whether the row has another address that cannot be used."""
    number: str = ""
    """The national identity number or organisation number of a person or an organisation, who has no address yet."""


Reader = Callable[[Row], Address]
"""Reads a row; raises InvalidAddress, of the first address, where it has no usable one."""


def known(kind: int, has_email: bool) -> tuple[Channel, ...]:
    """Tell of a stored recipient on which channels there is an address.

    A person or an organisation counts as what the registers know: as a phone number, an e-mail address, or neither.
    """
    if kind == RecipientKind.EMAIL:
        return (Channel.EMAIL,)
    if kind != RecipientKind.PHONE:
        return ()
    return (Channel.SMS, Channel.EMAIL) if has_email else (Channel.SMS,)


def reader(scheme: int, source: Source) -> Reader:
    """Return what reads the rows of a source for an order of this scheme."""
    column, channels = source.recipient_column, channels_of(scheme)
    if len(channels) == 1:
        parse = _phone_or_number if channels[0] is Channel.SMS else _email_or_number
        return lambda row: parse(row.values[column])
    if source.email_column is None:
        return lambda row: _either(row.values[column])
    second = source.email_column
    return lambda row: _two(row.values[column], row.values[second])


def _phone(written: str) -> Address:
    number = parse_phone(written)
    return Address(RecipientKind.PHONE, number.e164, number.country)


def _email(written: str) -> Address:
    return Address(RecipientKind.EMAIL, parse_email(written).address, "")


def _either(written: str) -> Address:
    return _email(written) if "@" in written else _phone_or_number(written)


def _phone_or_number(written: str) -> Address:
    """Read a phone number, or a person's or an organisation's number, each by its form."""
    return _phone(written) if written.startswith("+") else _of(parse_bare(written))


def _email_or_number(written: str) -> Address:
    """Read an e-mail address, or a person's or an organisation's number, each by its form."""
    return _of(parse_bare(written)) if looks_like_identity(written) else _email(written)


def _of(found: PhoneNumber | Identity) -> Address:
    if isinstance(found, PhoneNumber):
        return Address(RecipientKind.PHONE, found.e164, found.country)
    return Address(RecipientKind(found.kind), "", "", number=found.number)


def _two(phone: str, email: str) -> Address:
    """Of two cells at least one must hold a usable address; the other may be empty, or is passed over."""
    if not email.strip():
        return _phone(phone)
    if not phone.strip():
        return _email(email)
    try:
        by_phone = _phone(phone)
    except InvalidAddress:
        return _email(email)._replace(is_half=True)
    try:
        return by_phone._replace(email=parse_email(email).address)
    except InvalidAddress:
        return by_phone._replace(is_half=True)
