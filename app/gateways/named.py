"""Gateways by name: which ones the settings tell of, and the one of this process that a name means.

Without a setting `GATEWAYS` there is one of each kind, called as its kind. A gateway with a name of its own has
settings of its own, which begin with its name, and takes its kind's where they do not say: `link-a` has `LINK_A_URL`.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from app.gateways.contract import Gateway, GatewaySettings, NoGateway
from app.gateways.link import Link
from app.gateways.simulator import Simulator
from app.gateways.smpp import Smpp
from app.gateways.smtp import Smtp
from app.messaging.status import Channel, Route


class Kind(NamedTuple):
    """A protocol that we speak: what makes a gateway of it, and what it carries."""

    make: Callable[[GatewaySettings], Gateway]
    channel: Channel
    route: Route


KINDS: dict[str, Kind] = {
    "link": Kind(Link, Channel.SMS, Route.REAL),
    "smpp": Kind(Smpp, Channel.SMS, Route.REAL),
    "smtp": Kind(Smtp, Channel.EMAIL, Route.REAL),
    "simulator": Kind(Simulator, Channel.SMS, Route.SIMULATED),
}

ALWAYS = ("link", "smtp", "simulator")
"""The gateways of an installation that names none; each gives way to a named one of its channel and route."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


class Configured(NamedTuple):
    """A gateway that the settings tell of."""

    name: str
    kind: str
    channel: Channel
    route: Route


class BadGateways(Exception):
    """The settings name gateways in a way that makes no sense; the words say how."""


def configured(settings: Mapping[str, Any]) -> tuple[Configured, ...]:
    """The gateways that the settings tell of, in their order; raises `BadGateways`."""
    named = [_configured(name, kind) for name, kind in named_kinds(settings).items()]
    carried = {(one.channel, one.route) for one in named}
    usual = [_configured(name, name) for name in ALWAYS]
    return (*named, *(one for one in usual if (one.channel, one.route) not in carried))


def gateways_of_kind(kind: str, settings: Mapping[str, Any]) -> list[str]:
    """The names of the gateways of one kind; raises `BadGateways`."""
    return [one.name for one in configured(settings) if one.kind == kind]


def named_kinds(settings: Mapping[str, Any]) -> dict[str, str]:
    """The kind of each gateway that `GATEWAYS` names, by name; raises `BadGateways`."""
    names = [name.strip() for name in str(settings.get("GATEWAYS", "")).split(",")]
    return {name: _kind(name, settings) for name in names if name}


def prefix_of(name: str) -> str:
    """What the settings of a gateway begin with."""
    return name.upper().replace("-", "_") + "_"


def provider_of(name: str, settings: Mapping[str, Any]) -> str:
    """The provider behind a gateway, as sender-ID registrations name it; one that is gone was its kind's."""
    own = settings.get(prefix_of(name) + "PROVIDER")
    return str(own or settings["LINK_PROVIDER"])


def gateway_named(name: str, settings: Mapping[str, Any]) -> Gateway:
    """The gateway of this process that has the name, the same one each time; raises `NoGateway`."""
    for one in configured(settings):
        if one.name == name:
            return of_process(os.getpid(), one.kind, GatewaySettings.of(settings, name, one.kind))
    raise NoGateway(f"The settings tell of no gateway called {name}.")


@lru_cache(maxsize=32)
def of_process(pid: int, kind: str, settings: GatewaySettings) -> Gateway:
    """Kept per process: a forked child must not share its parent's sockets."""
    return KINDS[kind].make(settings)


def _configured(name: str, kind: str) -> Configured:
    return Configured(name, kind, KINDS[kind].channel, KINDS[kind].route)


def _kind(name: str, settings: Mapping[str, Any]) -> str:
    """What `<NAME>_KIND` says, or what the name begins with: `link-a` is of the kind `link`."""
    if not _NAME.fullmatch(name):
        raise BadGateways(f"{name!r} cannot be the name of a gateway: use a-z, 0-9 and -.")
    kind = str(settings.get(prefix_of(name) + "KIND", "")) or name.partition("-")[0]
    if kind not in KINDS or kind == "simulator":
        kinds = ", ".join(sorted(KINDS.keys() - {"simulator"}))
        raise BadGateways(f"Say with {prefix_of(name)}KIND which kind of gateway {name} is: {kinds}.")
    return kind


def settings_of(name: str, kind: str, defaults: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The settings that a gateway may have for itself, each with its kind's, which says how it is read."""
    yield prefix_of(name) + "KIND", ""
    for default, value in defaults.items():
        if default.startswith(kind.upper() + "_"):
            yield prefix_of(name) + default.removeprefix(kind.upper() + "_"), value
