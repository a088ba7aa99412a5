"""PostgreSQL is restarted, crashes, is slow, full or read-only: what was handed over is noted when it is back."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest

from app.standin.behaviour import Behaviour
from tests.dispatch.desk import numbers
from tests.faults.breakable import TEMPLATE, BreakablePostgres, breakable_postgres
from tests.faults.conftest import Street
from tests.faults.crew import wait_for
from tests.faults.house import LEASE_S, House
from tests.fixtures.servers import Servers

ORDERS, RECIPIENTS = 6, 100
CONNECTIONS = 40
CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[BreakablePostgres]:
    with breakable_postgres(CONNECTIONS) as found:
        yield found


@pytest.fixture(scope="module")
def street(
    servers: Servers, own_postgres: BreakablePostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Houses on the Valkey that all tests share, and a PostgreSQL of their own."""
    found = Street(Servers(own_postgres.url, servers.redis_url), TEMPLATE, tmp_path_factory.mktemp("house"))
    yield found
    found.close()


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """A house whose gateway takes a moment, so that a fault meets orders under way."""
    found = open_house()
    found.standin.desk.rules.tell_all(Behaviour(slow_s=0.5))
    return found


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGQUIT], ids=["restarted", "crashed"])
def test_what_was_under_way_is_noted_when_the_database_is_back(
    house: House, own_postgres: BreakablePostgres, stop_signal: int
) -> None:
    for some in _orders():
        house.place(some)
    _await_beginning(house)
    own_postgres.restart(stop_signal)

    house.assert_ends_well(uncertain=0)


def test_orders_go_out_while_every_connection_is_cut_again_and_again(house: House) -> None:
    for some in _orders():
        house.place(some)
        for _ in range(3):
            time.sleep(0.15)
            house.do(CUT)

    house.assert_ends_well(uncertain=0)


def test_orders_go_out_when_a_database_without_free_connections_has_some_again(
    house: House, own_postgres: BreakablePostgres
) -> None:
    for some in _orders():
        house.place(some)
    house.do(CUT)
    with own_postgres.full(house.plain_url) as taken:
        time.sleep(2.0)

    assert taken > 0
    house.assert_ends_well(uncertain=0)


def test_orders_go_out_when_the_database_stands_still_for_longer_than_a_lease(
    house: House, own_postgres: BreakablePostgres
) -> None:
    for some in _orders():
        house.place(some)
    _await_beginning(house)
    with own_postgres.frozen():
        time.sleep(LEASE_S + 1.0)

    house.assert_ends_well(uncertain=0)


def test_orders_go_out_on_a_slow_database(house: House) -> None:
    """Every transaction waits its turn behind somebody who locks the rows of the dispatch again and again."""
    done = threading.Event()
    slowing = threading.Thread(target=_slow_down, args=(house, done))
    slowing.start()
    try:
        for some in _orders():
            house.place(some)
        house.await_settled()
    finally:
        done.set()
        slowing.join()

    house.assert_ends_well(uncertain=0)


def test_orders_go_out_when_a_database_that_was_read_only_may_be_written_again(house: House) -> None:
    """As after a move to a standby, which takes connections before it is the leader."""
    orders = _orders()
    house.place(orders[0])
    _await_beginning(house)
    _let_be_read_only(house, "on")
    time.sleep(2.0)
    _let_be_read_only(house, "off")
    for some in orders[1:]:
        house.place(some)

    house.assert_ends_well(uncertain=0)


def _orders() -> list[list[str]]:
    addresses = numbers(ORDERS * RECIPIENTS)
    return [addresses[begin : begin + RECIPIENTS] for begin in range(0, len(addresses), RECIPIENTS)]


def _await_beginning(house: House) -> None:
    wait_for(lambda: house.standin.desk.phones.received > 0, otherwise=house.what_is_open)


def _slow_down(house: House, done: threading.Event) -> None:
    with psycopg.connect(house.plain_url, autocommit=True) as connection:
        while not done.wait(0.1):
            # Whoever waits here may be the one that the database chooses where two wait for each other.
            with suppress(psycopg.errors.DeadlockDetected), connection.transaction():
                connection.execute("lock table notification_state, batch, report_inbox in share row exclusive mode")
                time.sleep(0.3)


def _let_be_read_only(house: House, word: str) -> None:
    """For everybody, the sessions that are open included; whoever is in a transaction ends it first."""
    with psycopg.connect(
        house.plain_url, autocommit=True, options="-c default_transaction_read_only=off"
    ) as connection:
        connection.execute(f"alter system set default_transaction_read_only = {word}")
        connection.execute("select pg_reload_conf()")
    # It is read again a moment later; whoever connects then, and not before, finds that everybody has been told.
    wait_for(lambda: _as_everybody_has_it(house) == word)


def _as_everybody_has_it(house: House) -> str:
    with psycopg.connect(house.plain_url, autocommit=True) as connection:
        row = connection.execute("show default_transaction_read_only").fetchone()
    assert row is not None
    return str(row[0])
