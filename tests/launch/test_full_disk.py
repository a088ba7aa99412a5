"""A disk that is really full, before the start and in the middle of it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.launch import places, postgres
from app.launch.errors import LaunchError
from tests.fixtures.command import run
from tests.fixtures.product import free_ports

SMALL_BYTES = 200_000_000
LEFT_BYTES = 8_000_000
USUALLY_SMALL = ("/dev/shm", "/dev", "/run/lock", "/run")
"""In containers these are memory of a few megabytes, there for whoever may not mount any."""


@pytest.fixture
def full_disk() -> Iterator[Path]:
    """A folder on a disk with almost no room left: a mounted one, or a small one that is there already."""
    with ExitStack() as until_the_end:
        folder = _mounted(until_the_end) or _found(until_the_end)
        if folder is None and os.geteuid() != 0:
            pytest.skip("no small disk is here to be filled, and only root can mount one")
        assert folder is not None, "no small disk is here, and none can be mounted"
        room = shutil.disk_usage(folder).free - LEFT_BYTES
        (folder / "filler").write_bytes(bytes(max(0, room)))
        yield folder


def _mounted(until_the_end: ExitStack) -> Path | None:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return None
    point = Path(tempfile.mkdtemp(prefix="varsel-test-"))
    until_the_end.callback(point.rmdir)
    point.chmod(0o711)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", point], check=False).returncode != 0:
        return None
    until_the_end.callback(lambda: subprocess.run(["umount", "--lazy", point], check=True))
    return point


def _found(until_the_end: ExitStack) -> Path | None:
    for disk in map(Path, USUALLY_SMALL):
        if os.access(disk, os.W_OK) and shutil.disk_usage(disk).free < SMALL_BYTES:
            folder = Path(tempfile.mkdtemp(prefix="varsel-test-", dir=disk))
            until_the_end.callback(shutil.rmtree, folder, ignore_errors=True)
            folder.chmod(0o711)
            return folder
    return None


def test_starting_on_a_full_disk_is_refused_in_one_sentence(full_disk: Path) -> None:
    data = full_disk / "data"
    ports = [f"{name}={free_ports(1)[0]}" for name in ("--port", "--standin-port", "--smtp-port")]

    refused = run("up", f"--data={data}", *ports)

    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Error: The disk that holds {data} is full: make room there, or choose another folder with --data.\n"
    )


def test_a_disk_that_fills_up_while_the_database_is_made_is_named_too(
    full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SPACE_NEEDED_BYTES", 0)
    home = places.open_home(full_disk / "data")

    with pytest.raises(LaunchError, match="is full: make room there"):
        postgres.start(home)

    assert not home.database.exists()
    places.forget(home)
