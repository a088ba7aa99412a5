"""Orders that are placed, and the ways to look at what became of them."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, current_app

from app.gateways import configured, gateway_named
from app.standin import Standin, StandinSettings
from tests.dispatch import persons
from tests.dispatch.desk import Desk


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    """Nobody is on the allow-list: every SMS goes to the simulator, which reports at once."""
    return {**settings, "SIMULATOR_DELAY_S": 0.0, "EMAIL_BOUNCE_WINDOW_S": 0.0}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A service owner's desk, inside the application."""
    with app.app_context():
        yield Desk(app)


@pytest.fixture
def known(desk: Desk) -> Callable[..., None]:
    """Enters somebody in the embedded register."""
    return persons.enter


@pytest.fixture
def place(desk: Desk) -> Callable[..., int]:
    """Places an order to numbers and addresses, and tells its shipment's id."""
    return persons.placer(desk)


@pytest.fixture
def standin(app: Flask) -> Iterator[Standin]:
    """LINK's gateway and a mail server; their reports go nowhere, tests post their own."""
    settings = StandinSettings(http_port=0, smtp_port=0, client="varsel", password="only for tests")
    with Standin(settings) as running:
        app.config.update(
            LINK_URL=running.url, SMTP_PORT=running.smtp_port, ENVIRONMENT="production", LINK_TIMEOUT_S=20.0
        )
        yield running
        with app.app_context():
            _close_gateways()


def _close_gateways() -> None:
    for one in configured(current_app.config):
        gateway_named(one.name, current_app.config).close()
