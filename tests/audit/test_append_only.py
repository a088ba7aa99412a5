"""The audit log is only ever added to, and that is a matter of rights: the tables' own owner cannot change it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from app.migrate import upgrade
from tests.fixtures.servers import Servers

ADD = "insert into audit_entry (action, object_type, object_id) values ('price.changed', 'price', 'SMS-NO')"


@pytest.fixture(scope="module")
def owned(servers: Servers) -> Iterator[Engine]:
    """A database whose owner, as in production, is no superuser; it has one entry."""
    name = f"varsel_owned_{uuid4().hex[:12]}"
    servers.sql(f"CREATE ROLE {name}")
    servers.sql(f"CREATE DATABASE {name} OWNER {name}")
    as_owner = make_url(servers.database(name)).update_query_dict({"options": f"-c role={name}"})
    upgrade(as_owner.render_as_string(hide_password=False))
    engine = create_engine(as_owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(ADD))

    yield engine

    servers.sql(f"DROP DATABASE {name} WITH (FORCE)")
    servers.sql(f"DROP ROLE {name}")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("change", ["update {} set {} = {}", "delete from {}", "truncate {}"])
def test_the_owner_has_no_right_to_change_it_even_without_the_triggers(owned: Engine, table: str, change: str) -> None:
    column = {"audit_entry": "action", "audit_seal": "hash"}[table]

    with owned.connect() as connection:
        connection.execute(text(f"alter table {table} disable trigger user"))
        with pytest.raises(ProgrammingError, match=f"permission denied for table {table}"):
            connection.execute(text(change.format(table, column, column)))


def test_the_owner_adds_entries_and_each_is_sealed(owned: Engine) -> None:
    with owned.begin() as connection:
        connection.execute(text(ADD))

    with owned.connect() as connection:
        seals = connection.execute(text("select no from audit_seal order by no")).scalars().all()
        assert seals == [1, 2]
