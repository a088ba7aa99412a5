"""Where a running Varsel keeps its things: data and logs under one folder, sockets under a short path."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import app
from app.launch.accounts import can_enter, own, server_account
from app.launch.errors import LaunchError, disk_full

CHECKOUT = Path(app.__file__).resolve().parent.parent
SYSTEM_FOLDER = Path("/var/lib/varsel")
SPACE_NEEDED_BYTES = 200 * 1024 * 1024
_SHORTEST = Path("/", "tmp")
_SOCKET_PATH_LIMIT = 100
"""The kernel takes 107 bytes, PostgreSQL's own file name among them."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one Varsel; `database` may lie elsewhere when the data folder is closed to the database's user."""

    data: Path
    logs: Path
    database: Path
    sockets: Path
    database_sockets: Path

    @property
    def lock(self) -> Path:
        """The file whose lock says that somebody runs on this data."""
        return self.data / "lock"

    @property
    def notice(self) -> Path:
        """The file that tells, while Varsel runs, which process is which part."""
        return self.data / "parts.json"

    @property
    def secrets(self) -> Path:
        """The file with the installation's secrets."""
        return self.data / "secrets"

    @property
    def certificates(self) -> Path:
        """The folder with the stand-in's certificates."""
        return self.data / "certificates"

    def log(self, name: str) -> Path:
        """The file that holds what one part printed."""
        return self.logs / f"{name.replace(' ', '-')}.log"


def open_home(data: Path) -> Home:
    """Make the folders that are missing; raise `LaunchError` or `OSError` where that cannot be."""
    data.mkdir(parents=True, exist_ok=True)
    data = data.resolve()
    _require_space(data)
    data.chmod(0o711)
    logs = _folder(data / "log", 0o700)
    sockets = _own_folder(_sockets_path(data), 0o711)
    database_sockets = _folder(sockets / "db", 0o700)
    own(database_sockets, server_account())
    return Home(data, logs, _database_path(data), sockets, database_sockets)


def put_old_logs_aside(home: Home) -> None:
    """Begin new logs, keeping those of the start before."""
    for log in home.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


def remove_sockets(home: Home) -> None:
    """Leave nothing in the temporary folder; the servers must have ended."""
    shutil.rmtree(home.sockets, ignore_errors=True)


def forget(home: Home) -> None:
    """Remove what lies outside the data folder, the database with it; the servers must have ended."""
    remove_sockets(home)
    if not home.database.is_relative_to(home.data):
        shutil.rmtree(home.database.parent, ignore_errors=True)


def system_folder() -> Path:
    """Make the folder beside the system's own data that everybody may enter, whatever our mask of rights."""
    return _folder(SYSTEM_FOLDER, 0o755)


def open_way_to_database(home: Home) -> None:
    """Make the folder above the database's, so that whoever runs the database may pass through it."""
    if not home.database.is_relative_to(home.data):
        _folder(system_folder() / home.database.parent.name, 0o711)


def fingerprint(path: Path) -> str:
    """A short name that tells one data folder from another."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _require_space(folder: Path) -> None:
    if shutil.disk_usage(folder).free < SPACE_NEEDED_BYTES:
        raise disk_full(folder)


def _folder(path: Path, mode: int) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def _database_path(data: Path) -> Path:
    account = server_account()
    if account is None or can_enter(account, data):
        return data / "postgres"
    return SYSTEM_FOLDER / fingerprint(data) / "postgres"


def _sockets_path(data: Path) -> Path:
    name = f"varsel-{fingerprint(data)}"
    usual = Path(tempfile.gettempdir()) / name
    account = server_account()
    too_long = len(f"{usual}/db/.s.PGSQL.5432.lock") > _SOCKET_PATH_LIMIT
    closed = account is not None and not can_enter(account, usual.parent)
    return _SHORTEST / name if too_long or closed else usual


def _own_folder(path: Path, mode: int) -> Path:
    path.mkdir(mode=mode, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LaunchError(f"{path} belongs to somebody else: remove it, or set TMPDIR to a folder of your own.")
    path.chmod(mode)
    return path
