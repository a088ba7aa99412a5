"""The embedded PostgreSQL: made once, reached through a socket that only we may open, never through the network."""

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from app.launch.accounts import Account, own, server_account
from app.launch.binaries import POSTGRES_MAJOR, postgres_installation
from app.launch.checks import await_ready
from app.launch.errors import LaunchError, disk_full
from app.launch.places import Home, open_way_to_database
from app.launch.processes import Running, spawn, stop

USER = "varsel"
DATABASE = "varsel"
STOP_SIGNAL = signal.SIGINT
"""PostgreSQL's fast stop: it ends its connections instead of waiting for them."""

READY_WITHIN_S = 60.0
_PREVIOUS_ONE_GONE_WITHIN_S = 15.0
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_checkpoints": "off",
    # The details of an error quote the row's values, which are personal data.
    "log_error_verbosity": "terse",
}
THROW_AWAY: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Settings for data that nobody misses: tests and benchmarks."""


def database_url(home: Home, database: str = DATABASE) -> str:
    """The address of one of the server's databases, for SQLAlchemy."""
    return f"postgresql+psycopg://{USER}@/{database}?host={quote(str(home.database_sockets), safe='/')}"


def start(home: Home, settings: Mapping[str, str] | None = None) -> Running:
    """Start the server on its data, making them if there are none, and return when it answers."""
    account = server_account()
    installation = postgres_installation(account)
    if not home.database.exists():
        _make(home, installation, account)
    _require_our_version(home.database)
    _await_previous_one(home.database)
    running = _run(home, installation, account, {**_SETTINGS, **(settings or {})})
    try:
        await_ready(running, lambda: _answers(home), READY_WITHIN_S, home.database)
    except BaseException:
        stop(running, STOP_SIGNAL)
        raise
    return running


def _run(home: Home, installation: Path, account: Account | None, settings: Mapping[str, str]) -> Running:
    chosen = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    program = installation / "bin" / "postgres"
    command: list[str | Path] = [program, "-D", home.database, "-k", home.database_sockets, *chosen]
    return spawn(
        "PostgreSQL",
        command,
        log=home.log("postgres"),
        environment=_ENVIRONMENT,
        account=account,
        when_we_die=STOP_SIGNAL,
    )


def _make(home: Home, installation: Path, account: Account | None) -> None:
    # Made under another name and renamed when whole, so that an interruption leaves nothing half done behind.
    open_way_to_database(home)
    half_done = home.database.with_name("postgres.new")
    shutil.rmtree(half_done, ignore_errors=True)
    half_done.mkdir(mode=0o700)
    own(half_done, account)
    made = _initdb(installation, half_done, account)
    if made.returncode != 0:
        shutil.rmtree(half_done, ignore_errors=True)
        raise _not_made(home, made.stdout)
    half_done.rename(home.database)


def _initdb(installation: Path, folder: Path, account: Account | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(installation / "bin" / "initdb"),
            f"--pgdata={folder}",
            f"--username={USER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=PG_UNICODE_FAST",
            "--no-instructions",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_ENVIRONMENT,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    )


def _not_made(home: Home, said: str) -> LaunchError:
    if "No space left" in said:
        return disk_full(home.database)
    log = home.log("postgres")
    log.write_text(said)
    return LaunchError(f"PostgreSQL could not make its data folder; what it said is in {log}.")


def _require_our_version(folder: Path) -> None:
    found = (folder / "PG_VERSION").read_text().strip()
    if found != POSTGRES_MAJOR:
        raise LaunchError(
            f"The data in {folder} were written by PostgreSQL {found} and this is PostgreSQL {POSTGRES_MAJOR}: "
            "choose another folder with --data, or carry them over with pg_dump."
        )


def _await_previous_one(folder: Path) -> None:
    # We hold the lock on the data, so that a server still here is one whose supervisor died and which is about to end.
    deadline = time.monotonic() + _PREVIOUS_ONE_GONE_WITHIN_S
    while _server_runs_on(folder):
        if time.monotonic() > deadline:
            raise LaunchError(f"Another PostgreSQL still runs on {folder}: stop it first.")
        time.sleep(0.1)


def _server_runs_on(folder: Path) -> bool:
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return False
    return str(folder).encode() in command


def _answers(home: Home) -> bool:
    try:
        with psycopg.connect(host=str(home.database_sockets), user=USER, dbname="postgres", autocommit=True) as server:
            known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                server.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True
