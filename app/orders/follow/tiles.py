"""The count tiles of an order: how many there are in each status, each a filter of the table below."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext

from app.messaging.scheme import channel_of
from app.messaging.status import FAILED, OPEN, WORDING, Channel
from app.orders import words as order_words
from app.orders.follow import words
from app.orders.follow.filters import UNCERTAIN
from app.shipments.counts import Count, Counts
from app.web.statuses import color_of


@dataclass(frozen=True, slots=True)
class Tile:
    """One count; `args` is the query of the address that shows what it counts."""

    id: str
    count: int
    noun: str
    args: Mapping[str, str]
    color: str


def tiles(counts: Counts, channels: Collection[Channel]) -> list[Tile]:
    """Make the tiles of what there is: all, each status with the simulated apart, groups of several, the uncertain."""
    every = Tile("tile-all", counts.total, gettext("All"), {}, "neutral")
    of_status = _of_status if len(channels) == 1 else _of_channel_and_status
    return [every, *_groups(counts), *map(of_status, counts.lines), *_uncertain(counts)]


def _groups(counts: Counts) -> Iterator[Tile]:
    if len({line.status for line in counts.lines if line.status in OPEN}) > 1:
        yield Tile("tile-open", counts.open, gettext("All open"), {"status": "open"}, "info")
    if len({line.status for line in counts.lines if line.status in FAILED}) > 1:
        yield Tile("tile-failed", counts.failed, gettext("All failed"), {"status": "failed"}, "danger")


def _of_status(line: Count) -> Tile:
    name = WORDING[line.status].name
    route = "simulated" if line.is_simulated else "real"
    noun = words.status(line.status, is_simulated=line.is_simulated)
    return Tile(f"tile-{name}-{route}", line.n, noun, {"status": name, "route": route}, color_of(name))


def _of_channel_and_status(line: Count) -> Tile:
    tile = _of_status(line)
    return replace(tile, noun=f"{order_words.channel(channel_of(line.status))}: {tile.noun}")


def _uncertain(counts: Counts) -> Iterator[Tile]:
    if counts.uncertain:
        yield Tile("tile-uncertain", counts.uncertain, gettext("Uncertain"), {"status": UNCERTAIN}, "warning")
