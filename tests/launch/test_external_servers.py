"""`varsel up` on servers of somebody else's: used as they are, and nobody with a known password let in."""

from collections.abc import Callable

import urllib3
from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.fixtures.product import Varsel


def people(database_url: str) -> int:
    with create_engine(database_url, poolclass=NullPool).connect() as connection:
        return int(connection.scalar(text("select count(*) from person")) or 0)


def test_up_runs_on_the_servers_that_the_environment_names(
    start_varsel: Callable[..., Varsel], database_url: str, redis_url: str
) -> None:
    product = start_varsel("data", VARSEL_DATABASE_URL=database_url, VARSEL_REDIS_URL=redis_url)

    page = urllib3.request("GET", f"{product.url}/sign-in")

    assert page.status == 200
    assert product.database_url == database_url
    assert not {"PostgreSQL", "Valkey"} & set(product.processes)
    assert people(database_url) == 0

    product.stop()

    assert Redis.from_url(redis_url).ping()


def test_demo_data_come_into_somebody_elses_database_only_when_asked_for(
    start_varsel: Callable[..., Varsel], database_url: str, redis_url: str
) -> None:
    start_varsel("data", "--demo", VARSEL_DATABASE_URL=database_url, VARSEL_REDIS_URL=redis_url)

    assert people(database_url) > 0
