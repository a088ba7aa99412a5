"""Where a bench plays: temporary servers with the durability of the product, a fresh database for each run."""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from flask import Flask

from app import create_app
from app.db import db
from app.launch import places, postgres, processes, valkey
from app.launch.checks import answers_http, await_ready
from app.launch.places import CHECKOUT, Home
from app.migrate import upgrade
from app.queue import valkey as valkey_client

TEMPLATE = "bench_template"
READY_WITHIN_S = 60.0

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Stage:
    """Running servers, and how to open a fresh database on them."""

    home: Home
    servers: Mapping[str, int]
    """The processes of the database and of the queue."""

    @contextmanager
    def product(self, **settings: object) -> Iterator["Product"]:
        """The product on a fresh database and an emptied queue; all it started has ended after the block."""
        url = self.fresh_database()
        told = {**self._settings(url), **settings}
        app = create_app(told)
        with app.app_context(), ExitStack() as until_the_end:
            valkey_client().flushdb()
            until_the_end.callback(db.engine.dispose)
            yield Product(self.home, self.servers, app, told, until_the_end)

    def fresh_database(self) -> str:
        """The address of a migrated, empty database."""
        name = f"bench_{next(_numbers)}"
        self.run(f"create database {name} template {TEMPLATE}")
        return postgres.database_url(self.home, name)

    def run(self, statement: str) -> None:
        """Run one administrative statement."""
        self.run_in(postgres.database_url(self.home, "postgres"), statement)

    def run_in(self, database_url: str, statement: str) -> None:
        """Run one statement outside any transaction in one of the databases."""
        with psycopg.connect(plain(database_url), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _settings(self, database_url: str) -> dict[str, object]:
        return {
            "DATABASE_URL": database_url,
            "REDIS_URL": valkey.redis_url(self.home),
            "SECRET_KEY": "of no worth, for a bench that nobody signs in to",
            "LINK_USER": "bench",
            "LINK_PASSWORD": "bench",
            "LINK_REPORT_USER": "link",
            "LINK_REPORT_PASSWORD": "bench",
            "SIMULATOR_DELAY_S": 0.0,
            "PUBLIC_URL": "https://varsel.example",
            "SESSION_COOKIE_SECURE": True,
        }


@dataclass(frozen=True, slots=True)
class Product:
    """The product on one database: its application, and its processes when they are started."""

    home: Home
    servers: Mapping[str, int]
    app: Flask
    settings: Mapping[str, object]
    until_the_end: ExitStack
    pids: dict[str, int] = field(default_factory=dict)
    """The processes started so far, by name."""

    def start(self, name: str, *words: str, module: str = "app.cli", ready: Callable[[], bool] | None = None) -> None:
        """Start one part as `varsel` does, and return when it is ready, if that can be told."""
        running = processes.spawn(
            name,
            [sys.executable, "-m", module, *words],
            log=self.home.log(name),
            environment={**os.environ, **{f"VARSEL_{key}": str(value) for key, value in self.settings.items()}},
            folder=CHECKOUT,
        )
        self.pids[name] = running.process.pid
        self.until_the_end.callback(processes.stop, running)
        if ready is not None:
            await_ready(running, ready, READY_WITHIN_S)

    def start_workers(self, dispatch: int) -> None:
        """Start the workers and the scheduler, and return when all workers listen."""
        for number in range(dispatch):
            self.start(f"worker {number}", "worker", "dispatch")
        self.start("worker of reports", "worker", "reports")
        self.start("scheduler", "scheduler", ready=lambda: self._listening() == dispatch + 1)

    def start_worker_of(self, queue: str, number: int = 1) -> None:
        """Start one worker of one queue, or a further one, and return when it listens."""
        before, name = self._listening(), f"worker of {queue}" if number == 1 else f"worker {number} of {queue}"
        self.start(name, "worker", queue, ready=lambda: self._listening() == before + 1)

    def start_web(self, port: int) -> None:
        """Start the web server for the webhook."""
        self.start("web", "web", f"--port={port}", ready=lambda: answers_http("127.0.0.1", port))

    def start_bare(self, port: int) -> None:
        """Start the bare page that the product's own are compared with."""
        self.start("bare", str(port), module="app.bench.bare", ready=lambda: answers_http("127.0.0.1", port))

    def start_standin(self, port: int, report_url: str) -> None:
        """Start LINK's stand-in in a process of its own; it reports at once."""
        words = (f"--http-port={port}", f"--smtp-port={free_port()}", f"--report-url={report_url}")
        self.start("stand-in", "standin", *words, "--report-delay-s=0", ready=lambda: answers_http("127.0.0.1", port))

    def _listening(self) -> int:
        return valkey_client().scard("rq:workers")


@contextmanager
def open_stage() -> Iterator[Stage]:
    """Start PostgreSQL and Valkey in a temporary folder; nothing of them is left after the block."""
    with ExitStack() as until_the_end:
        folder = Path(tempfile.mkdtemp(prefix="varsel-bench-"))
        until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
        home = places.open_home(folder)
        until_the_end.callback(places.forget, home)
        database = postgres.start(home)
        until_the_end.callback(processes.stop, database, postgres.STOP_SIGNAL)
        bells = valkey.start(home)
        until_the_end.callback(processes.stop, bells)
        stage = Stage(home, {"database": database.process.pid, "queue": bells.process.pid})
        stage.run(f"create database {TEMPLATE}")
        upgrade(postgres.database_url(home, TEMPLATE))
        yield stage


def plain(url: str) -> str:
    """The address as the driver itself wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
