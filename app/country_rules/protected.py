"""Sender IDs that only the Norwegian public body they name may use (`protected_names.yaml`)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from app.country_rules.reading import by_key, checked, day, many, read, record, text
from app.messaging.sender import ALPHANUMERIC_MAX

NAMES_FILE = Path(__file__).parent / "protected_names.yaml"

_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "l": "i", "ø": "o", "å": "a", "æ": "ae", "ð": "d"})


@dataclass(frozen=True, slots=True)
class Body:
    """A public body: its name, its organisation number, what else it is called, and who may send as it beside it."""

    body: str
    organisation_number: str
    names: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProtectedNames:
    """All bodies by their short name in Altinn, with where that is said."""

    source: str
    read_on: date
    bodies: Mapping[str, Body]


@dataclass(frozen=True, slots=True)
class Protection:
    """Whose name it is, and which service owners (short names) may send under it."""

    body: str
    owners: frozenset[str]


def protection_of(sender: str) -> Protection | None:
    """Return whose name a sender ID is, or None where it is free; spelling that only looks different is the same."""
    return _protections().get(_as_seen(sender))


def protection_against(owner: str, sender: str) -> Protection | None:
    """Return whose name a sender ID is, where a service owner, by its short name, may not send under it."""
    protection = protection_of(sender)
    return None if protection is None or owner in protection.owners else protection


@lru_cache(maxsize=1)
def protected_names() -> ProtectedNames:
    """Return the standing list; raise BadData with line and reason where its file cannot be used."""
    return load_names(NAMES_FILE)


def load_names(path: Path) -> ProtectedNames:
    """Return the list that a file holds; raise BadData with line and reason, OSError where it cannot be read."""
    body = record(
        Body,
        body=text,
        organisation_number=checked(text, _no_organisation_number),
        names=many(text),
        also=many(text),
    )
    return read(path, record(ProtectedNames, source=text, read_on=day, bodies=by_key(body)))


@lru_cache(maxsize=1)
def _protections() -> Mapping[str, Protection]:
    protections: dict[str, Protection] = {}
    for short_name, body in protected_names().bodies.items():
        for name in _spellings(body):
            before = protections.get(name)
            owners = frozenset({short_name, *body.also}) | (before.owners if before else frozenset())
            protections[name] = Protection(body.body, owners)
    return protections


def _spellings(body: Body) -> set[str]:
    """Return each name, and a name of one word that is too long for a phone also as a phone would cut it."""
    names = (body.body, *body.names)
    cut = [name[:ALPHANUMERIC_MAX] for name in names if len(name) > ALPHANUMERIC_MAX and name.isalpha()]
    return {_as_seen(name) for name in (*names, *cut)}


@lru_cache(maxsize=4096)
def _as_seen(name: str) -> str:
    """Return a name as a hurried reader sees it: case, marks, spaces and signs ignored, lookalikes the same."""
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LOOKALIKES)).translate(_LOOKALIKES)
    return re.sub(r"[\W_]+", "", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _no_organisation_number(number: str) -> str | None:
    return None if re.fullmatch("[0-9]{9}", number) else f"“{number}” is not an organisation number of nine digits."
