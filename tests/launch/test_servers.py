"""The servers that the tests stand on."""

from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


def test_a_fresh_database_has_the_tables_and_sorts_out_norwegian_letters(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)

    with engine.connect() as connection:
        lowered = connection.execute(text("SELECT lower('ÆØÅ')")).scalar_one()
        tables = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()

    assert lowered == "æøå"
    assert tables > 1


def test_the_log_of_the_database_leaves_out_the_values_of_a_row(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)

    with engine.connect() as connection:
        assert connection.scalar(text("show log_error_verbosity")) == "terse"


def test_valkey_is_empty_when_a_test_begins(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_valkey_is_empty_when_another_test_begins(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")
