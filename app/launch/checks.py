"""What must hold before anything is started, and whether what was started answers."""

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from app.launch.errors import LaunchError, disk_full
from app.launch.processes import Running

_ANSWER_WITHIN_S = 5.0


@contextmanager
def alone_on(lock: Path) -> Iterator[None]:
    """Hold the lock for as long as the block lasts; raise `LaunchError` if another process holds it."""
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _already_running(lock) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _already_running(lock: Path) -> LaunchError:
    return LaunchError(
        f"Varsel is already running on {lock.parent} (process {lock.read_text() or 'unknown'}): "
        "stop it first, or choose another folder with --data."
    )


def require_free_port(host: str, port: int, option: str, patience_s: float) -> None:
    """Raise `LaunchError`, naming the option that chooses another port, if after `patience_s` somebody has this one."""
    deadline = time.monotonic() + patience_s
    while (error := _bind(host, port)) is not None:
        if isinstance(error, PermissionError | socket.gaierror) or time.monotonic() > deadline:
            raise LaunchError(f"Port {port} on {host} cannot be used ({error.strerror}): choose another with {option}.")
        time.sleep(0.1)


def free_port_near(host: str, port: int) -> int:
    """The port itself where nobody has it, otherwise any that is free."""
    if _bind(host, port) is None:
        return port
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def _bind(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def await_ready(running: Running, is_ready: Callable[[], bool], within_s: float, writes_to: Path | None = None) -> None:
    """Return when `is_ready`; raise `LaunchError` if the process ends first or the time is up.

    Where it says that the folder that it writes to is full, so does the error.
    """
    deadline = time.monotonic() + within_s
    while not is_ready():
        if not running.alive:
            raise _ended(running, writes_to)
        if time.monotonic() > deadline:
            raise LaunchError(f"{running.name} was not ready within {within_s:.0f} s; its log is {running.log}.")
        time.sleep(0.02)


def _ended(running: Running, writes_to: Path | None) -> LaunchError:
    if writes_to and "No space left" in running.last_words():
        return disk_full(writes_to)
    return LaunchError(f"{running.name} ended while it was starting; its log is {running.log}.")


def answers_http(host: str, port: int, path: str = "/") -> bool:
    """Whether a web server answers there with anything but an error of its own."""
    connection = HTTPConnection(host, port, timeout=_ANSWER_WITHIN_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def answers_tcp(host: str, port: int) -> bool:
    """Whether anybody takes connections there."""
    try:
        socket.create_connection((host, port), _ANSWER_WITHIN_S).close()
    except OSError:
        return False
    return True
