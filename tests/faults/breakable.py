"""A PostgreSQL and a Valkey of one's own, to be restarted, crashed, frozen and filled up."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
from redis import Redis

from app.launch import places, postgres, processes, valkey
from app.launch.places import Home
from app.launch.processes import Running
from app.migrate import upgrade
from tests.fixtures.servers import Servers

TEMPLATE = "varsel_template"


class BreakableValkey:
    """A Valkey that keeps nothing when it stops."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._running = valkey.start(home, valkey.THROW_AWAY)

    @property
    def url(self) -> str:
        """Where it answers."""
        return valkey.redis_url(self._home)

    def flush(self) -> None:
        """Let it forget everything."""
        with Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        """Let it be gone."""
        processes.stop(self._running)

    def start(self) -> None:
        """Let it come back, empty."""
        if not self._running.alive:
            self._running = valkey.start(self._home, valkey.THROW_AWAY)

    @contextmanager
    def gone(self) -> Iterator[None]:
        """It is gone during the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and answers nothing during the block."""
        os.kill(self._running.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self._running.process.pid, signal.SIGCONT)


class BreakablePostgres:
    """A PostgreSQL with the durability of the product's own, and few connections."""

    def __init__(self, home: Home, connections: int) -> None:
        self._home = home
        self._settings = {"max_connections": str(connections)}
        self._running = postgres.start(home, self._settings)

    @property
    def url(self) -> str:
        """Where its maintenance database answers."""
        return postgres.database_url(self._home, "postgres")

    def restart(self, stop_signal: int) -> None:
        """Stop it by SIGINT, which ends all connections, or by SIGQUIT, which is a crash; and start it again."""
        processes.stop(self._running, stop_signal, grace_s=30)
        self._running = postgres.start(self._home, self._settings)

    def stop(self) -> None:
        """Stop it for good."""
        processes.stop(self._running, postgres.STOP_SIGNAL)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """None of its processes does anything during the block."""
        pids = [self._running.process.pid, *_children(self._running)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @contextmanager
    def full(self, database_url: str) -> Iterator[int]:
        """Somebody else has every connection that it has left, and tells how many."""
        with ExitStack() as held:
            number = 0
            with suppress(psycopg.OperationalError):
                while True:
                    held.enter_context(psycopg.connect(database_url, autocommit=True))
                    number += 1
            yield number


def _children(running: Running) -> list[int]:
    listed = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


@contextmanager
def breakable_valkey() -> Iterator[BreakableValkey]:
    """A Valkey of one's own."""
    with _home() as home:
        found = BreakableValkey(home)
        try:
            yield found
        finally:
            found.stop()


@contextmanager
def breakable_postgres(connections: int) -> Iterator[BreakablePostgres]:
    """A PostgreSQL of one's own, with the product's tables in a template."""
    with _home() as home:
        found = BreakablePostgres(home, connections)
        try:
            Servers(found.url, "").sql(f"create database {TEMPLATE}")
            upgrade(postgres.database_url(home, TEMPLATE))
            yield found
        finally:
            found.stop()


@contextmanager
def _home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="varsel-test-"))
    home = places.open_home(folder)
    try:
        yield home
    finally:
        places.forget(home)
        shutil.rmtree(folder, ignore_errors=True)
