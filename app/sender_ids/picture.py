"""The table of moves as a picture: boxes at fixed places, and one arrow for each move of the table."""

import math
from dataclasses import dataclass

from app.country_rules.terms import RegistrationStatus as Status
from app.sender_ids import words
from app.sender_ids.moves import MOVES, Move

WIDTH, HEIGHT = 1000, 520
_BOX_WIDTH, _BOX_HEIGHT = 150, 46
_BEND = 26
"""How far an arrow bows to its left, so that the two of a pair lie apart."""

PLACES = {
    Status.DRAFT: (95, 190),
    Status.SUBMITTED: (300, 190),
    Status.IN_REVIEW: (520, 190),
    Status.APPROVED: (720, 190),
    Status.ACTION_REQUIRED: (410, 60),
    Status.REJECTED: (410, 320),
    Status.SUSPENDED: (905, 60),
    Status.EXPIRED: (720, 340),
    Status.REVOKED: (905, 300),
    Status.WITHDRAWN: (410, 460),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A status where it stands in the picture."""

    status: Status
    label: str
    color: str
    left: float
    top: float
    is_current: bool
    width: int = _BOX_WIDTH
    height: int = _BOX_HEIGHT


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move as a curve from one box to another, and in words."""

    path: str
    title: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it, with the status that a registration has now."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int = WIDTH
    height: int = HEIGHT


def picture_of(current: Status | None = None) -> Picture:
    """Draw the table of moves; what may follow the current status stands out."""
    boxes = tuple(_box(status, status is current) for status in PLACES)
    return Picture(boxes, tuple(_arrow(one, one.old is current) for one in MOVES if one.old is not None))


def sentence(one: Move) -> str:
    """Say a move in words."""
    begun = words.STATUSES[one.old] if one.old else "·"
    movers = ", ".join(str(words.MOVERS[mover]) for mover in sorted(one.by, key=lambda mover: mover.value))
    return f"{begun} → {words.STATUSES[one.new]}: {words.DEEDS[one.deed]} ({movers})"


def _box(status: Status, is_current: bool) -> Box:
    x, y = PLACES[status]
    label = str(words.STATUSES[status])
    return Box(status, label, words.COLORS[status], x - _BOX_WIDTH / 2, y - _BOX_HEIGHT / 2, is_current)


def _arrow(one: Move, is_current: bool) -> Arrow:
    begin, end = PLACES[one.old or one.new], PLACES[one.new]
    middle_x, middle_y = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    length = math.dist(begin, end) or 1
    bent = (
        middle_x + _BEND * (end[1] - begin[1]) / length,
        middle_y - _BEND * (end[0] - begin[0]) / length,
    )
    from_x, from_y = _edge(begin, bent)
    to_x, to_y = _edge(end, bent)
    path = f"M{from_x:.1f},{from_y:.1f} Q{bent[0]:.1f},{bent[1]:.1f} {to_x:.1f},{to_y:.1f}"
    return Arrow(path, sentence(one), is_current)


def _edge(box: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Give where the line from a box's middle to a point leaves the box."""
    along_x, along_y = towards[0] - box[0], towards[1] - box[1]
    reach_x = (_BOX_WIDTH / 2 + 4) / abs(along_x) if along_x else math.inf
    reach_y = (_BOX_HEIGHT / 2 + 4) / abs(along_y) if along_y else math.inf
    share = min(reach_x, reach_y, 1)
    return box[0] + along_x * share, box[1] + along_y * share
