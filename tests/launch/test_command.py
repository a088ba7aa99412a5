"""The `varsel` command: what it offers, and that the operator gets sentences instead of tracebacks."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.fixtures.command import run
from tests.fixtures.product import free_ports


@pytest.fixture
def environment(database_url: str, redis_url: str) -> dict[str, str]:
    """What the parts need to run apart."""
    return {
        "VARSEL_DATABASE_URL": database_url,
        "VARSEL_REDIS_URL": redis_url,
        "VARSEL_SECRET_KEY": "only for tests, but as long as a key must be",
        "VARSEL_ARGON2_PROFILE": "cheap",
    }


def test_help_names_every_command_in_the_order_of_its_use() -> None:
    told = run("--help")

    offered = [line.split()[0] for line in told.stdout.partition("Commands:\n")[2].splitlines()]
    assert told.exit_code == 0
    assert offered == [
        "up",
        "web",
        "worker",
        "scheduler",
        "smpp",
        "migrate",
        "standin",
        "demo",
        "user",
        "environment",
        "audit",
        "bench",
    ]


@pytest.mark.parametrize("words", [["web"], ["worker", "dispatch"], ["scheduler"], ["smpp"], ["demo"], ["migrate"]])
def test_a_part_without_its_settings_asks_for_them_in_one_sentence(words: list[str]) -> None:
    refused = run(*words)

    assert refused.exit_code in (1, 2)
    assert "Set VARSEL_DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_worker_for_a_queue_that_is_not_there_is_refused(environment: dict[str, str]) -> None:
    refused = run("worker", "letters", **environment)

    assert refused.exit_code == 1
    assert refused.stderr == "Error: There is no queue called letters; the queues are dispatch, reports, intake.\n"


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    refused = run("migrate", VARSEL_DATABASE_URL=f"postgresql://varsel@/varsel?host={tmp_path}")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: The database does not answer: ")
    assert len(refused.stderr.splitlines()) == 1


def test_migrating_twice_changes_nothing_the_second_time(environment: dict[str, str]) -> None:
    assert run("migrate", **environment).exit_code == 0
    assert run("migrate", **environment).exit_code == 0


def test_an_embedded_server_that_cannot_be_reached_through_a_file_is_a_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    ports = [f"{name}={free_ports(1)[0]}" for name in ("--port", "--standin-port", "--smtp-port")]

    refused = run("up", f"--data={in_the_way}", *ports)

    assert refused.exit_code == 1
    assert refused.stderr == f"Error: {in_the_way} cannot be used: File exists.\n"


def test_the_operator_enters_the_first_administrator(environment: dict[str, str]) -> None:
    added = run(
        "user",
        "add",
        "anne@ttd.example",
        "--name=Anne",
        "--administrator",
        **environment,
        **_password("long enough it is"),
    )

    assert added.stderr == ""
    assert added.stdout == "anne@ttd.example can sign in.\n"
    with create_engine(environment["VARSEL_DATABASE_URL"], poolclass=NullPool).connect() as connection:
        people = connection.execute(text("SELECT email, name, is_administrator FROM person")).all()
    assert people == [("anne@ttd.example", "Anne", True)]


def test_somebody_entered_twice_is_one_sentence(environment: dict[str, str]) -> None:
    words = ["user", "add", "anne@ttd.example", "--name=Anne"]
    run(*words, **environment, **_password("long enough it is"))

    refused = run(*words, **environment, **_password("long enough it is"))

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: Somebody with this e-mail address is there already.")


def test_an_unknown_person_or_service_owner_is_one_sentence(environment: dict[str, str]) -> None:
    nobody = run("user", "disable", "nobody@ttd.example", **environment)
    nowhere = run(
        "user", "add", "a@ttd.example", "--name=A", "--sends-for=xyz", **environment, **_password("long enough it is")
    )

    assert nobody.stderr == "Error: Nobody has the e-mail address nobody@ttd.example.\n"
    assert nowhere.stderr == "Error: No service owner has the short name xyz.\n"


def _password(word: str) -> dict[str, str]:
    return {"VARSEL_NEW_PASSWORD": word}
