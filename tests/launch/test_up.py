"""`varsel up` on real servers: it starts, keeps its data, stops without leftovers, and says what hinders it."""

import os
import signal
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.launch.parts import WORKERS
from tests.fixtures.command import run
from tests.fixtures.product import Varsel, free_ports, wait_until

PARTS = {"PostgreSQL", "Valkey", "web server", "stand-in gateway", "scheduler", *WORKERS}


def status_of(url: str) -> int:
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
    connection.request("GET", address.path or "/")
    return connection.getresponse().status


def people(database_url: str) -> int:
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM person")).scalar_one())


def names(database_url: str) -> list[str]:
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        return list(connection.execute(text("SELECT name FROM person ORDER BY id")).scalars())


def test_every_part_runs_and_the_pages_answer(varsel: Varsel) -> None:
    assert set(varsel.processes) == PARTS
    assert status_of(varsel.url) < 400
    assert status_of(varsel.standin_url) == 200


def test_the_first_start_tells_the_address_and_the_accounts_of_the_people_it_made(varsel: Varsel) -> None:
    told = varsel.output

    assert varsel.url in told
    assert varsel.standin_url in told
    assert "Demo accounts:" in told
    assert people(varsel.database_url) > 0


def test_secrets_are_for_the_owner_only(varsel: Varsel) -> None:
    for name in ("secrets", "parts.json"):
        assert (varsel.data / name).stat().st_mode & 0o077 == 0


def test_a_second_one_on_the_same_data_is_refused_in_one_sentence(varsel: Varsel) -> None:
    second = run("up", f"--data={varsel.data}")

    assert second.exit_code == 1
    assert second.stderr == (
        f"Error: Varsel is already running on {varsel.data} (process {varsel.supervisor.pid}): "
        "stop it first, or choose another folder with --data.\n"
    )


@pytest.mark.parametrize("option", ["--port", "--standin-port", "--smtp-port"])
def test_a_port_in_use_is_named_with_the_option_that_chooses_another(
    varsel: Varsel, tmp_path: Path, option: str
) -> None:
    taken = varsel.ports[option]
    ports = dict(zip(("--port", "--standin-port", "--smtp-port"), free_ports(3), strict=True)) | {option: taken}

    refused = run("up", f"--data={tmp_path}", *(f"{name}={port}" for name, port in ports.items()))

    assert refused.exit_code == 1
    assert refused.stderr == (
        f"Error: Port {taken} on 127.0.0.1 cannot be used (Address already in use): choose another with {option}.\n"
    )


def test_ctrl_c_stops_all_and_the_next_start_has_the_data(start_varsel: Callable[..., Varsel]) -> None:
    first = start_varsel("data", "--no-demo")
    with create_engine(first.database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("INSERT INTO person (email, name, password_hash) VALUES ('k@ttd.example', 'Kept', '')"))

    exit_code = first.stop(signal.SIGINT)

    assert exit_code == 0
    assert "Traceback" not in first.output
    wait_until(lambda: first.leftovers() == [], 90)

    second = start_varsel("data", "--no-demo")

    assert names(second.database_url) == ["Kept"]
    assert second.stop(signal.SIGTERM) == 0
    wait_until(lambda: second.leftovers() == [], 90)


def test_a_killed_worker_is_started_again_and_a_killed_supervisor_takes_all_with_it(
    start_varsel: Callable[..., Varsel],
) -> None:
    product = start_varsel("data", "--no-demo")
    killed = product.kill("dispatch worker 1")

    wait_until(lambda: product.processes["dispatch worker 1"] != killed, 90)

    assert "dispatch worker 1 ended (signal SIGKILL) and is started again." in product.output

    os.kill(product.supervisor.pid, signal.SIGKILL)
    product.supervisor.wait()

    wait_until(lambda: product.leftovers() == [], 90)


@pytest.mark.parametrize("part", ["scheduler", "PostgreSQL"])
def test_the_death_of_a_part_that_cannot_be_spared_stops_all_in_one_sentence(
    start_varsel: Callable[..., Varsel], part: str
) -> None:
    product = start_varsel("data", "--no-demo")

    product.kill(part)

    assert product.supervisor.wait(90) == 1
    log = product.data / "log" / ("postgres.log" if part == "PostgreSQL" else "scheduler.log")
    assert product.output.splitlines()[-1] == (
        f"Error: {part} ended (signal SIGKILL), so Varsel has stopped; its log is {log}."
    )
    wait_until(lambda: product.leftovers() == [], 90)


def test_a_database_from_a_newer_version_is_one_sentence(database_url: str, redis_url: str, tmp_path: Path) -> None:
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    servers = {"VARSEL_DATABASE_URL": database_url, "VARSEL_REDIS_URL": redis_url}
    ports = [f"{name}={port}" for name, port in zip(("--port", "--standin-port"), free_ports(2), strict=True)]

    refused = run("up", f"--data={tmp_path}", *ports, f"--smtp-port={free_ports(1)[0]}", **servers)

    assert refused.exit_code == 1
    assert refused.stderr == (
        "Error: The database was made by a newer version of Varsel (its tables are at from_the_future): "
        "start that version, or point this one at another database.\n"
    )
