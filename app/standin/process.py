"""Starting and stopping a stand-in, within a program or as the process `varsel standin`."""

import argparse
import logging
import os
import signal
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from flask import Flask, Response
from flask_babel import Babel

from app.standin.certificates import made_in
from app.standin.conditions import conditions
from app.standin.control import control
from app.standin.desk import Desk, StandinSettings
from app.standin.mail import controller_for, started
from app.standin.pages import pages
from app.standin.registers import registers
from app.standin.server import StandinServer

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Standin:
    """A running stand-in; `http_port` and `smtp_port` are the ports it got."""

    def __init__(self, settings: StandinSettings) -> None:
        """Raises `OSError` where a port is taken."""
        self.desk = Desk(settings)
        self._mail = controller_for(self.desk)
        application = application_for(self.desk)
        self._http = StandinServer(self.desk, application, settings.http_port)
        self._servers = [self._http, *self._with_tls(application)]
        self._serving = [
            threading.Thread(target=server.serve_forever, args=(0.05,), name="standin", daemon=True)
            for server in self._servers
        ]
        self.http_port: int = self._http.port
        self.smtp_port: int = self._mail.port

    @property
    def url(self) -> str:
        """Where it answers LINK's requests and shows its pages."""
        return f"http://{self.desk.settings.host}:{self.http_port}/"

    def _with_tls(self, application: Flask) -> Iterator[StandinServer]:
        """The server of conditions, which are asked by TLS only."""
        settings = self.desk.settings
        if settings.certificates:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(made_in(Path(settings.certificates)).server)
            server = self._listening(application, tls)
            self.desk.conditions.url = f"https://{settings.host}:{server.port}/conditions/"
            yield server

    def _listening(self, application: Flask, tls: ssl.SSLContext) -> StandinServer:
        # Where it listens is told on its page, so that another port does as well.
        with suppress(OSError):
            return StandinServer(self.desk, application, self.desk.settings.https_port, tls)
        return StandinServer(self.desk, application, 0, tls)

    def start(self) -> "Standin":
        """Answer from now on; raises `OSError` where the SMTP port is taken."""
        try:
            self._mail = started(self._mail, self.desk)
        except OSError:
            for server in self._servers:
                server.server_close()
            raise
        self.smtp_port = self._mail.port
        for serving in self._serving:
            serving.start()
        self.desk.reporter.start()
        self.desk.returns.start()
        return self

    def stop(self) -> None:
        """Stop answering, cut what is open, and lose what was held; a second time does nothing."""
        if self.desk.stopping.is_set():
            return
        self.desk.stopping.set()
        for server, serving in zip(self._servers, self._serving, strict=True):
            server.shutdown()
            server.cut_connections()
            serving.join()
        self._mail.stop()
        self.desk.reporter.stop()
        self.desk.returns.stop()

    def __enter__(self) -> "Standin":
        return self.start()

    def __exit__(self, *fault: object) -> None:
        self.stop()


def application_for(desk: Desk) -> Flask:
    """The Flask application with the pages and the control of one stand-in."""
    application = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    application.extensions["standin"] = desk
    Babel(application)
    application.register_blueprint(pages)
    application.register_blueprint(control)
    application.register_blueprint(registers)
    application.register_blueprint(conditions)
    application.after_request(_with_headers)
    return application


def _with_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if response.mimetype != "text/css":
        response.headers["Cache-Control"] = "no-store"
    return response


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a stand-in until SIGTERM or SIGINT; 0 when told to stop, 1 when it cannot start."""
    logging.basicConfig(level=logging.WARNING, format="standin: %(message)s")
    settings = settings_of(arguments)
    told_to_stop = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        told_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        standin = Standin(settings).start()
    except OSError as fault:
        logging.error("The stand-in gateway cannot start: %s.", fault.strerror or fault)
        return 1
    print(f"Stand-in gateway: {standin.url} and SMTP port {standin.smtp_port}", flush=True)
    told_to_stop.wait()
    standin.stop()
    return 0


def settings_of(arguments: Sequence[str] | None) -> StandinSettings:
    """The settings on the command line, or from the environment, where no list of processes shows the passwords."""
    default = StandinSettings()
    parser = argparse.ArgumentParser("varsel standin", description="A gateway and a mail server to test against.")
    parser.add_argument("--host", default=default.host)
    parser.add_argument("--http-port", "--port", type=int, default=default.http_port)
    parser.add_argument("--smtp-port", type=int, default=default.smtp_port)
    parser.add_argument("--https-port", type=int, default=os.environ.get("VARSEL_STANDIN_HTTPS_PORT", "0"))
    parser.add_argument("--certificates", default=os.environ.get("VARSEL_STANDIN_CERTIFICATES", ""))
    parser.add_argument("--client", default=os.environ.get("VARSEL_LINK_USER", ""))
    parser.add_argument("--password", default=os.environ.get("VARSEL_LINK_PASSWORD", ""))
    parser.add_argument("--report-url", default=os.environ.get("VARSEL_STANDIN_REPORT_URL", ""))
    parser.add_argument("--report-user", default=os.environ.get("VARSEL_LINK_REPORT_USER", ""))
    parser.add_argument("--report-password", default=os.environ.get("VARSEL_LINK_REPORT_PASSWORD", ""))
    parser.add_argument("--bounce-url", default=os.environ.get("VARSEL_STANDIN_BOUNCE_URL", ""))
    parser.add_argument("--bounce-user", default=os.environ.get("VARSEL_SMTP_REPORT_USER", ""))
    parser.add_argument("--bounce-password", default=os.environ.get("VARSEL_SMTP_REPORT_PASSWORD", ""))
    parser.add_argument("--report-delay-s", type=float, default=default.report_delay_s)
    parser.add_argument("--reports-per-post", type=int, default=default.reports_per_post)
    parser.add_argument("--keep", type=int, default=default.keep)
    parser.add_argument("--addresses", type=int, default=default.addresses)
    return StandinSettings(**vars(parser.parse_args(arguments)))
