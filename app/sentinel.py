"""Connections to Valkey by an address that names one server, or the sentinels that know which server leads.

RQ works through sentinels, for one server holds all its keys; in a cluster, which scatters them, it does not.
"""

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from redis import Redis
from redis.sentinel import Sentinel

TLS = {"sentinel": False, "sentinels": True}
"""By the scheme of the address."""

_PORT = 26379
_HOST = re.compile(r"(\[[0-9a-fA-F:]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_SENTINELS_ANSWER_WITHIN_S = 2.0


class BadAddress(ValueError):
    """An address of sentinels that cannot be read; the words say how it is written."""


class Watched(NamedTuple):
    """What an address of sentinels tells."""

    sentinels: list[tuple[str, int]]
    name: str
    """What the sentinels call the servers of which one leads."""
    of_server: dict[str, Any]
    of_sentinels: dict[str, Any]


def open_valkey(url: str, **options: Any) -> Redis:
    """A pool of connections by `redis://`, `rediss://`, `unix://`, `sentinel://` or, with TLS, `sentinels://`."""
    if not names_sentinels(url):
        return Redis.from_url(url, **options)
    watched = read(url)
    sentinel = Sentinel(watched.sentinels, sentinel_kwargs=watched.of_sentinels, **watched.of_server, **options)
    leader: Redis = sentinel.master_for(watched.name)
    return leader


def names_sentinels(url: str) -> bool:
    """Whether an address names sentinels instead of a server."""
    return urlsplit(url).scheme in TLS


def read(url: str) -> Watched:
    """Read `sentinel://[user:password@]host:port,host:port/name[?db=0&sentinel_password=…]`; raise `BadAddress`."""
    address, asked = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    account, _, hosts = address.netloc.rpartition("@")
    user, _, password = map(unquote, account.partition(":"))
    name = address.path.strip("/")
    if not (hosts and name):
        raise BadAddress("An address of sentinels is written sentinel://host:26379,host:26379/name.")
    tls = {"ssl": True} if TLS[address.scheme] else {}
    of_server = {"db": int(asked.get("db", 0)), "username": user or None, "password": password or None, **tls}
    of_sentinels = {
        "socket_timeout": _SENTINELS_ANSWER_WITHIN_S,
        "socket_connect_timeout": _SENTINELS_ANSWER_WITHIN_S,
        "password": asked.get("sentinel_password"),
        **tls,
    }
    return Watched([_host_and_port(host) for host in hosts.split(",")], name, of_server, of_sentinels)


def _host_and_port(written: str) -> tuple[str, int]:
    found = _HOST.fullmatch(written)
    if found is None:
        raise BadAddress("A sentinel is written as its host, or as host:port.")
    return found[1].strip("[]"), int(found[2] or _PORT)
