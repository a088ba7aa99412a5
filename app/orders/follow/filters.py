"""Which notifications the page of an order shows, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.messaging.scheme import channel_of
from app.messaging.status import FAILED, OPEN, WORDING, Route, Status
from app.orders.follow import search
from app.orders.follow.queries import Head
from app.shipments.selection import EVERYTHING, Selection
from app.web import tokens

GROUPS = {"open": OPEN, "failed": FAILED}
UNCERTAIN = "uncertain"
ROUTES = {"real": frozenset({Route.NONE, Route.REAL}), "simulated": frozenset({Route.SIMULATED})}

_BY_NAME = {wording.name: status for status, wording in WORDING.items()}
_KEPT = ("status", "route", "search")


class UnknownFilter(LookupError):
    """The address names a status or route that there is none of."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the table shows, and what an address must say to show the same."""

    selection: Selection | None = EVERYTHING
    """None where a search is no longer known, so that nothing can be shown."""
    args: Mapping[str, str] = field(default_factory=dict)
    status: Status | None = None
    """The one status that is shown, if it is one."""
    typed: str = ""
    """What was searched for."""

    @property
    def is_search(self) -> bool:
        """Whether a recipient was searched for."""
        return "search" in self.args

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.args


def read(query: Mapping[str, str], head: Head, person_id: int, *, is_covered: bool) -> Shown:
    """Read the filter from a query string; raise `UnknownFilter`. A search takes the place of all else."""
    args = {name: query[name] for name in _KEPT if query.get(name)}
    if "search" in args:
        return _search(args["search"], head, person_id, is_covered)
    if "status" not in args:
        return Shown()
    return _by_status(args["status"], args.get("route"), head)


def _search(token: str, head: Head, person_id: int, is_covered: bool) -> Shown:
    args = {"search": token}
    typed = tokens.recall(token, person_id)
    if typed is None:
        return Shown(None, args)
    try:
        selection = search.by_address(typed, head.channels, whole_only=is_covered)
    except search.Unsearchable:
        return Shown(None, args)
    return Shown(selection, args, typed=typed)


def _by_status(name: str, route: str | None, head: Head) -> Shown:
    if route is not None and route not in ROUTES:
        raise UnknownFilter(route)
    args = {"status": name} | ({"route": route} if route else {})
    if name == UNCERTAIN:
        return Shown(Selection(is_uncertain=True), {"status": name})
    if name not in GROUPS and name not in _BY_NAME:
        raise UnknownFilter(name)
    one = _BY_NAME.get(name)
    statuses = frozenset({one}) if one else _of_channel(GROUPS[name], head)
    routes = ROUTES[route] if route else frozenset(Route)
    return Shown(Selection(statuses, routes), args, status=one)


def _of_channel(statuses: frozenset[Status], head: Head) -> frozenset[Status]:
    return frozenset(status for status in statuses if channel_of(status) in head.channels)
