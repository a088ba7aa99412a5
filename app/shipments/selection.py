"""Which notifications of a shipment are meant: all, those of some statuses, the uncertain, those of an address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, SmallInteger, and_, column, select, true, union, values
from sqlalchemy.orm import InstrumentedAttribute

from app.messaging.status import Route, Status
from app.shipments.models import Notification, NotificationState

MOST_FOUND = 1000
"""How many notifications a search by the beginning of an address finds at most."""

Narrow = Callable[[Select[int], Any], Select[int]]
"""Limits a statement by its key to one page: where, order and limit."""

ALL_ROUTES = frozenset(Route)
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


def ids(block: Block, selection: Selection, narrow: Narrow) -> Select[int]:
    """Ask for the ids of one page; each kind of selection reads about as many index rows as the page has."""
    if selection.statuses:
        return _of_statuses(block, selection, narrow)
    if selection.is_uncertain:
        return narrow(_of_shipment(block).where(NotificationState.uncertain), NotificationState.id)
    if selection.addresses:
        wanted = Notification.address.in_(selection.addresses)
        return narrow(select(Notification.id).where(wanted, _within(block, Notification.id)), Notification.id)
    if selection.beginnings:
        return _beginning(block, selection, narrow)
    return narrow(select(NotificationState.id).where(_within(block, NotificationState.id)), NotificationState.id)


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


def _of_shipment(block: Block) -> Select[int]:
    return select(NotificationState.id).where(NotificationState.shipment_id == block.shipment_id)


def _of_statuses(block: Block, selection: Selection, narrow: Narrow) -> Select[int]:
    """A union of limited scans: one `in` over several statuses would sort all that they have."""
    pairs = [(status, route) for status in sorted(selection.statuses) for route in sorted(selection.routes)]
    wanted = values(column("status", SmallInteger), column("route", SmallInteger), name="wanted").data(pairs)
    one = _of_shipment(block).where(
        NotificationState.status == wanted.c.status, NotificationState.route == wanted.c.route
    )
    scan = narrow(one, NotificationState.id).lateral("scan")
    return narrow(select(scan.c.id).select_from(wanted.join(scan, true())), scan.c.id)


def _beginning(block: Block, selection: Selection, narrow: Narrow) -> Select[int]:
    """Materialised, so that a common beginning cannot tempt the planner to walk the primary key."""
    scans = [select(_one_beginning(block, prefix).subquery().c.id) for prefix in selection.beginnings]
    found = union(*scans).limit(MOST_FOUND).cte("found").prefix_with("MATERIALIZED")
    return narrow(select(found.c.id), found.c.id)


def _one_beginning(block: Block, prefix: str) -> Select[int]:
    wanted = begins_with(Notification.address, prefix)
    return select(Notification.id).where(wanted, _within(block, Notification.id)).limit(MOST_FOUND)
