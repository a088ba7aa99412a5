"""Texts with placeholders, `((first name))`, and filling them with a recipient's values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

Filler = Callable[[Sequence[str | None]], str]
"""Takes a recipient's values, aligned with the columns compiled for, and returns the text; an absent value is empty."""

_PLACEHOLDER = re.compile(r"\(\(([^()\n]*[^()\s_-][^()\n]*)\)\)")
_IGNORED = re.compile(r"[\s_-]+")


class MissingColumns(ValueError):
    """A text asks for values that the recipients do not bring; `names` are the placeholders as written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("The text has placeholders that no column fills.")
        self.names = tuple(names)


def normalise(name: str) -> str:
    """Return a name as placeholders and columns are compared: case, space, `_` and `-` ignored."""
    return _IGNORED.sub("", name).casefold()


class Template:
    """A text with placeholders. Brackets that do not pair, or hold no name, are text."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = _PLACEHOLDER.split(text)
        self._literals, self._names = pieces[0::2], [name.strip() for name in pieces[1::2]]

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders as first written, in order, each once."""
        return tuple({normalise(name): name for name in reversed(self._names)}[key] for key in self._keys())

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text cut in pieces as they follow each other; true marks a placeholder's name, without its brackets."""
        literals = [(literal, False) for literal in self._literals]
        names = [(name, True) for name in self._names]
        woven = (piece for pair in zip_longest(literals, names) for piece in pair if piece is not None)
        return tuple((piece, is_name) for piece, is_name in woven if piece)

    def missing(self, columns: Iterable[str]) -> list[str]:
        """Return the placeholders, as written, that none of the columns fills."""
        known = {normalise(column) for column in columns}
        return [name for name in self.names if normalise(name) not in known]

    def compile(self, columns: Sequence[str]) -> Filler:
        """Return a function that fills the text from values aligned with the columns; raise MissingColumns.

        Values go in as they are: brackets in a value are never read as placeholders. Of two columns with one name the
        first fills.
        """
        if missing := self.missing(columns):
            raise MissingColumns(missing)
        if not self._names:
            return self._as_it_is
        position = {normalise(column): index for index, column in reversed(list(enumerate(columns)))}
        return _filler(self._literals, [position[normalise(name)] for name in self._names])

    def _keys(self) -> Iterable[str]:
        return dict.fromkeys(normalise(name) for name in self._names)

    def _as_it_is(self, values: Sequence[str | None]) -> str:
        return self._literals[0]


def _filler(literals: Sequence[str], positions: Sequence[int]) -> Filler:
    pattern = "%s".join(literal.replace("%", "%%") for literal in literals)

    def fill(values: Sequence[str | None]) -> str:
        return pattern % tuple([values[position] or "" for position in positions])

    return fill
