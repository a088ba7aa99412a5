"""The web server: threads in a few processes that share one application made before they fork."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

GRACE_S = 5
"""How long requests under way may go on when the server is told to stop."""


@dataclass(frozen=True, slots=True)
class WebWishes:
    """Where the web server listens and how many requests it serves at once."""

    host: str
    port: int
    processes: int
    threads: int

    def as_settings(self) -> dict[str, Any]:
        """The same in the server's own names."""
        return {
            "bind": [f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"],
            "workers": self.processes,
            "threads": self.threads,
            "worker_class": "gthread",
            "graceful_timeout": GRACE_S,
            "loglevel": "warning",
            # Its path is shared by all servers of one user: the second would take it over and delete it on leaving.
            "control_socket_disable": True,
        }


def serve(application: Flask, wishes: WebWishes) -> None:
    """Answer requests until told to stop."""

    class Server(BaseApplication):
        def load_config(self) -> None:
            config: Any = self.cfg
            for name, value in wishes.as_settings().items():
                config.set(name, value)

        def load(self) -> Flask:
            return application

    kind: type[BaseApplication] = Server
    kind().run()
