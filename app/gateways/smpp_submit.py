"""The `submit_sm` operations that one message becomes: addresses, alphabet, segments, validity (SMPP 3.4, 4.4)."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.gateways.contract import GatewaySettings, Message
from app.messaging import gsm
from app.messaging.segments import GSM7, Alphabet, cut

Fields = dict[str, int | str | bytes]
"""The fields of one operation, by the specification's own names."""

_GSM, _UCS2 = 0x00, 0x08
_HAS_HEADER = 0x40
_RECEIPT_WANTED = 0x01
_HEADER_OCTETS = 6
_FILL_BITS = 1
"""Six octets of header end one bit before a septet's border."""

_INTERNATIONAL, _NETWORK, _ALPHANUMERIC = 1, 3, 5
_ISDN, _NO_PLAN = 1, 0
_SHORT_CODE_MOST = 5
_LONGEST_VALIDITY = timedelta(days=99)


@dataclass(frozen=True, slots=True)
class Writing:
    """How one SMSC wants a text: GSM-7 packed or not, long texts with headers or as one payload."""

    packed: bool
    payload: bool

    @classmethod
    def of(cls, settings: GatewaySettings) -> "Writing":
        """As the settings say."""
        return cls(settings.smpp_alphabet == "packed", settings.smpp_long == "payload")


def operations(message: Message, writing: Writing, now: datetime) -> list[Fields]:
    """One operation, or one per segment where a long text goes out with headers; at least one."""
    common = _common(message, now)
    return [{**common, **contents} for contents in _contents(message.text, writing)]


def _common(message: Message, now: datetime) -> Fields:
    ton, npi, sender = _source(message.sender)
    return {
        "service_type": "",
        "source_addr_ton": ton,
        "source_addr_npi": npi,
        "source_addr": sender,
        "dest_addr_ton": _INTERNATIONAL,
        "dest_addr_npi": _ISDN,
        "destination_addr": message.address.lstrip("+"),
        "validity_period": validity_period(message.expires_at, now),
        "registered_delivery": _RECEIPT_WANTED,
    }


def _source(sender: str) -> tuple[int, int, str]:
    """Letters, a short code of the operators' network, or a phone number with its country code."""
    digits = sender.lstrip("+")
    if not digits.isdecimal():
        return _ALPHANUMERIC, _NO_PLAN, sender
    if len(digits) <= _SHORT_CODE_MOST:
        return _NETWORK, _NO_PLAN, digits
    return _INTERNATIONAL, _ISDN, digits


def validity_period(expires_at: datetime | None, now: datetime) -> str:
    """From now until then in the relative notation, which needs no clocks to agree; empty for the SMSC's own."""
    if expires_at is None:
        return ""
    left = min(max(expires_at - now, timedelta(seconds=1)), _LONGEST_VALIDITY)
    hours, rest = divmod(left.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    months, days = divmod(left.days, 30)
    return f"00{months:02}{days:02}{hours:02}{minutes:02}{seconds:02}000R"


def _contents(text: str, writing: Writing) -> Iterator[Fields]:
    alphabet, segments = cut(text)
    coding: Fields = {"data_coding": _GSM if alphabet is GSM7 else _UCS2}
    if len(segments) < 2:
        yield {**coding, "short_message": _octets("".join(segments), alphabet, writing.packed)}
    elif writing.payload:
        yield {**coding, "message_payload": _octets("".join(segments), alphabet, writing.packed)}
    else:
        number = secrets.randbelow(256)
        for place, units in enumerate(segments, 1):
            header = bytes((_HEADER_OCTETS - 1, 0, 3, number, len(segments), place))
            octets = _octets(units, alphabet, writing.packed, _FILL_BITS)
            yield {**coding, "esm_class": _HAS_HEADER, "short_message": header + octets}


def _octets(units: str, alphabet: Alphabet, packed: bool, fill_bits: int = 0) -> bytes:
    if alphabet is not GSM7:
        return gsm.utf16(units)
    codes = gsm.septets(units)
    return gsm.packed(codes, fill_bits) if packed else codes
