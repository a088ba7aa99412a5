"""`varsel up`: everything on one machine, started in order and stopped together."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from app import migrate
from app.launch import checks, postgres, valkey
from app.launch.errors import LaunchError, from_os_error
from app.launch.first_start import load_demo, nobody_is_here
from app.launch.keys import Keys, open_keys
from app.launch.parts import Parts, Wishes
from app.launch.places import Home, open_home, put_old_logs_aside, remove_sockets
from app.launch.supervisor import Supervisor

BOUNCE_WINDOW_S = 5
"""The stand-in bounces at once: nobody needs to wait ten minutes for an e-mail to count as delivered."""

_KILLED_ONES_GONE_WITHIN_S = 10.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _StopAsked(BaseException):
    """Somebody wants Varsel to stop; no error handler may take it for its own."""


def up(wishes: Wishes, say: Callable[[str], None], greet: Callable[[Wishes], None]) -> None:
    """Start everything, tell `greet` when it answers, and return when somebody has stopped it.

    Raises `LaunchError` if a part cannot start or Varsel cannot go on without one that ended; all others are stopped.
    """
    try:
        with _stoppable():
            home = open_home(wishes.data)
            with checks.alone_on(home.lock), _sockets_removed_after(home):
                put_old_logs_aside(home)
                _require_ports(home, wishes)
                _run(home, wishes, say, greet)
    except _StopAsked:
        return
    except OSError as error:
        raise from_os_error(error, wishes.data) from error


@contextmanager
def _sockets_removed_after(home: Home) -> Iterator[None]:
    try:
        yield
    finally:
        remove_sockets(home)


@contextmanager
def _stoppable() -> Iterator[None]:
    # Under nohup a hang-up is ignored from the beginning, and stays so.
    heeded = [number for number in _STOP_SIGNALS if _is_heeded(number)]
    before = {number: signal.signal(number, _ask_to_stop) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_heeded(number: int) -> bool:
    return number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise _StopAsked


def _require_ports(home: Home, wishes: Wishes) -> None:
    # A notice that is still there says that a supervisor was killed, and its parts may be on their way out.
    patience_s = _KILLED_ONES_GONE_WITHIN_S if home.notice.exists() else 0
    checks.require_free_port(wishes.host, wishes.port, "--port", patience_s)
    checks.require_free_port("127.0.0.1", wishes.standin_port, "--standin-port", patience_s)
    checks.require_free_port("127.0.0.1", wishes.smtp_port, "--smtp-port", patience_s)


def _run(home: Home, wishes: Wishes, say: Callable[[str], None], greet: Callable[[Wishes], None]) -> None:
    environment = _environment(home, wishes, open_keys(home.secrets))
    parts = Parts(home, wishes, environment)
    with Supervisor(say, home.notice) as supervisor:
        _start_servers(supervisor, parts)
        _prepare_database(parts, environment["VARSEL_DATABASE_URL"], say)
        _start_product(supervisor, parts)
        supervisor.announce(
            url=wishes.url,
            standin_url=wishes.standin_url,
            database_url=environment["VARSEL_DATABASE_URL"],
            redis_url=environment["VARSEL_REDIS_URL"],
        )
        greet(wishes)
        supervisor.watch()


def _start_servers(supervisor: Supervisor, parts: Parts) -> None:
    if "VARSEL_DATABASE_URL" not in os.environ:
        supervisor.start(parts.postgres())
    if "VARSEL_REDIS_URL" not in os.environ:
        supervisor.start(parts.valkey())


def _prepare_database(parts: Parts, url: str, say: Callable[[str], None]) -> None:
    try:
        if not migrate.up_to_date(url):
            migrate.upgrade(url)
        if _wants_demo(parts.wishes) and nobody_is_here(url):
            say("First start: loading demo data.")
            load_demo(parts)
    except migrate.SchemaTooNew as error:
        raise LaunchError(str(error)) from error
    except (SQLAlchemyError, psycopg.Error) as error:
        raise LaunchError(f"The database could not be prepared: {_first_line(error)}") from error


def _wants_demo(wishes: Wishes) -> bool:
    # Everybody knows the demo passwords: nobody gets them into a database of theirs without asking for it.
    return "VARSEL_DATABASE_URL" not in os.environ if wishes.demo is None else wishes.demo


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _start_product(supervisor: Supervisor, parts: Parts) -> None:
    # A page first: the others would fight it for the processor.
    supervisor.start(parts.web(), parts.standin())
    supervisor.start(parts.scheduler(), *parts.smpp(), *parts.workers())


def _environment(home: Home, wishes: Wishes, keys: Keys) -> dict[str, str]:
    ours = {
        "VARSEL_DATABASE_URL": postgres.database_url(home),
        "VARSEL_REDIS_URL": valkey.redis_url(home),
        "VARSEL_SECRET_KEY": keys.secret_key,
        "VARSEL_IDENTITY_KEYS": keys.identity_keys,
        "VARSEL_IDENTITY_HASH_KEY": keys.identity_hash_key,
        "VARSEL_WEB_PORT": str(wishes.port),
        "VARSEL_LINK_URL": f"{wishes.standin_url}/",
        "VARSEL_LINK_USER": "varsel",
        "VARSEL_LINK_PASSWORD": keys.link_password,
        "VARSEL_LINK_REPORT_USER": "link",
        "VARSEL_LINK_REPORT_PASSWORD": keys.link_report_password,
        "VARSEL_SMTP_REPORT_USER": "mail",
        "VARSEL_SMTP_REPORT_PASSWORD": keys.link_report_password,
        "VARSEL_SMTP_HOST": "127.0.0.1",
        "VARSEL_SMTP_PORT": str(wishes.smtp_port),
        "VARSEL_EMAIL_BOUNCE_WINDOW_S": str(BOUNCE_WINDOW_S),
        "PYTHONUNBUFFERED": "1",
    }
    return ours | _conditions(home, wishes) | os.environ


def _conditions(home: Home, wishes: Wishes) -> dict[str, str]:
    """Let the stand-in's conditions be asked, which production refuses."""
    if os.environ.get("VARSEL_ENVIRONMENT") == "production":
        return {}
    return {
        "VARSEL_STANDIN_HTTPS_PORT": str(checks.free_port_near("127.0.0.1", wishes.standin_port + 1)),
        "VARSEL_STANDIN_CERTIFICATES": str(home.certificates),
        "VARSEL_CONDITION_CA_FILE": str(home.certificates / "ca.pem"),
        "VARSEL_CONDITION_LOOPBACK": "true",
    }
