"""Where the bars and lines of a chart stand, in units of its own picture; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000
HEIGHT = 200
_GAP = 0.2
"""How much of a step is left free beside its bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle, and the class of what it stands for."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a line."""

    x: float
    y: float


def bars(stacks: Sequence[Sequence[tuple[str, float]]]) -> list[Bar]:
    """Stack for each step its parts, of a class and a size each, from below; the highest stack fills the picture."""
    highest = max((sum(size for _, size in stack) for stack in stacks), default=0) or 1
    width = WIDTH / max(len(stacks), 1)
    return [bar for place, stack in enumerate(stacks) for bar in _stack(place * width, width, stack, HEIGHT / highest)]


def lines(values: Sequence[float | None], highest: float) -> list[list[Dot]]:
    """Draw values from 0 to `highest` as lines, interrupted where there is none."""
    width = WIDTH / max(len(values), 1)
    found: list[list[Dot]] = [[]]
    for place, value in enumerate(values):
        if value is not None:
            found[-1].append(Dot(_rounded((place + 0.5) * width), _rounded(HEIGHT * (1 - value / (highest or 1)))))
        elif found[-1]:
            found.append([])
    return [line for line in found if line]


def _stack(x: float, width: float, stack: Sequence[tuple[str, float]], scale: float) -> list[Bar]:
    found, y = [], float(HEIGHT)
    for kind, size in stack:
        height = size * scale
        y -= height
        if size:
            left, wide = _rounded(x + width * _GAP / 2), _rounded(width * (1 - _GAP))
            found.append(Bar(left, _rounded(y), wide, _rounded(height), kind))
    return found


def _rounded(value: float) -> float:
    return round(value, 2)
