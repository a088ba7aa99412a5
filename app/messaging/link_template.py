"""The links of a text with placeholders: found once on the text itself, again only where a value could make one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.messaging.template import Kind, Template
from app.messaging.urls import hosts

_QUIET = re.compile(r"[A-Za-z0-9\u00c0-\u024f ,'()+!?-]*")
"""Characters of which none can be part of what makes a host out of words: a dot, a colon, or what folds to one."""

_RUN_BEFORE, _RUN_AFTER = re.compile(r"\S*\Z"), re.compile(r"\S*")
_ENDS = re.compile(r"[.,;:!?)]+\Z")


class LinkTemplate:
    """A text whose links can be told for each recipient's values; `names` are its placeholders in order, each once."""

    def __init__(self, text: str) -> None:
        template = Template(text)
        self.names = template.names
        self._pieces = template.pieces
        # Words of the placeholders' own may hold links, and are there for some only.
        self._is_plain = all(slot.kind in (Kind.VALUE, Kind.KEYWORD) for slot in template.slots)
        self._own = hosts("".join("x" if is_name else piece for piece, is_name in self._pieces))
        self._stays_quiet = all(_is_quiet(run) for run in self._touching())

    def hosts(self, values: Iterable[str | None], text: str) -> frozenset[str]:
        """Return the hosts of the links of the text as filled with the values, which are aligned with `names`."""
        if not (self._is_plain and self._stays_quiet):
            return hosts(text)
        # A loop and no generator: this is asked of every recipient.
        for value in values:
            if value and not _QUIET.fullmatch(value):
                return hosts(text)
        return self._own

    def _touching(self) -> Sequence[str]:
        """Return what stands directly beside the placeholders: with a value it may be one word."""
        runs = []
        for number, (piece, is_name) in enumerate(self._pieces):
            if is_name:
                continue
            if number > 0:
                runs.append(self._after(piece, is_last=number == len(self._pieces) - 1))
            if number < len(self._pieces) - 1:
                runs.append(_found(_RUN_BEFORE.search(piece)))
        return runs

    def _after(self, piece: str, *, is_last: bool) -> str:
        run = _found(_RUN_AFTER.match(piece))
        # What ends a sentence makes no host, but another placeholder behind it might.
        return _ENDS.sub("", run) if is_last or len(run) < len(piece) else run


def _found(match: re.Match[str] | None) -> str:
    return match[0] if match else ""


def _is_quiet(run: str) -> bool:
    return _QUIET.fullmatch(run) is not None
