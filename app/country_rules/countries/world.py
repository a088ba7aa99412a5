"""The outlines of countries for the map, read once: one path each, and a place for those too small to draw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WORLD_FILE = Path(__file__).parents[1] / "world.json"


@dataclass(frozen=True, slots=True)
class World:
    """A map `width` by `height`; `shapes` are paths by ISO 3166 alpha-2, `places` points of the smallest."""

    source: str
    licence: str
    width: int
    height: int
    shapes: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]
    unclaimed: str
    """Land without a country's code."""

    def draws(self, country: str) -> bool:
        """Whether the country has a place on the map."""
        return country in self.shapes or country in self.places


@lru_cache(maxsize=1)
def world() -> World:
    """Return the map; raises OSError or ValueError where its file is missing or spoilt."""
    return World(**json.loads(WORLD_FILE.read_text(encoding="utf-8")))
