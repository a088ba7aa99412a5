"""Reads a YAML file into frozen dataclasses by a schema of small readers, and says the line of whatever is wrong.

The nodes that PyYAML's C parser composes still know their lines; values built from them no longer do, which is why no
schema library for plain values is used here. Words are never guessed to be truth values or numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import yaml
from yaml import CSafeLoader, MappingNode, Node, ScalarNode, SequenceNode

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
Reader = Callable[[Node], T]
"""Takes a node and returns its value, or raises BadData."""

_TAG = "tag:yaml.org,2002:"


class BadData(ValueError):
    """A data file that cannot be used: `line` (from 1) and `reason`, in words."""

    def __init__(self, line: int, reason: str, file: str = "") -> None:
        super().__init__(f"{file or 'The file'}, line {line}: {reason}")
        self.line = line
        self.reason = reason


def read(path: Path, reader: Reader[T]) -> T:
    """Return what the file holds; raise BadData with the file's name, the line and the reason."""
    try:
        node = yaml.compose(path.read_bytes(), Loader=CSafeLoader)
        if node is None:
            raise BadData(1, "The file is empty.")
        return reader(node)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise BadData(line, f"This is not YAML: {fault.problem}.", path.name) from fault
    except yaml.YAMLError as fault:
        raise BadData(1, f"This is not YAML: {fault}.", path.name) from fault
    except BadData as fault:
        raise BadData(fault.line, fault.reason, path.name) from fault


def bad(node: Node, reason: str) -> BadData:
    """Return the error for a node."""
    return BadData(node.start_mark.line + 1, reason)


def text(node: Node) -> str:
    """Read words; what YAML takes for a number, a date or a truth value must be quoted."""
    if not isinstance(node, ScalarNode) or node.tag != f"{_TAG}str":
        raise bad(node, f"Words are wanted here, in quotes if need be{_instead(node)}.")
    if not node.value.strip():
        raise bad(node, "Words are wanted here, but it is empty.")
    return str(node.value)


def day(node: Node) -> date:
    """Read a calendar day."""
    try:
        return date.fromisoformat(_scalar(node, "timestamp", "A day such as 2026-11-02"))
    except ValueError as fault:
        raise bad(node, f"A day such as 2026-11-02 is wanted here{_instead(node)}.") from fault


def whole(node: Node) -> int:
    """Read a whole number of at least 1."""
    value = _scalar(node, "int", "A whole number")
    if not value.isdecimal() or int(value) < 1:
        raise bad(node, f"A whole number of at least 1 is wanted here{_instead(node)}.")
    return int(value)


def flag(node: Node) -> bool:
    """Read true or false."""
    value = _scalar(node, "bool", "true or false")
    if value not in ("true", "false"):
        raise bad(node, f"true or false is wanted here{_instead(node)}.")
    return value == "true"


def one_of(choices: type[E]) -> Reader[E]:
    """Read one of an enum's values."""
    known = {str(choice.value): choice for choice in choices}

    def reader(node: Node) -> E:
        value = text(node)
        if value not in known:
            raise bad(node, f"“{value}” is not one of {', '.join(known)}.")
        return known[value]

    return reader


def checked(reader: Reader[T], objection: Callable[[T], str | None]) -> Reader[T]:
    """Read a value and refuse it with the reason that `objection` returns."""

    def checking(node: Node) -> T:
        value = reader(node)
        if reason := objection(value):
            raise bad(node, reason)
        return value

    return checking


def many(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """Read a list that is not empty."""

    def reading(node: Node) -> tuple[T, ...]:
        if not isinstance(node, SequenceNode) or not node.value:
            raise bad(node, "A list is wanted here, with something in it.")
        return tuple(reader(item) for item in node.value)

    return reading


def by_key(reader: Reader[T], key: Reader[str] = text) -> Reader[dict[str, T]]:
    """Read a mapping from words to values, in the file's order; a key may stand once."""

    def reading(node: Node) -> dict[str, T]:
        return {key(place): reader(value) for place, value in _entries(node).values()}

    return reading


def record(made: Callable[..., T], /, **readers: Reader[Any]) -> Reader[T]:
    """Read a mapping into a dataclass: every key known, and those without a default present.

    A field of the dataclass that has no reader is given by `made` itself.
    """
    required = _required(made) & set(readers)

    def reading(node: Node) -> T:
        entries = _entries(node)
        for key, (place, _) in entries.items():
            if key not in readers:
                raise bad(place, f"“{key}” is not known here; known are {', '.join(readers)}.")
        if missing := [key for key in readers if key in required and key not in entries]:
            raise bad(node, f"“{missing[0]}” is missing.")
        values = {key: readers[key](value) for key, (_, value) in entries.items()}
        try:
            return made(**values)
        except ValueError as fault:
            raise fault if isinstance(fault, BadData) else bad(node, str(fault)) from fault

    return reading


def _required(made: Callable[..., Any]) -> set[str]:
    if not (isinstance(made, type) and dataclasses.is_dataclass(made)):
        return set()
    fields = dataclasses.fields(made)
    none = dataclasses.MISSING
    return {field.name for field in fields if field.default is none and field.default_factory is none}


def _entries(node: Node) -> dict[str, tuple[Node, Node]]:
    if not isinstance(node, MappingNode):
        raise bad(node, "Keys with values are wanted here.")
    entries: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        word = text(key)
        if word in entries:
            raise bad(key, f"“{word}” stands here twice.")
        entries[word] = (key, value)
    return entries


def _scalar(node: Node, tag: str, wanted: str) -> str:
    if not isinstance(node, ScalarNode) or node.tag != _TAG + tag:
        raise bad(node, f"{wanted} is wanted here{_instead(node)}.")
    return str(node.value)


def _instead(node: Node) -> str:
    return f", not “{node.value}”" if isinstance(node, ScalarNode) else ""


def part(node: Node, key: str, reader: Reader[T]) -> T:
    """Read one key of a mapping before the whole."""
    entries = _entries(node)
    if key not in entries:
        raise bad(node, f"“{key}” is missing.")
    return reader(entries[key][1])
