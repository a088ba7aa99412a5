"""A migration waits for those who work on its tables, though not in one go: that would make all others wait."""

import threading

import pytest
from alembic import command
from psycopg.errors import LockNotAvailable
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import migrate
from tests.fixtures.standin import until

SAID = "Somebody is working on a table that a migration changes; trying again."


def test_a_table_that_somebody_works_on_for_long_is_changed_when_they_are_done(database_url, caplog):
    command.downgrade(migrate._config(database_url), "-1")
    migrating = threading.Thread(target=migrate.upgrade, args=(database_url,))

    with create_engine(database_url, poolclass=NullPool).begin() as at_work:
        at_work.execute(text("lock table shipment in access share mode"))
        migrating.start()
        until(lambda: SAID in caplog.messages, within_s=60.0)
    migrating.join()

    assert migrate.up_to_date(database_url)


def test_who_never_lets_go_of_a_table_ends_the_migration_with_the_databases_word_for_it(database_url, monkeypatch):
    monkeypatch.setattr(migrate, "TRIES", 1)
    command.downgrade(migrate._config(database_url), "-1")

    with create_engine(database_url, poolclass=NullPool).begin() as at_work:
        at_work.execute(text("lock table shipment in access share mode"))
        with pytest.raises(OperationalError) as refused:
            migrate.upgrade(database_url)

    assert isinstance(refused.value.orig, LockNotAvailable)
    assert not migrate.up_to_date(database_url)
