"""How many radio messages a text takes: GSM-7 or UCS-2 (3GPP TS 23.038), packed as phones pack (TS 23.040)."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_SEGMENTS = 16
"""What LINK Mobility joins at most; it cuts off the rest without a word."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic table of GSM-7 in its order, without the escape at 0x1B."""
EXTENDED_CODES = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""The extension table: what stands behind an escape."""
_EXTENDED = "".join(EXTENDED_CODES)
_ESCAPE = "\x1b"

_basic_only = re.compile(f"[{re.escape(BASIC)}]*").fullmatch
_gsm7_only = re.compile(f"[{re.escape(BASIC + _EXTENDED)}]*").fullmatch
_extended = re.compile(f"([{re.escape(_EXTENDED)}])")
_costly = re.compile(rf".?[\u0300-\u036f]+|[^{re.escape(BASIC + _EXTENDED)}]", re.DOTALL)

_REPLACEMENTS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7", "-"),
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff", ""),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\u2026": "...",
    "\u2039": "<",
    "\u203a": ">",
    "\u00d7": "x",
}
"""What says the same in GSM-7. Letters with other accents and the Sámi letters á č đ ŋ š ŧ ž are missing on purpose:
without its mark such a letter is another letter, so the words say that it stays and costs."""

WORDS = {
    "replace": "Write the replacement instead.",
    "remove": "This character is invisible: remove it.",
    "keep": "No cheaper character says the same: keep it and pay for it, or say it with other words.",
}
"""Advice about a character that forces UCS-2, by `Forcing.advice`."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """One way to encode a text: units (septets or 16-bit) in a single message, and in each one of several."""

    name: Literal["GSM-7", "UCS-2"]
    single: int
    joined: int


GSM7 = Alphabet("GSM-7", 160, 153)
UCS2 = Alphabet("UCS-2", 70, 67)


@dataclass(frozen=True, slots=True)
class Forcing:
    """A character that forces UCS-2, how often it occurs, and what to write instead.

    `replacement` is empty for an invisible character, which can go, and None where nothing in GSM-7 says the same.
    """

    character: str
    count: int
    replacement: str | None

    @property
    def advice(self) -> Literal["replace", "remove", "keep"]:
        """The key of WORDS that tells the writer what to do."""
        if self.replacement is None:
            return "keep"
        return "replace" if self.replacement else "remove"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text costs. `used`, `capacity` and `left_in_segment` count septets in GSM-7, UTF-16 units in UCS-2.

    `capacity` is what one segment holds when there are this many. `remove_for_one_less` counts code points from the
    end of the text, as the writer deletes them (an emoji built of several code points counts each); None when there is
    one segment or none.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    used: int
    segments: int
    capacity: int
    left_in_segment: int
    forcing: tuple[Forcing, ...]
    remove_for_one_less: int | None

    @property
    def too_long(self) -> bool:
        """Whether the gateway would cut off the end of the text."""
        return self.segments > MAX_SEGMENTS


def is_gsm7(text: str) -> bool:
    """Return whether a text can travel in GSM-7."""
    return _gsm7_only(text) is not None


def count_segments(text: str) -> int:
    """Return the number of segments of a text; the empty text has none. Beyond MAX_SEGMENTS it counts on."""
    if _basic_only(text):
        return 1 if 0 < len(text) <= GSM7.single else -(-len(text) // GSM7.joined)
    if _gsm7_only(text):
        return _count(_septets(text), GSM7)
    return _count(_utf16_units(text), UCS2)


def cut(text: str) -> tuple[Alphabet, list[str]]:
    """Return the alphabet and the segments of a text, in one character per unit; none for the empty text."""
    alphabet = GSM7 if _gsm7_only(text) else UCS2
    units = _septets(text) if alphabet is GSM7 else _utf16_units(text)
    ends = list(_ends(units, alphabet))
    return alphabet, [units[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


def measure(text: str) -> Measure:
    """Return everything the writer is told under the text."""
    alphabet = GSM7 if _gsm7_only(text) else UCS2
    units = _septets(text) if alphabet is GSM7 else _utf16_units(text)
    ends = list(_ends(units, alphabet))
    capacity = alphabet.joined if len(ends) > 1 else alphabet.single
    last_starts = ends[-2] if len(ends) > 1 else 0
    return Measure(
        encoding=alphabet.name,
        used=len(units),
        segments=len(ends),
        capacity=capacity,
        left_in_segment=capacity - (len(units) - last_starts),
        forcing=() if alphabet is GSM7 else tuple(_forcing(text)),
        remove_for_one_less=_remove_for_one_less(text, len(ends)),
    )


def cheaper(text: str) -> str:
    """Return the text with every character that has a GSM-7 character saying the same written so; lose nothing else."""
    return _costly.sub(lambda found: _cheaper(found[0]), text)


def _cheaper(character: str) -> str:
    replacement = _replacement(character)
    return character if replacement is None else replacement


def _septets(text: str) -> str:
    """Return one character per septet: an escape before each character of the extension table."""
    return _extended.sub(rf"{_ESCAPE}\1", text)


def _utf16_units(text: str) -> str:
    """Return one character per UTF-16 unit: characters beyond the first plane become their surrogate pair."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(c if c <= "\uffff" else _surrogates(ord(c) - 0x10000) for c in text)


def _surrogates(offset: int) -> str:
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _count(units: str, alphabet: Alphabet) -> int:
    if len(units) <= alphabet.single:
        return 1 if units else 0
    return sum(1 for _ in _ends(units, alphabet))


def _ends(units: str, alphabet: Alphabet) -> Iterator[int]:
    """Yield where each segment ends; no pair (escape and character, two surrogates) is cut in two."""
    if len(units) <= alphabet.single:
        yield from [len(units)] if units else []
        return
    end = 0
    while len(units) - end > alphabet.joined:
        end += alphabet.joined
        end -= _opens_pair(units[end - 1])
        yield end
    yield len(units)


def _opens_pair(unit: str) -> bool:
    return unit == _ESCAPE or "\ud800" <= unit <= "\udbff"


def _remove_for_one_less(text: str, segments: int) -> int | None:
    """Search by halves: a longer beginning of a text never takes fewer segments."""
    if segments <= 1:
        return None
    too_long_from = bisect_left(range(len(text) + 1), segments, key=lambda length: count_segments(text[:length]))
    return len(text) - too_long_from + 1


def _forcing(text: str) -> Iterator[Forcing]:
    """Yield the characters that force UCS-2, in the order in which the text first has them."""
    for character, count in Counter(_costly.findall(text)).items():
        yield Forcing(character, count, _replacement(character))


def _replacement(character: str) -> str | None:
    """Return what says the same in GSM-7, or None; a letter and its mark typed apart become the one letter."""
    composed = unicodedata.normalize("NFC", character)
    if _gsm7_only(composed):
        return composed
    return _REPLACEMENTS.get(character)
