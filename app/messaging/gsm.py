"""The octets of a text on the radio: GSM-7 septets, packed or not (3GPP TS 23.038), and UTF-16."""

from __future__ import annotations

from app.messaging.segments import BASIC, EXTENDED_CODES

_ESCAPE = 0x1B
_RETURN = 0x0D
_TABLE = BASIC[:_ESCAPE] + "\x1b" + BASIC[_ESCAPE:]
_CODES = {ord(character): code for code, character in enumerate(_TABLE)} | {
    ord(character): code for character, code in EXTENDED_CODES.items()
}


def septets(units: str) -> bytes:
    """One octet per septet of units in which an escape already stands before each extended character.

    Raises `ValueError` for a character that GSM-7 lacks.
    """
    return bytes(ord(unit) for unit in units.translate(_CODES))


def packed(codes: bytes, fill_bits: int = 0) -> bytes:
    """Eight septets in seven octets, behind so many empty bits, which bring septets behind a header to their place.

    Where seven bits remain they hold a carriage return, which phones drop, and not the `@` that zeros would be.
    """
    bits, used = 0, fill_bits
    for code in codes:
        bits |= code << used
        used += 7
    if used % 8 == 1:
        bits |= _RETURN << used
        used += 7
    return bits.to_bytes(-(-used // 8), "little")


def utf16(units: str) -> bytes:
    """Two octets per UTF-16 unit, surrogates as they are."""
    return units.encode("utf-16-be", "surrogatepass")
