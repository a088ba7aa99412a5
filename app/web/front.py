"""The front page: what waits for somebody, section by section; each room adds its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel.speaklater import LazyString

from app.web.person import at_desk

Words = str | LazyString


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to know or do: a sentence, the page that it leads to, its day, and a mark of a word or two.

    `color` is that of the mark: neutral, info, success, warning or danger.
    """

    text: str
    url: str
    day: date | None = None
    mark: str = ""
    color: str = "neutral"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a section's notices come from, who sees it, and what stands there when there are none."""

    key: str
    title: Words
    nothing: Words
    roles: frozenset[str]
    order: int
    notices: Callable[[], Sequence[Notice]]


@dataclass(frozen=True, slots=True)
class Section:
    """A section as the person at the desk sees it now."""

    key: str
    title: Words
    nothing: Words
    notices: Sequence[Notice]


_sources: dict[str, Source] = {}


def add(
    key: str, title: Words, nothing: Words, roles: Sequence[str], order: int, notices: Callable[[], Sequence[Notice]]
) -> None:
    """Add a section, one per `key`, lower `order` first; `notices` is asked at every view of the page.

    It should list few, the most pressing first, by one statement or two; `nothing` says why the list is empty.
    """
    _sources[key] = Source(key, title, nothing, frozenset(roles), order, notices)


def sections() -> list[Section]:
    """List the sections of the person at the desk, with what stands in them now."""
    seen = sorted(filter(_is_theirs, _sources.values()), key=lambda source: (source.order, source.key))
    return [Section(source.key, source.title, source.nothing, source.notices()) for source in seen]


def _is_theirs(source: Source) -> bool:
    return any(at_desk().has_role(role) for role in source.roles)
