"""The HTTP door: LINK's requests on a short way of their own, everything else to the Flask application."""

import logging
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from app.standin.desk import Desk
from app.standin.link import Ending, HttpAnswer, answer_request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LINK_PATHS = frozenset({"/", "/link"})
MOST_BYTES = 10 * 1024 * 1024

log = logging.getLogger(__name__)


class Handler(WSGIRequestHandler):
    """Keeps connections open between LINK's requests, as the real gateway does; logs nothing about any request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "StandinServer"

    def setup(self) -> None:
        """Known to the server while it is open, so that stopping can end it."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """No longer known."""
        self.server.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        """LINK's requests here, other posts by Flask."""
        if self.path not in LINK_PATHS:
            self.run_wsgi()
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            self._say(HttpAnswer(Ending.ANSWER, 411, b"The length of the body is missing or too great."))
            return
        self._say(answer_request(self.server.desk, self.rfile.read(int(length))))

    def _say(self, answer: HttpAnswer) -> None:
        if answer.ending is Ending.CUT:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/xml; charset=ISO-8859-1")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: a path of the control may hold a number."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Only that something went wrong, not what was asked."""
        log.warning("A request to the stand-in went wrong.")


class StandinServer(ThreadedWSGIServer):
    """A thread per connection; bound when made, serving from `serve_forever` on."""

    daemon_threads = True

    def __init__(
        self, desk: Desk, application: "WSGIApplication", port: int, tls: ssl.SSLContext | None = None
    ) -> None:
        """Raises `OSError` where the port is taken."""
        self.desk = desk
        self.connections: set[socket.socket] = set()
        host = desk.settings.host
        # Bound here, since Werkzeug ends the program with words of its own when a port is taken.
        with socket.create_server((host, port), backlog=self.request_queue_size) as listener:
            super().__init__(host, port, application, Handler, ssl_context=tls, fd=listener.fileno())

    def cut_connections(self) -> None:
        """End every open connection, so that nobody goes on talking to a stand-in that has stopped."""
        for connection in self.connections.copy():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
