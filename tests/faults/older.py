"""The last version with fewer tables, from the repository's history: its workers, and orders that it places."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command

from app.launch.places import CHECKOUT
from app.launch.processes import Running, spawn, stop
from app.migrate import _config

VERSIONS = "migrations/versions"
PLACE = """
import sys
from app import create_app
from tests.dispatch.desk import Desk, numbers
app, (orders, recipients, first) = create_app(), map(int, sys.argv[1:])
with app.app_context():
    desk = Desk(app)
    for number in range(orders):
        desk.place(numbers(recipients, first=first + number * recipients))
"""


@dataclass(frozen=True)
class Older:
    """The code of an older version in a folder of its own."""

    folder: Path

    @property
    def tables(self) -> str:
        """The last of its migrations."""
        return max(path.name for path in (self.folder / VERSIONS).glob("0*.py"))[:4]

    def make_tables(self, database_url: str) -> None:
        """Bring an empty database to its tables."""
        command.upgrade(_config(database_url), self.tables)

    def place(self, settings: Mapping[str, str], orders: int, recipients: int, first: int) -> None:
        """Place orders with its own code, whose numbers begin with `first`; nobody is rung for."""
        words = [sys.executable, "-c", PLACE, str(orders), str(recipients), str(first)]
        subprocess.run(words, env=self._environment(settings), cwd=self.folder, check=True)

    @contextmanager
    def crew(self, settings: Mapping[str, str], roles: tuple[str, ...]) -> Iterator[list[Running]]:
        """Its processes: a worker for each queue that is named, or the scheduler."""
        with ExitStack() as until_the_end:
            running = [self._start(role, number, settings) for number, role in enumerate(roles)]
            for one in running:
                until_the_end.callback(stop, one)
            yield running

    def _start(self, role: str, number: int, settings: Mapping[str, str]) -> Running:
        words = ["scheduler"] if role == "scheduler" else ["worker", role]
        log = self.folder.with_name(f"older-{role}-{number}.log")
        environment = self._environment(settings)
        return spawn(
            role, [sys.executable, "-m", "app.cli", *words], log=log, environment=environment, folder=self.folder
        )

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VARSEL_")}
        return {**kept, **settings, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}


def before_the_last_tables(folder: Path) -> Older | None:
    """The newest version whose migrations are the first ones of this version's; none where history does not tell."""
    ours = _migrations("HEAD")
    changed = _git("rev-list", "HEAD", "--", VERSIONS).decode().split()
    for commit in (f"{one}^" for one in changed):
        if (theirs := _migrations(commit)) and theirs < ours:
            with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
                archive.extractall(folder, filter="data")
            return Older(folder.resolve())
    return None


def _migrations(commit: str) -> set[str]:
    """Their contents and names at a commit."""
    return {line for line in _git("ls-tree", commit, f"{VERSIONS}/").decode().splitlines() if ".py" in line}


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=CHECKOUT, capture_output=True, check=False).stdout
