"""Valkey forgets everything, is restarted, gone or frozen: the rows are the truth, and only bells are lost."""

import time
from collections.abc import Callable, Iterator

import pytest

from app.standin.behaviour import Behaviour
from tests.dispatch.desk import numbers
from tests.faults.breakable import BreakableValkey, breakable_valkey
from tests.faults.conftest import Street
from tests.faults.crew import wait_for
from tests.faults.house import House
from tests.fixtures.servers import Servers

ORDERS, RECIPIENTS = 6, 100
GONE_S, LONG_GONE_S = 5.0, 60.0


@pytest.fixture(scope="module")
def own_valkey() -> Iterator[BreakableValkey]:
    with breakable_valkey() as found:
        yield found


@pytest.fixture(scope="module")
def street(
    servers: Servers,
    template_database: str,
    own_valkey: BreakableValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Street]:
    """Houses on the database that all tests share, and a Valkey of their own."""
    found = Street(Servers(servers.database_url, own_valkey.url), template_database, tmp_path_factory.mktemp("house"))
    yield found
    found.close()


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """A house whose gateway takes a moment, so that a fault meets orders under way."""
    found = open_house()
    found.standin.desk.rules.tell_all(Behaviour(slow_s=1.0))
    return found


def test_orders_go_out_while_valkey_forgets_everything_again_and_again(
    house: House, own_valkey: BreakableValkey
) -> None:
    for some in _orders():
        house.place(some)
        time.sleep(0.2)
        own_valkey.flush()

    house.assert_ends_well(uncertain=0)


def test_orders_go_out_when_valkey_is_restarted_and_has_lost_every_bell(
    house: House, own_valkey: BreakableValkey
) -> None:
    for some in _orders():
        house.place(some)
    _await_beginning(house)
    with own_valkey.gone():
        pass

    house.assert_ends_well(uncertain=0)


@pytest.mark.parametrize("gone_s", [GONE_S, pytest.param(LONG_GONE_S, marks=pytest.mark.long)])
def test_what_is_placed_while_valkey_is_gone_goes_out_when_it_is_back(
    house: House, own_valkey: BreakableValkey, gone_s: float
) -> None:
    first, *others = _orders()
    house.place(first)
    _await_beginning(house)
    with own_valkey.gone():
        for some in others:
            house.place(some)
        time.sleep(gone_s)

    house.assert_ends_well(uncertain=0)


def test_nobody_waits_long_for_a_valkey_that_does_not_answer(house: House, own_valkey: BreakableValkey) -> None:
    first, *others = _orders()
    house.place(first)
    _await_beginning(house)
    with own_valkey.frozen():
        house.place(others[0], ring=False)
        began_at = time.monotonic()
        house.ring()
        took_s = time.monotonic() - began_at
        for some in others[1:]:
            house.place(some, ring=False)
        time.sleep(GONE_S)

    house.assert_ends_well(uncertain=0)
    assert took_s < 20.0


def _orders() -> list[list[str]]:
    addresses = numbers(ORDERS * RECIPIENTS)
    return [addresses[begin : begin + RECIPIENTS] for begin in range(0, len(addresses), RECIPIENTS)]


def _await_beginning(house: House) -> None:
    wait_for(lambda: house.standin.desk.phones.received > 0, otherwise=house.what_is_open)
