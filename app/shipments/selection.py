"""Which notifications of a shipment are meant: all, those of some statuses, the uncertain, those of an address."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    SmallInteger,
    TableValuedAlias,
    and_,
    cast,
    func,
    literal_column,
    select,
    true,
    union,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from app.messaging.status import Route, Status
from app.shipments.models import Notification, NotificationState
from app.shipments.stretch import Stretch

MOST_FOUND = 1000
"""How many notifications a search by the beginning of an address finds at most."""

SMALL = 20_000
"""Up to how many notifications a shipment is walked to find the beginning of an address; it takes some milliseconds."""

ALL_ROUTES = frozenset(Route)
_BY_ADDRESS = sql("notification.address using ~<~")
"""The order of the index, so that what is found of too much is always the same."""

_MOST_FOUND: ColumnElement[int] = literal_column(str(MOST_FOUND))
"""Written out, since a plan made once for all values would take a bound limit for a tenth of the table."""

_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Block:
    """A shipment and the ids that its notifications may have; the ids are None while none is made."""

    shipment_id: int
    first_id: int | None
    last_id: int | None


@dataclass(frozen=True, slots=True)
class Selection:
    """What a table shows; without any of these, all. Only one kind at a time is asked for."""

    statuses: frozenset[Status] = frozenset()
    routes: frozenset[Route] = ALL_ROUTES
    """Which routes of these statuses."""
    is_uncertain: bool = False
    addresses: tuple[str, ...] = ()
    """Whole addresses, any of them."""
    beginnings: tuple[str, ...] = ()
    """Beginnings of addresses, any of them; at most `MOST_FOUND` are found."""


EVERYTHING = Selection()


def ids(block: Block, selection: Selection, stretch: Stretch) -> Select[int]:
    """Ask for the ids of one page; each kind of selection reads about as many index rows as the page has."""
    if selection.statuses:
        return _of_statuses(block, selection, stretch)
    if selection.is_uncertain:
        return _uncertain(block, stretch)
    if selection.addresses:
        wanted = (Notification.address.in_(selection.addresses), _within(block, Notification.id))
        return stretch.by_key(select(Notification.id).where(*wanted), Notification.id)
    if selection.beginnings:
        return _beginning(block, selection, stretch)
    key = NotificationState.id
    return stretch.by_key(select(key).where(_within(block, key)), key)


def after_prefix(prefix: str) -> str:
    """Give the least text above all that begin with `prefix`, in the order of code points; not empty for a prefix."""
    kept = prefix.rstrip(_LAST_CHARACTER)
    if not kept:
        return _LAST_CHARACTER * (len(prefix) + 1)
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)


def begins_with(text: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """Say that a text begins with `prefix`, in the operators of a `text_pattern_ops` index.

    `LIKE` with a bound parameter loses the index as soon as the statement is prepared.
    """
    not_before = text.bool_op("~>=~")(prefix)
    return and_(not_before, text.bool_op("~<~")(after_prefix(prefix)))


def _within(block: Block, key: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return key.between(block.first_id, block.last_id)


def _uncertain(block: Block, stretch: Stretch) -> Select[int]:
    columns = (NotificationState.shipment_id, NotificationState.id)
    uncertain = select(NotificationState.id).where(NotificationState.uncertain)
    return stretch.by_index(uncertain, columns, block.shipment_id)


def _of_statuses(block: Block, selection: Selection, stretch: Stretch) -> Select[int]:
    """A union of limited scans: one `in` over several statuses would sort all that they have."""
    status = _unnested(selection.statuses, "status")
    route = _unnested(selection.routes, "route")
    columns = (NotificationState.shipment_id, NotificationState.status, NotificationState.route, NotificationState.id)
    one = stretch.by_index(select(NotificationState.id), columns, block.shipment_id, status.c.status, route.c.route)
    scan = one.lateral("scan")
    every_pair = status.join(route, true()).join(scan, true())
    return stretch.by_key(select(scan.c.id).select_from(every_pair), scan.c.id)


def _unnested(numbers: Iterable[int], name: str) -> TableValuedAlias:
    return (
        func.unnest(cast(sorted(numbers), ARRAY(SmallInteger)))
        .table_valued(name, name=f"wanted_{name}")
        .render_derived()
    )


def _beginning(block: Block, selection: Selection, stretch: Stretch) -> Select[int]:
    """Found first and materialised, so that a common beginning cannot tempt the planner to join on the way."""
    found = union(*(_one_beginning(block, prefix) for prefix in selection.beginnings)).cte("found")
    found = found.prefix_with("MATERIALIZED")
    return stretch.by_key(select(found.c.id), found.c.id)


def _one_beginning(block: Block, prefix: str) -> Select[int]:
    found = _walked(block, prefix) if _size(block) <= SMALL else _looked_up(block, prefix)
    return select(found.limit(_MOST_FOUND).subquery().c.id)


def _walked(block: Block, prefix: str) -> Select[int]:
    """For a small shipment: the index of addresses also holds what all others sent to such numbers."""
    begins = func.left(Notification.address, len(prefix)) == prefix
    return select(Notification.id).where(_within(block, Notification.id), begins)


def _looked_up(block: Block, prefix: str) -> Select[int]:
    """Adding nothing to the id hides it from the planner, who would walk the whole shipment by its primary key."""
    hidden_id = Notification.id + literal_column("0", BigInteger)
    is_within = hidden_id.between(block.first_id, block.last_id)
    return select(Notification.id).where(begins_with(Notification.address, prefix), is_within).order_by(_BY_ADDRESS)


def _size(block: Block) -> int:
    return 0 if block.first_id is None or block.last_id is None else block.last_id - block.first_id + 1
