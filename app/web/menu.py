"""The menu at the top of every page: each room adds its own entries."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel.speaklater import LazyString

from app.web.person import at_desk


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu, seen by those who have one of `roles`."""

    label: str | LazyString
    endpoint: str
    roles: frozenset[str]
    order: int


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the menu as one person sees it on one page; `current` is an aria-current value or nothing."""

    label: str | LazyString
    url: str
    current: str


_entries: dict[str, Entry] = {}


def add(label: str | LazyString, endpoint: str, roles: Sequence[str], order: int) -> None:
    """Add a line leading to `endpoint`, one per endpoint, lower `order` first; the label is lazily translated."""
    _entries[endpoint] = Entry(label, endpoint, frozenset(roles), order)


def links() -> list[Link]:
    """List the lines that the person at the desk may follow."""
    seen = sorted(filter(_is_open, _entries.values()), key=lambda entry: (entry.order, entry.endpoint))
    here = _here(seen)
    return [Link(entry.label, url_for(entry.endpoint), _current(entry, here)) for entry in seen]


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
    app.add_template_global(links, "menu_links")
    app.config.setdefault("ACCOUNT_ENDPOINT", "accounts.me")
    app.add_template_global(sign_out_url)
    app.add_template_global(account_url)


def _is_open(entry: Entry) -> bool:
    if entry.endpoint not in current_app.view_functions or not at_desk().is_authenticated:
        return False
    return any(at_desk().has_role(role) for role in entry.roles)


def _here(entries: list[Entry]) -> str:
    """Find the line that the page belongs to: its own, or else the first one of its room."""
    own = [entry.endpoint for entry in entries if entry.endpoint == request.endpoint]
    room = [entry.endpoint for entry in entries if _room(entry.endpoint) == _room(request.endpoint or "")]
    return next(iter(own + room), "")


def _current(entry: Entry, here: str) -> str:
    if entry.endpoint != here:
        return ""
    return "page" if entry.endpoint == request.endpoint else "true"


def _room(endpoint: str) -> str:
    return endpoint.rpartition(".")[0] or "none"
