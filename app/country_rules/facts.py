"""What the register of country rules holds: values without behaviour but for the dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.country_rules.terms import (
    Confidence,
    Dimension,
    LinkStatus,
    Need,
    NumberOrigin,
    Outcome,
    Policy,
    Remedy,
    SenderKind,
    SourceKind,
    Standing,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is said; `as_of` is the age of what was read, in the words of who read it."""

    publisher: str
    kind: SourceKind
    url: str
    as_of: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """What a rule asks of an SMS: all must hold, an empty tuple or None asks nothing."""

    sender: tuple[SenderKind, ...] = ()
    number: tuple[NumberOrigin, ...] = ()
    registration: tuple[Standing, ...] = ()
    link: tuple[LinkStatus, ...] = ()
    nominated_for_links: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Something that holds from a day on (inclusive) until another (exclusive), in the country's own calendar."""

    effective_from: date | None = None
    effective_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse a window in which no day lies."""
        if self.effective_from and self.effective_until and self.effective_from >= self.effective_until:
            raise ValueError("“effective_until” must come after “effective_from”.")

    def holds_on(self, day: date) -> bool:
        """Return whether the day lies within."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_until is None or day < self.effective_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Dated):
    """One country rule. `shown_as` is what phones show, to the letter; `shown_like` only describes it."""

    id: str
    dimension: Dimension
    when: When
    outcome: Outcome
    sentence: str
    confidence: Confidence
    sources: tuple[str, ...] = ()
    """Its own; without them it stands on those of its country."""
    shown_as: str | None = None
    shown_like: str | None = None
    remedies: tuple[Remedy, ...] = ()
    note: str | None = None
    policy: Policy | None = None
    """What we do about it; None for what is usual for the outcome. The file has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFormat(Dated):
    """How a country writes sender IDs: `characters` is the inside of a pattern's class, `short_code` a pattern."""

    sentence: str
    sources: tuple[str, ...]
    confidence: Confidence
    min_length: int | None = None
    characters: str | None = None
    tidy_spaces: bool = False
    """No space at an end, no two together."""
    short_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericNames:
    """Names that say nothing about whose they are; without countries they are refused in all."""

    names: tuple[str, ...]
    sentence: str
    sources: tuple[str, ...]
    confidence: Confidence
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened or will; `day` is as the sources say it, which is not always one day."""

    day: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the sources say about a country beside its rules, in their words; None where none was found."""

    names: str
    aws_sender_id: str
    aws_long_code: str
    aws_short_code: str
    pre_registration: str | None = None
    case: str | None = None
    characters: str | None = None
    numbers: str | None = None
    numbers_note: str | None = None
    two_way: str | None = None
    links: str | None = None
    links_note: str | None = None
    content_restrictions: str | None = None
    quiet_hours: str | None = None
    lead_time: str | None = None
    documents: str | None = None
    validity: str | None = None
    roaming: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country as recipient: its rules in the order in which they are tried."""

    name: str
    calling_code: str
    region: str
    time_zone: str
    """The capital's: whose calendar the dates of the rules are read in."""
    verified_on: date
    confidence: str
    facts: Facts
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    case_sensitive: bool = False
    lapses_after_months_without_traffic: int | None = None
    requires: tuple[Need, ...] = ()
    """What a registration must have before it is handed in, as far as `facts.documents` says."""
    asks_for: tuple[Need, ...] = ()
    """What it may have beside that: what not every registration needs."""
    sender_formats: tuple[SenderFormat, ...] = ()
    dates: tuple[Event, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All country rules of one file; `version` names the file's content, `compiled_on` its age."""

    compiled_on: date
    note: str
    sources: Mapping[str, Source]
    countries: Mapping[str, Country]
    generic_names: tuple[GenericNames, ...] = ()
    version: str = ""

    def sources_of(self, country: Country, keys: tuple[str, ...] = ()) -> tuple[Source, ...]:
        """Return the sources with these keys, or those of the country where there are none."""
        return tuple(self.sources[key] for key in keys or country.sources)
