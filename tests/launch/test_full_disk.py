"""A disk that is really full, before the start and in the middle of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.launch import places, postgres
from app.launch.errors import LaunchError
from tests.fixtures.command import run
from tests.fixtures.product import free_ports
from tests.fixtures.small_disk import fill, small_disk

LEFT_BYTES = 8_000_000


@pytest.fixture
def full_disk() -> Iterator[Path]:
    """A folder on a disk with almost no room left."""
    with small_disk() as folder:
        fill(folder, LEFT_BYTES)
        yield folder


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
