"""Moving an installation between test and production: said, asked, and never by accident."""

from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app
from app.launch.environment_commands import EnvironmentUnconfirmed, known, refuse_unconfirmed
from tests.fixtures.command import run


@pytest.fixture
def environment(settings: dict[str, object]) -> dict[str, str]:
    """What the operator's shell says of the test's own database."""
    names = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    return {f"VARSEL_{name}": str(settings[name]) for name in names}


@pytest.fixture
def used_in_test(environment: dict[str, str]) -> None:
    """A database that demo data has made a test installation of."""
    assert run("demo", **environment).exit_code == 0


@pytest.fixture
def production(settings: dict[str, object]) -> Callable[[], Flask]:
    """Makes the application as production's settings have it."""
    return lambda: create_app({**settings, "ENVIRONMENT": "production"})


def test_a_fresh_database_may_be_production_at_once(production: Callable[[], Flask]) -> None:
    refuse_unconfirmed(production())


@pytest.mark.usefixtures("used_in_test")
def test_a_test_installation_does_not_become_production_by_a_setting_alone(production: Callable[[], Flask]) -> None:
    with pytest.raises(EnvironmentUnconfirmed, match="run `varsel environment production` first"):
        refuse_unconfirmed(production())


@pytest.mark.usefixtures("used_in_test")
def test_the_command_says_what_changes_and_changes_nothing_unless_it_is_confirmed(
    app: Flask, environment: dict[str, str]
) -> None:
    answer = run("environment", "production", **environment)

    assert answer.exit_code != 0
    assert "every SMS is real" in answer.output
    assert "3 active numbers on the allow-list have no effect any more." in answer.output
    assert "stay marked as simulated for ever" in answer.output
    with app.app_context():
        assert known() == "test"


@pytest.mark.usefixtures("used_in_test")
def test_what_was_confirmed_holds_in_both_directions(
    app: Flask, environment: dict[str, str], production: Callable[[], Flask]
) -> None:
    answer = run("environment", "production", "--yes", **environment)

    assert answer.exit_code == 0
    assert "Now set VARSEL_ENVIRONMENT=production" in answer.output
    refuse_unconfirmed(production())
    with pytest.raises(EnvironmentUnconfirmed, match="run `varsel environment test` first"):
        refuse_unconfirmed(app)
