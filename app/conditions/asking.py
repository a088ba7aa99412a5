"""Asking a condition: one GET over TLS, to an address that was judged after its name was resolved.

The connection goes to that very address, so that a name cannot be pointed elsewhere in between; the certificate is
still held against the name. Redirects are not followed, and what is answered is read up to a limit.
"""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult

from app.conditions.addresses import may_be_asked, read
from app.conditions.answer import Answer, Asked, InvalidUrl, check_url

WITHIN_S = 10.0
"""For everything: the name, the connection, the answer."""

MOST_BYTES = 64 * 1024
"""Of the answer's body."""

_HTTPS = 443
_TO_TELL_S = 0.5
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Varsel"}
_REDIRECTS = range(300, 400)
_SUCCESSES = range(200, 300)


@dataclass(frozen=True, slots=True)
class Rules:
    """How conditions are asked here."""

    with_loopback: bool = False
    """Whether this machine may be asked, for tests and development."""
    ca_file: str = ""
    """Certificates of further authorities, in PEM; empty for none."""
    within_s: float = WITHIN_S


class _Unclear(Exception):
    """There will be no clear answer."""

    def __init__(self, answer: Answer, status: int | None = None) -> None:
        super().__init__(answer.value)
        self.asked = Asked(answer, status)


def ask(url: str, rules: Rules | None = None) -> Asked:
    """Ask a condition and give its answer, within `rules.within_s` whatever the server does; raises nothing.

    A 2xx answer with a JSON object whose `sendNotification` is true or false is clear; all else is not (Altinn).
    """
    return ask_all([url], rules)[0]


def ask_all(urls: Sequence[str], rules: Rules | None = None) -> list[Asked]:
    """Ask several at the same time, within the time that one may take."""
    rules = rules or Rules()
    found = [Asked(Answer.TOO_SLOW)] * len(urls)

    def asking(place: int) -> None:
        found[place] = _ask(urls[place], rules)

    # A resolver cannot be told when to give up, so it is left behind where it takes too long.
    threads = [threading.Thread(target=asking, args=(place,), daemon=True) for place in range(len(urls))]
    ends_at = time.monotonic() + rules.within_s + _TO_TELL_S
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_left(ends_at))
    return list(found)


def _ask(url: str, rules: Rules) -> Asked:
    ends_at = time.monotonic() + rules.within_s
    asked = _answered(url, rules, ends_at)
    # What a conversation seems to say that was cut off at its time is not what the server would have said.
    return asked if time.monotonic() < ends_at else Asked(Answer.TOO_SLOW)


def _answered(url: str, rules: Rules, ends_at: float) -> Asked:
    try:
        parts = check_url(url)
        addresses = _resolve(parts, rules)
        return _get(parts, addresses, ends_at, _trust(rules))
    except _Unclear as fault:
        return fault.asked
    except ssl.SSLCertVerificationError:
        return Asked(Answer.NOT_TRUSTED)
    except (InvalidUrl, UnicodeError):
        return Asked(Answer.NO_NAME)
    except (OSError, HTTPException, ValueError):
        return Asked(Answer.CUT)


def _resolve(parts: SplitResult, rules: Rules) -> list[str]:
    """The addresses of the host, all of which may be asked: one that may not makes the name a trap."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or _HTTPS, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise _Unclear(Answer.NO_NAME) from None
    texts = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(may_be_asked(read(text), with_loopback=rules.with_loopback) for text in texts):
        raise _Unclear(Answer.REFUSED_ADDRESS)
    return texts


def _trust(rules: Rules) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    if rules.ca_file:
        trust.load_verify_locations(rules.ca_file)
    return trust


def _get(parts: SplitResult, addresses: Sequence[str], ends_at: float, trust: ssl.SSLContext) -> Asked:
    host, port = parts.hostname or "", parts.port or _HTTPS
    plain = _call(addresses, port, ends_at)
    connection = HTTPSConnection(host, port)
    # The handshake waits until the watch is set: a server may draw it out as well as its answer.
    connection.sock = trust.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    try:
        with _cut_off_at(ends_at, connection.sock):
            connection.sock.do_handshake()
            connection.request("GET", _path(parts), headers=_HEADERS)
            return _understood(connection.getresponse())
    finally:
        connection.close()


def _call(addresses: Sequence[str], port: int, ends_at: float) -> socket.socket:
    for address in addresses:
        with suppress(OSError):
            return socket.create_connection((address, port), _left(ends_at))
    raise _Unclear(Answer.NO_CONNECTION)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@contextmanager
def _cut_off_at(ends_at: float, connection: socket.socket) -> Iterator[None]:
    """End a conversation at its time also where the server says a little now and then."""

    def cut() -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(_left(ends_at), cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _understood(response: HTTPResponse) -> Asked:
    status = response.status
    if status in _REDIRECTS:
        raise _Unclear(Answer.REDIRECT, status)
    if status not in _SUCCESSES:
        raise _Unclear(Answer.BAD_STATUS, status)
    body = response.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise _Unclear(Answer.TOO_LONG, status)
    if response.length:
        raise _Unclear(Answer.CUT, status)
    said = _said(body, status)
    if not isinstance(said, bool):
        raise _Unclear(Answer.NO_BOOLEAN, status)
    return Asked(Answer.YES if said else Answer.NO, status)


def _said(body: bytes, status: int) -> Any:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise _Unclear(Answer.NOT_JSON, status) from None
    return told.get("sendNotification") if isinstance(told, dict) else None


def _left(ends_at: float) -> float:
    return max(ends_at - time.monotonic(), 0.001)
