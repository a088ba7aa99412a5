"""The migrations and the models must never tell two stories."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from app import migrate
from app.models import metadata


def test_the_migrated_tables_are_those_of_the_models(database_url):
    engine = create_engine(database_url, poolclass=NullPool)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_every_migration_can_be_taken_back_and_run_again(database_url):
    config = migrate._config(database_url)

    command.downgrade(config, "base")

    engine = create_engine(database_url, poolclass=NullPool)
    assert inspect(engine).get_table_names() == ["alembic_version"]

    command.upgrade(config, "head")

    assert migrate.up_to_date(database_url)


def test_the_audit_log_refuses_every_change(database_url):
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("insert into audit_entry (action, object_type, object_id) values ('a', 'b', 'c')"))

    refusals = [_refusal(engine, statement) for statement in CHANGES]

    assert all("only ever added to" in refusal for refusal in refusals), refusals


CHANGES = ("update audit_entry set action = 'x'", "delete from audit_entry", "truncate audit_entry")


def _refusal(engine, statement):
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    except Exception as error:
        return str(error)
    return "allowed"
