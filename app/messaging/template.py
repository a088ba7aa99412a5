"""Texts with placeholders, and filling them with a recipient's values.

`((first name))` is the value of a column, `((first name|citizen))` the same with words for those who have none, and
`((owes??Please pay.))` words for those whose value says yes. `$recipientName$` and `$recipientNumber$` are Altinn's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

Filler = Callable[[Sequence[str | None]], str]
"""Takes a recipient's values, aligned with the columns compiled for, and returns the text; an absent value is empty."""

NAME, NUMBER = "$recipientName$", "$recipientNumber$"
KEYWORDS = (NAME, NUMBER)
"""What a register knows, written exactly so; where it knows nothing, and for mere addresses, it is empty as in Altinn's
(see the reference of its notifications, placeholder keywords)."""

YES = frozenset({"yes", "y", "true", "t", "1", "include", "show", "ja", "j", "sann"})
"""The values that switch words on, in any case: those of GOV.UK Notify, and what they are in Norwegian."""

_PLACEHOLDER = re.compile(
    r"""
    (?P<keyword>\$recipientName\$|\$recipientNumber\$)
    | \(\(
        (?P<name>[^()\n|?]*+(?:\?(?!\?)[^()\n|?]*+)*+)
        (?:
            \| (?P<default>(?:[^()\n]++|\([^()\n]*+\))*+)
            | \?\? (?P<words>(?:[^()]++|\([^()]*+\))*+)
        )?
    \)\)
    """,
    re.VERBOSE,
)
_IGNORED = re.compile(r"[\s_-]+")


class MissingColumns(ValueError):
    """A text asks for values that the recipients do not bring; `names` are the placeholders as written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("The text has placeholders that no column fills.")
        self.names = tuple(names)


def normalise(name: str) -> str:
    """Return a name as placeholders and columns are compared: case, space, `_` and `-` ignored."""
    return _IGNORED.sub("", name).casefold()


def says_yes(value: str | None) -> bool:
    """Whether a value switches words on."""
    return (value or "").strip().casefold() in YES


class Kind(Enum):
    """What a placeholder does with a value."""

    VALUE = auto()
    DEFAULT = auto()
    WORDS = auto()
    KEYWORD = auto()


@dataclass(frozen=True, slots=True)
class Slot:
    """One placeholder as it stands in a text."""

    kind: Kind
    name: str
    source: str
    """As it is written, with its brackets."""
    own: str = ""
    """The words for those without a value, or for those whose value says yes."""

    @property
    def needs_column(self) -> bool:
        """Whether nothing can be sent where no column has this name."""
        return self.kind in (Kind.VALUE, Kind.WORDS)

    @property
    def nested(self) -> tuple[str, ...]:
        """Keywords within its own words, which are not filled there."""
        return tuple(keyword for keyword in KEYWORDS if keyword in self.own)

    def fill(self, value: str | None) -> str:
        """Say what stands there for one value."""
        if self.kind is Kind.WORDS:
            return self.own if says_yes(value) else ""
        if self.kind is Kind.DEFAULT and not (value or "").strip():
            return self.own
        return value or ""


class Template:
    """A text with placeholders. Brackets that do not pair, or hold no name, are text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._literals, self._slots = _cut(text)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All placeholders in the order of the text."""
        return tuple(self._slots)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders' names as first written, in order, each once."""
        return tuple(self._first_written().values())

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text cut in pieces as they follow each other; true marks a placeholder, as it is written."""
        woven = [(self._literals[0], False)]
        for slot, literal in zip(self._slots, self._literals[1:], strict=True):
            woven += [(slot.source, True), (literal, False)]
        return tuple((piece, is_slot) for piece, is_slot in woven if piece)

    @property
    def nested(self) -> tuple[str, ...]:
        """Placeholders that stand within another one's words, where they would be sent as they are written."""
        return tuple(keyword for slot in self._slots for keyword in slot.nested)

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Return the placeholders, as written, that need a column and have none."""
        known = {normalise(column) for column in columns}
        wanted = {normalise(slot.name) for slot in self._slots if slot.needs_column}
        return [name for key, name in self._first_written().items() if key in wanted - known]

    def compile(self, columns: Sequence[str]) -> Filler:
        """Return a function that fills the text from values aligned with the columns; raise MissingColumns.

        Values go in as they are: brackets in a value are never read as placeholders. Of two columns with one name the
        first fills.
        """
        texts_of = self.texts_of(columns)
        if not self._slots:
            return self._as_it_is
        pattern = "%s".join(literal.replace("%", "%%") for literal in self._literals)
        return lambda values: pattern % texts_of(values)

    def texts_of(self, columns: Sequence[str]) -> Callable[[Sequence[str | None]], tuple[str, ...]]:
        """Return what says for a recipient's values what stands in each placeholder; raise MissingColumns."""
        if missing := self.missing(columns):
            raise MissingColumns(missing)
        position = {normalise(column): index for index, column in reversed(list(enumerate(columns)))}
        places = [position.get(normalise(slot.name)) for slot in self._slots]
        if all(slot.kind is Kind.VALUE for slot in self._slots):
            # Such are most texts, and this is done for each recipient.
            plain = [place for place in places if place is not None]
            return lambda values: tuple([values[place] or "" for place in plain])
        pairs = list(zip(self._slots, places, strict=True))
        return lambda values: tuple([slot.fill(None if at is None else values[at]) for slot, at in pairs])

    def weave(self, texts: Sequence[str]) -> str:
        """Put texts in the places of the placeholders."""
        ends = zip(self._literals[1:], texts, strict=True)
        return self._literals[0] + "".join(text + literal for literal, text in ends)

    def settled(self, texts: Sequence[str]) -> Template:
        """The same text with its switched words written out, as these texts of the placeholders have them."""
        settled = Template("")
        for literal, slot, text in zip(self._literals, self._slots, texts, strict=False):
            settled._literals[-1] += literal if slot.kind is not Kind.WORDS else literal + text
            if slot.kind is not Kind.WORDS:
                settled._slots.append(slot)
                settled._literals.append("")
        settled._literals[-1] += self._literals[-1]
        return settled

    def _first_written(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for slot in self._slots:
            found.setdefault(normalise(slot.name), slot.name)
        return found

    def _as_it_is(self, values: Sequence[str | None]) -> str:
        return self._literals[0]


def _cut(text: str) -> tuple[list[str], list[Slot]]:
    """Cut a text into its literals and the placeholders between them."""
    literals, slots, end = [], [], 0
    for match, slot in _found(text):
        literals.append(text[end : match.start()])
        slots.append(slot)
        end = match.end()
    return [*literals, text[end:]], slots


def _found(text: str) -> Iterator[tuple[re.Match[str], Slot]]:
    for match in _PLACEHOLDER.finditer(text):
        if match["keyword"]:
            yield match, Slot(Kind.KEYWORD, match[0], match[0])
        elif normalise(match["name"]):
            yield match, _slot(match)


def _slot(match: re.Match[str]) -> Slot:
    name = match["name"].strip()
    if match["default"] is not None:
        return Slot(Kind.DEFAULT, name, match[0], match["default"].strip())
    if match["words"] is not None:
        return Slot(Kind.WORDS, name, match[0], match["words"])
    return Slot(Kind.VALUE, name, match[0])
