"""A new version is deployed while orders go out: the old one's workers beside the new ones, its jobs and its rows."""

import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from app.launch.processes import stop
from app.migrate import up_to_date, upgrade
from app.standin.behaviour import Behaviour
from tests.dispatch.desk import numbers
from tests.faults.crew import Crew, wait_for
from tests.faults.house import TWO_WORKERS, House, Stands, house_on
from tests.faults.older import Older, before_the_last_tables
from tests.faults.persons import place_persons, stall
from tests.fixtures.machines import where_it_works
from tests.fixtures.servers import Servers

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

ORDERS, ENOUGH = 4, 8
UNDER_WAY = "select (select count(*) from batch) + (select count(*) from shipment where status in (0, 1))"
PERSONS = 12_000
"""Two full chunks, and a part of a third."""

WHO_LOOK_UP = ("intake", "dispatch", "reports", "scheduler")
BEGUN = "select count(*) from shipment where looked_row_no > 0"
AT_WORK = "select split_part(worker, ':', 2)::int from batch where lease_until is not null"


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Older:
    """The last version with fewer tables than this one."""
    found = before_the_last_tables(tmp_path_factory.mktemp("older") / "varsel")
    if found is None:
        pytest.skip("the repository's history, from which the older version is taken, is not here")
    return found


@pytest.fixture
def house_of_old(servers: Servers, older: Older, tmp_path: Path) -> Iterator[House]:
    """A house with the older version's tables, a gateway that takes a moment, and nobody at work yet."""
    name = f"varsel_house_{uuid4().hex[:12]}"
    servers.sql(f"CREATE DATABASE {name}")
    try:
        older.make_tables(servers.database(name))
        with Redis.from_url(servers.redis_url) as client:
            client.flushdb()
        with house_on(Stands(servers.database(name), servers.redis_url), tmp_path, ()) as house:
            house.standin.desk.rules.tell_all(Behaviour(slow_s=0.5))
            yield house
    finally:
        servers.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_orders_go_out_while_new_tables_and_new_workers_come_beside_the_old_ones_and_these_leave(
    house_of_old: House, older: Older, tmp_path: Path
) -> None:
    house, settings = house_of_old, house_of_old.crew.environment
    with older.crew(settings, TWO_WORKERS) as old_ones:
        wait_for(lambda: house.listening() == len(TWO_WORKERS) - 1)
        older.place(settings, ORDERS, RECIPIENTS, first=41_000_000)
        wait_for(lambda: house.standin.desk.phones.received > 0, otherwise=house.what_is_open)

        upgrade(str(house.app.config["DATABASE_URL"]))
        with Crew(settings, tmp_path / "new.log", TWO_WORKERS) as new_ones:
            wait_for(lambda: house.listening() == 2 * (len(TWO_WORKERS) - 1), otherwise=new_ones.log.read_text)
            placed = _place_until_both_are_at_work(house, older, ORDERS)
            for one in old_ones:
                stop(one, signal.SIGTERM, grace_s=120)
            exit_codes = [one.process.returncode for one in old_ones]

            house.assert_ends_well(uncertain=0)
            crashes = list(new_ones.crashes)

    assert up_to_date(str(house.app.config["DATABASE_URL"]))
    assert house.standin.desk.phones.received == placed * RECIPIENTS
    assert crashes == []
    assert set(exit_codes) <= {0, -signal.SIGTERM}, exit_codes


def test_persons_are_looked_up_and_told_once_while_workers_of_both_versions_are_at_it(
    house_of_old: House, older: Older, tmp_path: Path
) -> None:
    house, settings = house_of_old, house_of_old.crew.environment
    upgrade(str(house.app.config["DATABASE_URL"]))
    stall(house, slow_s=0.5)
    with older.crew(settings, WHO_LOOK_UP) as old_ones:
        wait_for(lambda: house.listening() == len(WHO_LOOK_UP) - 1)
        place_persons(house, PERSONS)
        wait_for(lambda: house.one(BEGUN) > 0, otherwise=house.what_is_open)
        with Crew(settings, tmp_path / "new.log", WHO_LOOK_UP) as new_ones:
            wait_for(lambda: house.listening() == 2 * (len(WHO_LOOK_UP) - 1), otherwise=new_ones.log.read_text)
            for number in range(ORDERS):
                place_persons(house, RECIPIENTS, first=PERSONS + number * RECIPIENTS)
            for one in old_ones:
                stop(one, signal.SIGTERM, grace_s=120)

            house.assert_ends_well(hurry=True)

    expected = PERSONS + ORDERS * RECIPIENTS
    assert (house.standin.desk.phones.received, len(house.standin.desk.phones.counts(1))) == (expected, expected)


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


def _place_until_both_are_at_work(house: House, older: Older, placed: int) -> int:
    """Place order after order until batches have been seen in the hands of workers of both versions; tell how many."""
    seen: set[Path | None] = {None}

    def look() -> bool:
        nonlocal placed
        if house.one(UNDER_WAY) < ENOUGH:
            house.place(numbers(RECIPIENTS, first=41_000_000 + placed * RECIPIENTS), owner="nav")
            placed += 1
        seen.update(where_it_works(pid) for (pid,) in house.rows(AT_WORK))
        return older.folder in seen and len(seen) > 2

    wait_for(look, otherwise=house.what_is_open)
    return placed
