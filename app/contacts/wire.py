"""Asking a register over HTTP: time-outs, a few tries, and a circuit breaker that all processes share.

Nothing of what is asked or answered stands in any exception or log line: only the register and what kind of fault.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from urllib3.exceptions import HTTPError

from app.contacts.answer import RegisterDown
from app.queue import connect

CONNECT_TIMEOUT_S = 5.0
TRIES = 3
FIRST_PAUSE_S = 0.2
FAILURES_ENOUGH = 5
"""So many failures within `COUNTED_FOR_S` open the breaker."""
COUNTED_FOR_S = 60
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """A register's answer: its HTTP status, and what was read of its JSON; None where it is not what was agreed."""

    status: int
    data: Any


_object = msgspec.json.Decoder(dict[str, Any]).decode
"""Reads a JSON object of any shape."""


class Breaker:
    """Stops asking a register that keeps failing, for a while; without Valkey it never stops."""

    def __init__(self, register: str, valkey: Redis, pause_s: float) -> None:
        self._register, self._valkey, self._pause_ms = register, valkey, max(1, int(pause_s * 1000))
        self._open, self._failures = f"register:{register}:open", f"register:{register}:failures"

    def check(self) -> bool:
        """Tell whether the register has failed lately; raise `RegisterDown` while it is open."""
        with suppress(RedisError):
            is_open, failures = self._valkey.mget(self._open, self._failures)
            if is_open:
                raise RegisterDown(self._register, "it failed several times and is left alone for a moment")
            return failures is not None
        return False

    def failed(self) -> None:
        """Count a failure; enough of them open it."""
        with suppress(RedisError):
            count = self._valkey.incr(self._failures)
            self._valkey.expire(self._failures, COUNTED_FOR_S)
            if int(str(count)) >= FAILURES_ENOUGH:
                self._valkey.set(self._open, 1, px=self._pause_ms)
                self._valkey.delete(self._failures)
                log.warning("The register %s keeps failing; it is left alone for a moment.", self._register)

    def worked(self) -> None:
        """Forget the failures so far."""
        with suppress(RedisError):
            self._valkey.delete(self._failures)


class Wire:
    """The way to one register's HTTP interface; safe for several threads."""

    def __init__(self, register: str, url: str, breaker: Breaker, timeout_s: float) -> None:
        self.register, self._breaker = register, breaker
        self._url = url.rstrip("/")
        self._timeout = urllib3.Timeout(connect=min(CONNECT_TIMEOUT_S, timeout_s), read=timeout_s)

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Callable[[bool], Mapping[str, str]] = lambda fresh: {},
        fields: Mapping[str, str] | None = None,
        read: Callable[[bytes], Any] = _object,
    ) -> Reply:
        """Ask until there is an answer, three times at most; raise `RegisterDown`.

        `headers` is called before each try, and told whether the register has just refused what it gave. `read` reads
        what the register answered, and raises ValueError or `msgspec.MsgspecError` where that is not what was agreed.
        """
        why, refused = "", False
        for number in range(TRIES):
            has_failed = self._breaker.check()
            if number:
                time.sleep(FIRST_PAUSE_S * 2 ** (number - 1))
            try:
                reply = self._asked(method, path, body, {**headers(refused)}, fields, read)
            except HTTPError as fault:
                self._breaker.failed()
                why = type(fault).__name__
                continue
            if reply.status == 401 and not refused:
                refused = True
                continue
            if reply.status not in PASSING:
                if has_failed:
                    self._breaker.worked()
                return self._taken(reply)
            self._breaker.failed()
            why = f"HTTP {reply.status}"
        raise RegisterDown(self.register, why or "HTTP 401")

    def _taken(self, reply: Reply) -> Reply:
        if reply.status != 200:
            raise RegisterDown(self.register, f"HTTP {reply.status}")
        if reply.data is None:
            raise RegisterDown(self.register, "its answer is not what was agreed")
        return reply

    def _asked(
        self,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str],
        fields: Mapping[str, str] | None,
        read: Callable[[bytes], Any],
    ) -> Reply:
        data: bytes | None = None
        if body is not None:
            headers, data = {**headers, "Content-Type": "application/json"}, msgspec.json.encode(body)
        elif fields is not None:
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            data = urlencode(fields).encode()
        response = _pool().request(
            method,
            self._url + path,
            body=data,
            headers={"Accept": "application/json", **headers},
            timeout=self._timeout,
            retries=False,
            redirect=False,
        )
        return Reply(response.status, _read(response.data, read) if response.status == 200 else None)


def _read(data: bytes, read: Callable[[bytes], Any]) -> Any:
    try:
        return read(data)
    except (ValueError, msgspec.MsgspecError):
        return None


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(num_pools=8, maxsize=16)


def wire_to(register: str, url: str) -> Wire:
    """The way to a register as the running application's settings say."""
    config = current_app.config
    breaker = Breaker(register, connect(config["REDIS_URL"]), config["REGISTER_PAUSE_S"])
    return Wire(register, url, breaker, config["REGISTER_TIMEOUT_S"])
