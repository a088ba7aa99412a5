"""The database's disk is full while a file is read, and while an order goes out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest

from app.accounts.models import ServiceOwner
from app.db import db
from app.launch.accounts import own, server_account
from app.orders import intake, reading, service
from app.orders.models import IntakeStatus
from tests.dispatch.desk import numbers
from tests.faults.breakable import TEMPLATE, BreakablePostgres, breakable_postgres
from tests.faults.conftest import Street
from tests.faults.crew import wait_for
from tests.faults.house import House
from tests.fixtures.servers import Servers
from tests.fixtures.small_disk import fill, small_disk
from tests.orders.drafting import sms

ROWS = 30_000
RECIPIENTS = 300
READ = "select count(*) from intake where status = %s"
TRIED = "select coalesce(sum(tries), 0) from intake"
STORED = "select count(*) from recipient"


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[BreakablePostgres]:
    with breakable_postgres(40) as found:
        yield found


@pytest.fixture(scope="module")
def street(
    servers: Servers, own_postgres: BreakablePostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Houses on the Valkey that all tests share, and a PostgreSQL of their own."""
    found = Street(Servers(own_postgres.url, servers.redis_url), TEMPLATE, tmp_path_factory.mktemp("house"))
    yield found
    found.close()


def test_a_file_that_finds_the_disk_full_is_read_when_there_is_room_again(open_house: Callable[..., House]) -> None:
    house = open_house("intake")
    with _on_a_full_disk(house, "recipient") as make_room:
        _add_file(house, "".join(f"4{number:07d}\n" for number in range(ROWS)))
        for number in range(1, reading.MOST_TRIES + 2):
            _sweep(house)
            wait_for(lambda at_least=number: _full_disks(house) >= at_least, otherwise=house.what_is_open)
        stored = house.one(STORED)
        make_room()
        _sweep(house)
        wait_for(lambda: house.one(READ, IntakeStatus.READ) == 1, otherwise=house.what_is_open)

        assert stored < ROWS
        assert house.one(STORED) == ROWS
        assert house.one(TRIED) == 1


def test_answers_that_found_the_disk_full_are_noted_when_there_is_room_again(open_house: Callable[..., House]) -> None:
    house = open_house("dispatch", "reports", "scheduler")
    with _on_a_full_disk(house, "attempt") as make_room:
        house.place(numbers(RECIPIENTS))
        wait_for(lambda: "undid a step" in house.crew.log.read_text(), otherwise=house.what_is_open)
        make_room()

        house.assert_ends_well(uncertain=0)

    assert house.standin.desk.phones.received == RECIPIENTS


def _add_file(house: House, rows: str) -> None:
    with house.app.app_context():
        owner = ServiceOwner(short_name="ttd", name="ttd", sms_sender="Test", email_from="a@b.no")
        db.session.add(owner)
        db.session.flush()
        draft = service.create_draft(owner.id, None, sms())
        intake.add_file(draft.id, "list.csv", BytesIO(b"phone\n" + rows.encode()))
        db.session.commit()


def _sweep(house: House) -> None:
    house.ring("app.orders.jobs.sweep_intakes", of="intake")


def _full_disks(house: House) -> int:
    """How often a job has ended for want of room."""
    said = house.crew.log.read_text() if house.crew.log.exists() else ""
    return said.count("read_intake ended with DiskFull")


@contextmanager
def _on_a_full_disk(house: House, table: str) -> Iterator[Callable[[], None]]:
    """A table lies on a disk that is full until the given function is called."""
    with small_disk() as disk:
        own(disk, server_account())
        space = f"small_{table}"
        house.do(f"create tablespace {space} location '{disk}'")
        try:
            house.do(f"alter table {table} set tablespace {space}")
            yield fill(disk).unlink
        finally:
            house.do(f"alter table {table} set tablespace pg_default")
            house.do(f"drop tablespace {space}")
