"""Recipients pasted as text, with whatever stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.messaging.address import InvalidAddress, parse_phone

_BETWEEN = re.compile(r"[\r\n;\t|\v\f\x85\u2028\u2029]|,(?![0-9]+[eE]\+?[0-9])")
_LINE_END = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
_IN_ANGLES = re.compile(r"<([^<>]*)>")
_PHONE_CHARACTERS = re.compile(r"[-+0-9().\u2010-\u2013]+")
_STANDS_ALONE = 8
"""Digits in a group that is a whole number: no country writes eight in one group and more after a space."""
_MOST_GROUPS = 8


def split_pasted(text: str) -> Iterator[tuple[int, str]]:
    """Yield each value with its number: the first value of the text is 1, the next 2, wherever the lines end.

    So with one value on each line, and no line blank, it is the number of the line. Between values stand line ends,
    commas, semicolons, tabs or bars; a space too where it cannot belong to a phone number. Of `Kari <kari@example.no>`
    the address is the value, and the name is dropped. All else comes out as a value, for a person to see and mend.
    """
    return enumerate(_values(text), 1)


def _values(text: str) -> Iterator[str]:
    for line in _LINE_END.split(text):
        if "<" in line:
            yield from _with_names(line)
        else:
            yield from _separated(line)


def _with_names(line: str) -> Iterator[str]:
    """Yield the addresses in angle brackets, and what stands before each that is no name of it."""
    end = 0
    for found in _IN_ANGLES.finditer(line):
        yield from (value for value in _separated(line[end : found.start()]) if _is_no_name(value))
        yield from _separated(found[1].strip().removeprefix("mailto:"))
        end = found.end()
    yield from _separated(line[end:])


def _is_no_name(value: str) -> bool:
    return "@" in value or any(character.isdigit() for character in value)


def _separated(line: str) -> Iterator[str]:
    for piece in _BETWEEN.split(line):
        groups = piece.split()
        if len(groups) <= 1 or "@" in piece:
            yield from groups
        elif all(_PHONE_CHARACTERS.fullmatch(group) for group in groups):
            yield from _phones(groups)
        else:
            yield piece.strip()


def _phones(groups: Sequence[str]) -> Iterator[str]:
    """Yield the numbers that groups of digits make: a group that stands alone is one, a + begins one."""
    if all(_digits(group) >= _STANDS_ALONE for group in groups):
        yield from groups
        return
    begin = 0
    for index in range(1, len(groups) + 1):
        if index == len(groups) or groups[index].startswith("+"):
            yield from _numbers(groups[begin:index])
            begin = index


def _numbers(groups: Sequence[str]) -> Iterator[str]:
    """Yield the groups as one number if they are one, else as the numbers they can be divided into in one way only."""
    whole = " ".join(groups)
    divided = None if _is_phone(whole) else _only_division(groups)
    yield from divided or [whole]


def _only_division(groups: Sequence[str]) -> list[str] | None:
    """Return the one way to divide groups into valid numbers, or None where there is none or more than one."""
    ways, last_begins = [1], [0]
    for end in range(1, len(groups) + 1):
        begins = [begin for begin in range(max(0, end - _MOST_GROUPS), end) if ways[begin]]
        begins = [begin for begin in begins if _can_be_divided_off(groups[begin:end])]
        ways.append(min(2, sum(ways[begin] for begin in begins)))
        last_begins.append(begins[0] if begins else 0)
    return _divided(groups, last_begins) if ways[-1] == 1 else None


def _divided(groups: Sequence[str], last_begins: Sequence[int]) -> list[str]:
    numbers: list[str] = []
    end = len(groups)
    while end:
        numbers.append(" ".join(groups[last_begins[end] : end]))
        end = last_begins[end]
    return numbers[::-1]


def _can_be_divided_off(groups: Sequence[str]) -> bool:
    """Whether groups are a valid number that shows where it begins and ends: by + or 00, or as eight digits."""
    number = " ".join(groups)
    shows_itself = number.startswith(("+", "00")) or _digits(number) == _STANDS_ALONE
    return shows_itself and _is_phone(number)


def _is_phone(text: str) -> bool:
    try:
        parse_phone(text)
    except InvalidAddress:
        return False
    return True


def _digits(group: str) -> int:
    return sum(map(str.isdigit, group))
