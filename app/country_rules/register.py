"""The register of country rules as the file `rules.yaml` holds it: read and checked once, at start."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from yaml import Node

from app.country_rules.facts import (
    Country,
    Event,
    Facts,
    GenericNames,
    Register,
    Rule,
    SenderFormat,
    Source,
    When,
)
from app.country_rules.reading import Reader, by_key, checked, day, flag, many, one_of, part, read, record, text, whole
from app.country_rules.terms import (
    Confidence,
    Dimension,
    LinkStatus,
    Need,
    NumberOrigin,
    Outcome,
    Remedy,
    SenderKind,
    SourceKind,
    Standing,
)

RULES_FILE = Path(__file__).parent / "rules.yaml"


@lru_cache(maxsize=1)
def standing_register() -> Register:
    """Return the project's own register; raise BadData with line and reason where its file cannot be used."""
    return load(RULES_FILE)


def load(path: Path) -> Register:
    """Return the register that a file holds; raise BadData with line and reason, OSError where it cannot be read."""
    register = read(path, _register)
    return replace(register, version=sha256(path.read_bytes()).hexdigest()[:12])


def _register(node: Node) -> Register:
    sources = part(node, "sources", by_key(_SOURCE))
    keyed = {key: replace(source, key=key) for key, source in sources.items()}
    register = _whole_register(keyed)(node)
    return replace(register, sources=keyed)


def _matches(pattern: str, reason: str) -> Callable[[str], str | None]:
    return lambda word: None if re.fullmatch(pattern, word) else reason.format(word)


_COUNTRY_CODE: Reader[str] = checked(text, _matches("[A-Z]{2}", "“{}” is not a country's two letters."))
_RULE_ID: Reader[str] = checked(
    text, _matches("[A-Z]{2}-[a-z0-9-]+", "“{}” is not a rule's id: write it as ES-alpha-1.")
)
_SOURCE: Reader[Source] = record(Source, publisher=text, kind=one_of(SourceKind), url=text, as_of=text)
_FACT_NAMES = tuple(Facts.__dataclass_fields__)
_FACTS: Reader[Facts] = record(Facts, **dict.fromkeys(_FACT_NAMES, text))
_WHEN: Reader[When] = record(
    When,
    sender=many(one_of(SenderKind)),
    number=many(one_of(NumberOrigin)),
    registration=many(one_of(Standing)),
    link=many(one_of(LinkStatus)),
    nominated_for_links=flag,
)


def _whole_register(sources: Container[str]) -> Reader[Register]:
    """Return the schema of a file whose sources have these keys."""
    source_keys = many(checked(text, _must_be_in(sources, "There is no source “{}”.")))
    generic_names: Reader[GenericNames] = record(
        GenericNames,
        names=many(text),
        sentence=text,
        sources=source_keys,
        confidence=one_of(Confidence),
        countries=many(_COUNTRY_CODE),
    )
    return record(
        Register,
        compiled_on=day,
        note=text,
        sources=by_key(_SOURCE),
        generic_names=many(generic_names),
        countries=by_key(_country(source_keys), key=_COUNTRY_CODE),
    )


def _country(source_keys: Reader[tuple[str, ...]]) -> Reader[Country]:
    return record(
        Country,
        name=text,
        calling_code=text,
        region=text,
        time_zone=checked(text, _no_such_zone),
        verified_on=day,
        confidence=text,
        case_sensitive=flag,
        lapses_after_months_without_traffic=whole,
        requires=many(one_of(Need)),
        asks_for=many(one_of(Need)),
        sender_formats=many(_sender_format(source_keys)),
        facts=_FACTS,
        dates=many(record(Event, day=text, event=text)),
        conflicts=many(text),
        sources=source_keys,
        rules=many(_rule(source_keys)),
    )


def _rule(source_keys: Reader[tuple[str, ...]]) -> Reader[Rule]:
    return record(
        Rule,
        id=checked(_RULE_ID, _unseen()),
        dimension=one_of(Dimension),
        when=_WHEN,
        effective_from=day,
        effective_until=day,
        outcome=one_of(Outcome),
        shown_as=text,
        shown_like=text,
        sentence=text,
        note=text,
        remedies=many(one_of(Remedy)),
        confidence=one_of(Confidence),
        sources=source_keys,
    )


def _sender_format(source_keys: Reader[tuple[str, ...]]) -> Reader[SenderFormat]:
    return record(
        SenderFormat,
        effective_from=day,
        effective_until=day,
        min_length=whole,
        characters=checked(text, lambda inside: _no_pattern(f"[{inside}]")),
        tidy_spaces=flag,
        short_code=checked(text, _no_pattern),
        sentence=text,
        sources=source_keys,
        confidence=one_of(Confidence),
    )


def _must_be_in(known: Container[str], reason: str) -> Callable[[str], str | None]:
    return lambda word: None if word in known else reason.format(word)


def _unseen() -> Callable[[str], str | None]:
    """Return an objection to whatever it has been asked about before."""
    seen: set[str] = set()

    def objection(word: str) -> str | None:
        if word in seen:
            return f"There are two rules “{word}”."
        seen.add(word)
        return None

    return objection


def _no_such_zone(name: str) -> str | None:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return f"There is no time zone “{name}”."
    return None


def _no_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as fault:
        return f"“{pattern}” is not a regular expression: {fault}."
    return None
