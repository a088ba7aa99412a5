"""The Valkey that leads dies, and its sentinels let the other one lead: orders go on, and people stay signed in."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from app.launch.binaries import valkey_binary
from app.launch.processes import Running, spawn, stop
from app.standin.behaviour import Behaviour
from tests.dispatch.desk import numbers
from tests.faults.conftest import Street
from tests.faults.crew import wait_for
from tests.faults.house import House
from tests.fixtures.product import free_ports
from tests.fixtures.servers import Servers

NAME = "varsel"
ORDERS, RECIPIENTS = 6, 100
SENTINEL = """
port {sentinel}
dir {folder}
sentinel monitor {name} 127.0.0.1 {first} 1
sentinel down-after-milliseconds {name} 3000
sentinel failover-timeout {name} 3000
"""


class WatchedValkeys:
    """Two Valkeys, of which the first leads, and a sentinel that watches them."""

    def __init__(self, folder: Path, until_the_end: ExitStack) -> None:
        self._folder, self._until_the_end = folder, until_the_end
        self.ports = free_ports(3)
        first, second, sentinel = self.ports
        self._leader = self._start("first", f"--port {first}")
        self._start("second", f"--port {second} --replicaof 127.0.0.1 {first}")
        wait_for(lambda: self._follows(second))
        config = folder / "sentinel.conf"
        config.write_text(SENTINEL.format(sentinel=sentinel, folder=folder, name=NAME, first=first))
        self._start("sentinel", f"{config} --sentinel")
        wait_for(lambda: self._knows_the_second(sentinel))

    @property
    def url(self) -> str:
        """Where the product finds whoever leads."""
        return f"sentinel://127.0.0.1:{self.ports[2]}/{NAME}"

    def kill_leader(self) -> None:
        """Let the first end with all that it holds."""
        stop(self._leader, signal.SIGKILL)

    def leads(self, port: int) -> bool:
        """Whether the server at a port takes writes."""
        return _told(port, lambda client: client.info("replication")["role"]) == "master"

    def _start(self, name: str, words: str) -> Running:
        folder = self._folder / name
        folder.mkdir()
        config, *options = words.split() if words.endswith("--sentinel") else ("", *words.split())
        kept = [] if config else ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        command = [valkey_binary(), *filter(None, [config]), *options, *kept]
        running = spawn(name, command, log=folder / "log", environment={"LC_ALL": "C"})
        self._until_the_end.callback(stop, running)
        return running

    def _follows(self, port: int) -> bool:
        return _told(port, lambda client: client.info("replication").get("master_link_status")) == "up"

    def _knows_the_second(self, port: int) -> bool:
        return bool(_told(port, lambda client: client.sentinel_slaves(NAME)))


def _told(port: int, ask):
    with Redis(port=port, socket_timeout=2) as client:
        try:
            return ask(client)
        except RedisError:
            return None


@pytest.fixture(scope="module")
def valkeys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedValkeys]:
    with ExitStack() as until_the_end:
        yield WatchedValkeys(tmp_path_factory.mktemp("valkeys"), until_the_end)


@pytest.fixture(scope="module")
def street(
    servers: Servers, template_database: str, valkeys: WatchedValkeys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Houses on the database that all tests share, and on Valkeys that are watched."""
    found = Street(Servers(servers.database_url, valkeys.url), template_database, tmp_path_factory.mktemp("house"))
    yield found
    found.close()


def test_orders_go_out_when_the_valkey_that_leads_dies_and_the_other_one_takes_over(
    house: House, valkeys: WatchedValkeys
) -> None:
    house.standin.desk.rules.tell_all(Behaviour(slow_s=0.5))
    addresses = numbers(ORDERS * RECIPIENTS)
    for begin in range(0, len(addresses), RECIPIENTS):
        house.place(addresses[begin : begin + RECIPIENTS])
    wait_for(lambda: house.standin.desk.phones.received > 0, otherwise=house.what_is_open)
    valkeys.kill_leader()
    wait_for(lambda: valkeys.leads(valkeys.ports[1]))
    house.place(numbers(RECIPIENTS, first=42_000_000))

    house.assert_ends_well(uncertain=0)

    assert house.standin.desk.phones.received == (ORDERS + 1) * RECIPIENTS
