"""A new version is deployed while orders go out: workers, jobs and rows of the old one beside those of the new."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.launch.places import CHECKOUT
from app.launch.processes import spawn, stop
from tests.dispatch.desk import numbers
from tests.faults.crew import wait_for
from tests.faults.house import House

RECIPIENTS = 300
STRANGE_JOBS = (
    ("dispatch", "app.dispatch.jobs.send_faster", ()),
    ("dispatch", "app.of_tomorrow.jobs.send", (1, 2)),
    ("dispatch", "app.dispatch.jobs.stop", ()),
    ("dispatch", "app.dispatch.jobs.send", (1, "link")),
    ("reports", "app.dispatch.jobs.replay_reports", ("", "link", 5)),
    ("reports", "app.dispatch.jobs.apply_reports", ("link",)),
)
"""Of a version that is not here: names that nobody knows, arguments that are not wanted, and some that are missing."""

OLD_FORM = """
create function as_it_was() returns trigger language plpgsql as $$ begin
    new.ids := null; new.gateway := null; new.waits_for := null; new.waits_revision := null; return new;
end $$;
create trigger as_it_was before insert on batch for each row execute function as_it_was()
"""
"""Batches as the first version made them."""


def test_jobs_of_another_version_end_by_themselves_and_keep_nobody_waiting(house: House) -> None:
    for queue, job, arguments in STRANGE_JOBS:
        house.ring(job, *arguments, of=queue)
    house.place(numbers(RECIPIENTS))
    for queue, job, arguments in STRANGE_JOBS:
        house.ring(job, *arguments, of=queue)

    house.assert_ends_well()

    assert house.standin.desk.phones.received == RECIPIENTS


def test_batches_of_the_first_version_go_out(house: House) -> None:
    house.do(OLD_FORM)
    try:
        house.place(numbers(RECIPIENTS))
        house.assert_ends_well()
    finally:
        house.do("drop function as_it_was cascade")

    assert house.standin.desk.phones.received == RECIPIENTS


@pytest.mark.long
@pytest.mark.parametrize("roles", [("scheduler",), ("dispatch", "reports", "scheduler")], ids=["alone", "beside"])
def test_workers_from_before_the_last_migration_go_on_with_its_tables(
    open_house: Callable[..., House], tmp_path: Path, roles: tuple[str, ...]
) -> None:
    house = open_house(*roles)
    with _workers_of(_before_the_last_migration(tmp_path), house):
        for first in range(41_000_000, 41_000_000 + 10 * RECIPIENTS, RECIPIENTS):
            house.place(numbers(RECIPIENTS, first=first))
            if "dispatch" in roles:
                house.crew.kill_all("dispatch")

        house.assert_ends_well(within_s=120, uncertain=range(5 * RECIPIENTS))

    assert house.standin.desk.phones.received == 10 * RECIPIENTS


def _before_the_last_migration(folder: Path) -> Path:
    """The code as it was before the newest migration came, from the repository's history."""
    newest = max(path.name for path in (CHECKOUT / "migrations" / "versions").glob("0*.py"))
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", f"migrations/versions/{newest}").decode().strip()
    if not added:
        pytest.skip("the repository's history is not here")
    with tarfile.open(fileobj=io.BytesIO(_git("archive", f"{added}^"))) as archive:
        archive.extractall(folder / "older", filter="data")
    return folder / "older"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=CHECKOUT, capture_output=True, check=False).stdout


@contextmanager
def _workers_of(folder: Path, house: House) -> Iterator[None]:
    """A worker that hands over and one that applies reports, of the code in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VARSEL_")}
    environment = {**kept, **house.crew.environment, "PYTHONPATH": str(folder)}
    with ExitStack() as until_the_end:
        for queue in ("dispatch", "reports"):
            log = folder / f"{queue}.log"
            command = [sys.executable, "-m", "app.cli", "worker", queue]
            running = spawn(queue, command, log=log, environment=environment, folder=folder)
            until_the_end.callback(stop, running)
        listening = len(house.crew.roles) + 1
        wait_for(lambda: house.listening() >= listening)
        yield
