"""Which E.164 numbers are mobile, by one regular expression per calling code instead of a parse.

Compiled from the metadata that `phonenumbers` itself uses, so both know the same numbers. It answers only for the main
country of a calling code; for all else it says None, which means "ask the library", never "refused".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, REGION_CODE_FOR_NON_GEO_ENTITY, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

_COUNTED_WITH = {"SJ": "NO", "AX": "FI"}
_DEARER_KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
_PREFIX_LENGTH = len("+358")
_NO_NUMBER = "(?!)"


@dataclass(frozen=True, slots=True)
class MobileRule:
    """The numbers of one calling code that are mobile numbers of its main country."""

    country: str
    fullmatch: Callable[[str], re.Match[str] | None]


def mobile_country(e164: str) -> str | None:
    """Return the country of a mobile number of a calling code's main country; None means ask the library."""
    rule = _rule_of(e164[:_PREFIX_LENGTH])
    return rule.country if rule and rule.fullmatch(e164) else None


def counted_country(region: str) -> str:
    """Return the country a region counts with: Svalbard (SJ) as Norway, Åland (AX) as Finland, others themselves."""
    return _COUNTED_WITH.get(region, region)


@lru_cache(maxsize=2048)
def calling_code(prefix: str) -> str | None:
    """Return the calling code, without `+`, that a number's first four characters begin with, or None."""
    if not re.fullmatch(r"\+[1-9][0-9]{0,2}", prefix):
        return None
    return next((prefix[1:end] for end in (2, 3, 4) if int(prefix[1:end]) in COUNTRY_CODE_TO_REGION_CODE), None)


@lru_cache(maxsize=2048)
def _rule_of(prefix: str) -> MobileRule | None:
    code = calling_code(prefix)
    return _rule_of_code(int(code)) if code else None


@lru_cache(maxsize=256)
def _rule_of_code(code: int) -> MobileRule | None:
    """Compile the rule of a calling code for its first region, or None where no country holds the code.

    The first region is the one that the library asks first, so a number that it knows is its own.
    """
    region, *others = COUNTRY_CODE_TO_REGION_CODE[code]
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if region == REGION_CODE_FOR_NON_GEO_ENTITY or metadata is None:
        return None
    told_apart_by = f"(?={metadata.leading_digits})" if others and metadata.leading_digits else ""
    pattern = re.compile(rf"\+{code}{told_apart_by}{_mobile_pattern(metadata)}", re.ASCII)
    return MobileRule(counted_country(region), pattern.fullmatch)


def _mobile_pattern(metadata: PhoneMetadata) -> str:
    """Say as one pattern what the library decides in steps, leaving out whatever its parser would rewrite."""
    rewritten = metadata.national_prefix_for_parsing or _NO_NUMBER
    dearer = _any_of([getattr(metadata, kind) for kind in _DEARER_KINDS])
    mobile = metadata.fixed_line if metadata.same_mobile_and_fixed_line_pattern else metadata.mobile
    return rf"(?!0|{rewritten})(?!{dearer}$)(?={_any_of([metadata.general_desc])}$){_any_of([mobile])}"


def _any_of(kinds: Iterable[PhoneNumberDesc | None]) -> str:
    """Return a pattern for some kinds of number, their possible lengths included, which are looked at once for all."""
    by_lengths: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for kind in kinds:
        if kind is not None and kind.national_number_pattern:
            by_lengths[kind.possible_length].append(kind.national_number_pattern)
    groups = [f"{_of_length(lengths)}(?:{'|'.join(patterns)})" for lengths, patterns in by_lengths.items()]
    return f"(?:{'|'.join(groups)})" if groups else _NO_NUMBER


def _of_length(lengths: tuple[int, ...]) -> str:
    possible = "|".join(rf"[0-9]{{{length}}}" for length in lengths)
    return f"(?=(?:{possible})$)" if possible else ""
