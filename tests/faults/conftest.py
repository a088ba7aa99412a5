"""Houses for the tests of faults: most stand on the servers that all tests share, some on servers that may break."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from app.sentinel import open_valkey
from tests.faults.house import TWO_WORKERS, House, Stands, house_on
from tests.fixtures.servers import Servers


class Street:
    """One house at a time: the last one, made empty, where the next test wants the same."""

    def __init__(self, servers: Servers, template: str, folder: Path) -> None:
        self._servers, self._template, self._folder = servers, template, folder
        self._open = ExitStack()
        self._wish: object = None
        self._house: House | None = None

    def house(self, roles: tuple[str, ...], settings: dict[str, object]) -> House:
        """An empty house with such a crew and such settings."""
        wish = (roles, settings)
        if self._house is None or self._wish != wish:
            self.close()
            self._house, self._wish = self._built(roles, settings), wish
        self._house.make_empty()
        return self._house

    def close(self) -> None:
        """Let nobody work any longer."""
        self._open.close()
        self._house = None

    def _built(self, roles: tuple[str, ...], settings: dict[str, object]) -> House:
        name = f"varsel_house_{uuid4().hex[:12]}"
        self._servers.sql(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        self._open.callback(self._servers.sql, f"DROP DATABASE {name} WITH (FORCE)")
        with open_valkey(self._servers.redis_url) as client:
            client.flushdb()
        stands = Stands(self._servers.database(name), self._servers.redis_url)
        return self._open.enter_context(house_on(stands, self._folder, roles, **settings))


@pytest.fixture(scope="module")
def street(servers: Servers, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Where the houses of one file stand, one after the other."""
    found = Street(servers, template_database, tmp_path_factory.mktemp("house"))
    yield found
    found.close()


@pytest.fixture
def open_house(street: Street) -> Callable[..., House]:
    """Opens a house: `open_house("dispatch", "reports", "scheduler", LINK_TIMEOUT_S=1.0)`."""
    return lambda *roles, **settings: street.house(roles or TWO_WORKERS, settings)


@pytest.fixture
def house(open_house: Callable[..., House]) -> House:
    """A house with two workers that hand over, one that applies reports, and the scheduler."""
    return open_house()
