"""Brings a database to the tables that this version of the code knows."""

import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
TRIES = 12
PAUSE_S = 1.0
"""Between two tries, so that whoever stood behind a migration in the queue for a table gets their turn."""

log = logging.getLogger(__name__)


class SchemaTooNew(Exception):
    """The database has tables of a later version than this code; its text says what to do."""


def upgrade(url: str) -> None:
    """Run the missing migrations on the database at `url`; raise `SchemaTooNew` if it is ahead of this code.

    A table that somebody works on for longer than a migration may wait is tried again, for a minute or so.
    """
    config = _config(url)
    refuse_newer(url)
    for left in reversed(range(TRIES)):
        try:
            command.upgrade(config, "head")
            return
        except OperationalError as fault:
            if left == 0 or not isinstance(fault.orig, LockNotAvailable):
                raise
        log.warning("Somebody is working on a table that a migration changes; trying again.")
        time.sleep(PAUSE_S)


def refuse_newer(url: str) -> None:
    """Raise `SchemaTooNew` if the database at `url` has been migrated by a later version than this one."""
    script = ScriptDirectory.from_config(_config(url))
    known = {revision.revision for revision in script.walk_revisions()}
    unknown = set(_revisions(url)) - known
    if unknown:
        raise SchemaTooNew(
            f"The database was made by a newer version of Varsel (its tables are at {', '.join(sorted(unknown))}): "
            "start that version, or point this one at another database."
        )


def up_to_date(url: str) -> bool:
    """Whether the database at `url` has exactly the tables that this version knows."""
    script = ScriptDirectory.from_config(_config(url))
    return set(_revisions(url)) == set(script.get_heads())


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def _revisions(url: str) -> tuple[str, ...]:
    engine = _engine(url)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)
