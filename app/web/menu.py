"""The menu at the top of every page: each room adds its own lines.

Who has few lines sees them side by side; who has more sees the groups, and below them the lines of the group the
page belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from app.web.person import at_desk

SIDE_BY_SIDE = 5
"""As many lines as fit beside the name of the person, at 1280 pixels."""


class Group(Enum):
    """What the lines of the menu are about, in the order in which the groups are shown."""

    TODAY = auto()
    SUPPORT = auto()
    ORDERS = auto()
    COUNTRIES = auto()
    ADMINISTRATION = auto()


WORDS = {
    Group.TODAY: lazy_gettext("Today"),
    Group.ORDERS: lazy_gettext("Orders"),
    Group.SUPPORT: lazy_gettext("Support"),
    Group.COUNTRIES: lazy_gettext("Countries"),
    Group.ADMINISTRATION: lazy_gettext("Administration"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu, seen by those who have one of `roles`."""

    label: str | LazyString
    endpoint: str
    roles: frozenset[str]
    order: int
    group: Group


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the menu as one person sees it on one page; `current` is an aria-current value or nothing."""

    label: str | LazyString
    url: str
    current: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The lines at the top of a page, and those of the current group below them, if there are groups."""

    lines: Sequence[Link] = ()
    below: Sequence[Link] = ()
    group: str | LazyString = ""


_entries: dict[str, Entry] = {}
_stand_ins: dict[str, str] = {}


def add(label: str | LazyString, endpoint: str, roles: Sequence[str], order: int, group: Group = Group.ORDERS) -> None:
    """Add a line leading to `endpoint`, one per endpoint, lower `order` first; the label is lazily translated."""
    _entries[endpoint] = Entry(label, endpoint, frozenset(roles), order, group)


def stand_in(page: str, line: str) -> None:
    """Let the page of an endpoint belong to another room's line, for those who see no line of its own room."""
    _stand_ins[page] = line


def menu() -> Menu:
    """Say which lines the person at the desk may follow."""
    seen = sorted(filter(_is_open, _entries.values()), key=_place)
    here = _here(seen)
    if len(seen) <= SIDE_BY_SIDE:
        return Menu([_link(entry, here) for entry in seen])
    groups = {group: list(entries) for group, entries in groupby(seen, key=lambda entry: entry.group)}
    lines = [_line(group, entries, here) for group, entries in groups.items()]
    group = next((entry.group for entry in seen if entry.endpoint == here), None)
    if group is None or len(groups[group]) == 1:
        return Menu(lines)
    return Menu(lines, [_link(entry, here) for entry in groups[group]], WORDS[group])


def sign_out_url() -> str | None:
    """Build the address that signs the person out, where there is one."""
    endpoint = current_app.config["SIGN_OUT_ENDPOINT"]
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def account_url() -> str | None:
    """Build the address of the person's own page, where there is one."""
    endpoint = current_app.config["ACCOUNT_ENDPOINT"]
    return url_for(endpoint) if endpoint in current_app.view_functions else None


def install(app: Flask) -> None:
    """Make the menu known to the base template."""
    app.config.setdefault("SIGN_OUT_ENDPOINT", "accounts.sign_out")
    app.add_template_global(menu, "menu")
    app.config.setdefault("ACCOUNT_ENDPOINT", "accounts.me")
    app.add_template_global(sign_out_url)
    app.add_template_global(account_url)


def _is_open(entry: Entry) -> bool:
    if entry.endpoint not in current_app.view_functions or not at_desk().is_authenticated:
        return False
    return any(at_desk().has_role(role) for role in entry.roles)


def _here(entries: list[Entry]) -> str:
    """Find the line that the page belongs to: its own, the first one of its room, or the one that stands in."""
    own = [entry.endpoint for entry in entries if entry.endpoint == request.endpoint]
    room = [entry.endpoint for entry in entries if _room(entry.endpoint) == _room(request.endpoint or "")]
    other = [entry.endpoint for entry in entries if entry.endpoint == _stand_ins.get(request.endpoint or "")]
    return next(iter(own + room + other), "")


def _place(entry: Entry) -> tuple[int, int, str]:
    return entry.group.value, entry.order, entry.endpoint


def _link(entry: Entry, here: str) -> Link:
    return Link(entry.label, url_for(entry.endpoint), _current(entry, here))


def _line(group: Group, entries: Sequence[Entry], here: str) -> Link:
    """The line of a whole group: it leads to its first page, and a group of one line is that line."""
    if len(entries) == 1:
        return _link(entries[0], here)
    is_current = any(entry.endpoint == here for entry in entries)
    return Link(WORDS[group], url_for(entries[0].endpoint), "true" if is_current else "")


def _current(entry: Entry, here: str) -> str:
    if entry.endpoint != here:
        return ""
    return "page" if entry.endpoint == request.endpoint else "true"


def _room(endpoint: str) -> str:
    return endpoint.rpartition(".")[0] or "none"
