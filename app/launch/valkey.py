"""The embedded Valkey: queue bells and sessions, appended to a file, reached through a socket that only we may open."""

import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from app.launch.binaries import valkey_binary
from app.launch.checks import await_ready
from app.launch.errors import LaunchError
from app.launch.places import Home
from app.launch.processes import Running, spawn, stop

READY_WITHIN_S = 30.0
_PREVIOUS_ONE_GONE_WITHIN_S = 10.0
_SETTINGS = {"port": "0", "unixsocketperm": "700", "save": "", "appendonly": "yes", "appendfsync": "everysec"}
THROW_AWAY: Mapping[str, str] = {"appendonly": "no"}
"""Settings for data that nobody misses: tests and benchmarks."""


def redis_url(home: Home, database: int = 0) -> str:
    """The address of one of the server's numbered databases, for the Redis client and RQ."""
    return f"unix://{quote(str(_socket(home)), safe='/')}?db={database}"


def start(home: Home, settings: Mapping[str, str] | None = None) -> Running:
    """Start the server on its data and return when it answers."""
    binary = valkey_binary()
    folder = home.data / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    _await_previous_one(home)
    running = _run(home, binary, folder, {**_SETTINGS, **(settings or {})})
    try:
        await_ready(running, lambda: _answers(home), READY_WITHIN_S, home.data)
    except BaseException:
        stop(running)
        raise
    return running


def _socket(home: Home) -> Path:
    return home.sockets / "valkey.sock"


def _run(home: Home, binary: Path, folder: Path, settings: Mapping[str, str]) -> Running:
    chosen = [word for name, value in settings.items() for word in (f"--{name}", value)]
    command: list[str | Path] = [binary, "--unixsocket", _socket(home), "--dir", folder, *chosen]
    return spawn("Valkey", command, log=home.log("valkey"), environment={"LC_ALL": "C", "TZ": "UTC"})


def _await_previous_one(home: Home) -> None:
    # We hold the lock on the data, so that a server still here is one whose supervisor died and which is about to end.
    deadline = time.monotonic() + _PREVIOUS_ONE_GONE_WITHIN_S
    while _answers(home):
        if time.monotonic() > deadline:
            raise LaunchError(f"Another Valkey still answers at {_socket(home)}: stop it first.")
        time.sleep(0.05)


def _answers(home: Home) -> bool:
    with Redis(unix_socket_path=str(_socket(home)), retry=Retry(NoBackoff(), 0), socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
