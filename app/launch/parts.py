"""The parts of the product: what each is called, the command that runs it, and how to tell that it is ready."""

import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from app.gateways.named import gateways_of_kind
from app.launch import checks, postgres, valkey
from app.launch.places import CHECKOUT, Home
from app.launch.processes import Running, spawn
from app.launch.supervisor import Part, Stage
from app.settings import from_environment

WORKERS = {
    "dispatch worker 1": "dispatch",
    "dispatch worker 2": "dispatch",
    "reports worker": "reports",
    "intake worker": "intake",
}
"""Which queue each worker process serves, on two processor cores."""

READY_WITHIN_S = 45.0
REPORT_PATH = "/gateways/link/reports"
BOUNCE_PATH = "/gateways/smtp/bounces"
"""Where the web server takes delivery reports, and what comes back of e-mails."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who starts Varsel chose."""

    data: Path
    host: str
    port: int
    standin_port: int
    smtp_port: int
    demo: bool | None = None
    """Whether demo data are wanted; `None` means into a database of our own only."""

    @property
    def url(self) -> str:
        """Where the web server answers on this machine."""
        return f"http://{self.reached_at}:{self.port}"

    @property
    def standin_url(self) -> str:
        """Where the stand-in gateway answers."""
        return f"http://127.0.0.1:{self.standin_port}"

    @property
    def reached_at(self) -> str:
        """The host by which this machine reaches its own web server, also where it listens on all addresses."""
        return "127.0.0.1" if _is_everywhere(self.host) else self.host


@dataclass(frozen=True, slots=True)
class Parts:
    """Makes the parts for one data folder, one set of ports and one environment."""

    home: Home
    wishes: Wishes
    environment: Mapping[str, str]

    def postgres(self) -> Part:
        """The embedded database."""
        return Part("PostgreSQL", lambda: postgres.start(self.home), Stage.DATABASE, postgres.STOP_SIGNAL)

    def valkey(self) -> Part:
        """The embedded queue and session store."""
        return Part("Valkey", lambda: valkey.start(self.home), Stage.QUEUE)

    def standin(self) -> Part:
        """The gateway that sends to nobody but shows what arrived."""
        return Part("stand-in gateway", self._start_standin, Stage.GATEWAY, await_ready=self._await_standin)

    def web(self) -> Part:
        """The web server."""
        return Part("web server", self._start_web, Stage.DESK, await_ready=self._await_web)

    def workers(self) -> Iterator[Part]:
        """The workers; each may die and is started again, as a production supervisor would."""
        for name, queue in WORKERS.items():
            yield self._worker(name, queue)

    def scheduler(self) -> Part:
        """The one that rings for what has become due."""
        return Part("scheduler", lambda: self._spawn("scheduler", "scheduler"), Stage.DESK)

    def smpp(self) -> Iterator[Part]:
        """One for each SMSC that the settings name; each may die and is started again."""
        for name in gateways_of_kind("smpp", from_environment(self.environment)):
            part = f"SMPP bind {name}"
            yield Part(part, partial(self._spawn, part, "smpp", name), Stage.GATEWAY, restarts=True)

    def _worker(self, name: str, queue: str) -> Part:
        # A worker whose supervisor died has lost its database with it: there is nothing left that it could finish.
        return Part(name, lambda: self._spawn(name, "worker", queue, kill=True), Stage.DESK, restarts=True)

    def _start_web(self) -> Running:
        return self._spawn("web server", "web", f"--host={self.wishes.host}", f"--port={self.wishes.port}")

    def _await_web(self, running: Running) -> None:
        host, port = self.wishes.reached_at, self.wishes.port
        checks.await_ready(running, lambda: checks.answers_http(host, port), READY_WITHIN_S)

    def _start_standin(self) -> Running:
        return self._spawn(
            "stand-in gateway",
            "standin",
            f"--http-port={self.wishes.standin_port}",
            f"--smtp-port={self.wishes.smtp_port}",
            f"--report-url={self.wishes.url}{REPORT_PATH}",
            f"--bounce-url={self.wishes.url}{BOUNCE_PATH}",
        )

    def _await_standin(self, running: Running) -> None:
        http, smtp = self.wishes.standin_port, self.wishes.smtp_port
        checks.await_ready(running, lambda: _both_answer(http, smtp), READY_WITHIN_S)

    def _spawn(self, name: str, *words: str, kill: bool = False) -> Running:
        return spawn(
            name,
            [sys.executable, "-m", "app.cli", *words],
            log=self.home.log(name),
            environment=self.environment,
            folder=CHECKOUT,
            when_we_die=signal.SIGKILL if kill else signal.SIGTERM,
        )


def _is_everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _both_answer(http: int, smtp: int) -> bool:
    return checks.answers_http("127.0.0.1", http) and checks.answers_tcp("127.0.0.1", smtp)
