"""Sessions kept in Valkey: the cookie holds a random id and nothing else, Valkey only a hash of that id.

A session is read when somebody first asks for something in it, so static files never touch Valkey. Flask-Session keeps
the id itself as the key, prolongs on every request and writes back a session that was ended meanwhile; hence our own.
"""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from typing import Any, cast

from flask import Flask, session
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SessionInterface, SessionMixin
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Request, Response

from app.sentinel import open_valkey
from app.web.live import is_poll

_SERIALIZER = TaggedJSONSerializer()
_ID = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_BEGAN = "_began"


_PATIENCE_S = 2.0
"""Every page waits for its session: better a sentence soon than a thread that hangs."""


class SessionsUnreachable(ServiceUnavailable):
    """Valkey does not answer, so nobody can be known; shown as the 503 page."""


@lru_cache(maxsize=8)
def _connect(url: str) -> Redis:
    again = Retry(NoBackoff(), retries=1)
    return open_valkey(url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S, retry=again)


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise SessionsUnreachable from error


class Store:
    """Reads and writes sessions as they lie in Valkey; each method may raise `SessionsUnreachable`."""

    def __init__(self, url: str, idle_s: int, longest_s: int) -> None:
        self._url = url
        self._idle_s = idle_s
        self._longest_s = longest_s

    def read(self, session_id: str, *, idle_starts_anew: bool) -> dict[str, Any] | None:
        """Give what is kept, or None where the session has ended; only a person's request restarts the idle time."""
        key = _key(session_id)
        with _reaching():
            valkey = _connect(self._url)
            kept = cast("bytes | None", valkey.getex(key, ex=self._idle_s) if idle_starts_anew else valkey.get(key))
        values: dict[str, Any] = _SERIALIZER.loads(kept.decode()) if kept else {}
        return values if time.time() < values.get(_BEGAN, 0) + self._longest_s else None

    def write(self, session_id: str, values: dict[str, Any], *, is_new: bool) -> None:
        """Keep the values; a session that was ended meanwhile stays ended."""
        text = _SERIALIZER.dumps(values)
        with _reaching():
            _connect(self._url).set(_key(session_id), text, ex=self._idle_s, nx=is_new, xx=not is_new)

    def end(self, session_id: str) -> None:
        """Forget the session."""
        with _reaching():
            _connect(self._url).delete(_key(session_id))


class ValkeySession(SessionMixin):
    """One session; after Valkey failed once it is empty and is not written, so that the error page can be shown."""

    modified = False

    def __init__(self, store: Store, session_id: str | None, *, is_poll: bool) -> None:
        self._store = store
        self.id = session_id
        self._is_poll = is_poll
        self._values: dict[str, Any] | None = None
        self._is_broken = False
        self.new = session_id is None

    def rotate(self) -> None:
        """End this session and begin another under a new id, with nothing of the old one in it."""
        if self.id and not self.new:
            self._store.end(self.id)
        self.id, self.new, self._values, self.modified = None, True, {}, True

    def save(self) -> None:
        """Write what was changed; a poll never writes."""
        if not self.modified or self._is_poll or self._is_broken:
            return
        self._is_broken = True
        self.id = self.id or secrets.token_urlsafe(32)
        self._store.write(self.id, {_BEGAN: time.time(), **self._read()}, is_new=self.new)
        self._is_broken = False

    def _read(self) -> dict[str, Any]:
        if self._values is None:
            self._values = self._fetched()
        return self._values

    def _fetched(self) -> dict[str, Any]:
        if self.id is None or self._is_broken:
            return {}
        self._is_broken = True
        found = self._store.read(self.id, idle_starts_anew=not self._is_poll)
        self._is_broken = False
        if found is None:
            # An id that we did not hand out just now is never taken over.
            self.id, self.new = None, True
        return found or {}

    def __getitem__(self, key: str) -> Any:
        return self._read()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._read()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self._read()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class ValkeySessions(SessionInterface):
    """Opens and saves the session of each request."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_cookie_name(self, app: Flask) -> str:
        """Bind the cookie to this very host where the connection is encrypted."""
        return "__Host-varsel" if self.get_cookie_secure(app) else "varsel"

    def open_session(self, app: Flask, request: Request) -> ValkeySession:
        """Make the session of a request without reading it yet."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        return ValkeySession(self._store, cookie if _ID.fullmatch(cookie) else None, is_poll=is_poll())

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what was changed, and hand out the id of a session that has just begun."""
        if not isinstance(session, ValkeySession):
            return
        had_id = session.id
        session.save()
        if session.id and session.id != had_id:
            self._hand_out(app, session.id, response)

    def _hand_out(self, app: Flask, session_id: str, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            session_id,
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
            path="/",
        )
        response.vary.add("Cookie")


def rotate() -> None:
    """End the session of this request and begin an empty one under a new id."""
    current = cast("LocalProxy[SessionMixin]", session)._get_current_object()
    if isinstance(current, ValkeySession):
        current.rotate()


def install(app: Flask) -> None:
    """Keep the sessions of this application in Valkey."""
    store = Store(app.config["REDIS_URL"], int(app.config["SESSION_IDLE_S"]), int(app.config["SESSION_MAX_S"]))
    app.session_interface = ValkeySessions(store)


def _key(session_id: str) -> str:
    return f"session:{sha256(session_id.encode()).hexdigest()}"
