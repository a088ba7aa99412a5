"""What two versions of a text do not have in common, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 2_000
"""Of longer stretches the whole is shown as taken out and put in: comparing takes the square of their length."""

_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


class Change(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and what became of it."""

    change: Change
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Compare two texts: what was kept and removed gives the first when read in order, kept and added the second.

    Lines are compared first, and words within the lines that differ.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_by_lines(old, new)))


def _by_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            yield Piece(Change.KEPT, removed)
        else:
            yield from _by_words(_WORDS.findall(removed), _WORDS.findall(added))


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if max(len(old), len(new)) > MOST_WORDS:
        yield from _swapped(old, new)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Change.KEPT, "".join(old[i1:i2]))
        else:
            yield from _swapped(old[i1:i2], new[j1:j2])


def _swapped(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    yield Piece(Change.REMOVED, "".join(old))
    yield Piece(Change.ADDED, "".join(new))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Leave out empty pieces, and join those that follow each other with the same fate."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if last is None or last.change is not piece.change:
            if last is not None:
                yield last
            last = piece
        else:
            last = Piece(last.change, last.text + piece.text)
    if last is not None:
        yield last
