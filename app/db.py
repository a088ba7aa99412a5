"""The database session, the models' base, constraint names and UTC moments."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from psycopg import Connection, Cursor
from sqlalchemy import BigInteger, ClauseElement, DateTime, Identity, MetaData, SmallInteger, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables; a moment without a time zone cannot be stored."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: DateTime(timezone=True), int: BigInteger, str: Text},
    )


db = SQLAlchemy(model_class=Base)


def utcnow() -> datetime:
    """Tell the present moment, aware of being UTC."""
    return datetime.now(UTC)


def identity() -> Mapped[int]:
    """A bigint primary key that the database numbers."""
    return mapped_column(BigInteger, Identity(), primary_key=True)


def small(*, primary_key: bool = False, default: int | None = None) -> Mapped[int]:
    """A required two-byte number, for statuses, channels and other codes."""
    server_default = None if default is None else str(default)
    return mapped_column(SmallInteger, primary_key=primary_key, server_default=server_default)


def dialect_url(url: str) -> str:
    """Name the driver in a plain `postgresql://` address."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def driver_cursor() -> Cursor[Any]:
    """Open a cursor of psycopg on the session's own connection, inside its transaction, for what goes by thousands.

    Touch no attribute of a stored object while a COPY is open on it: that asks on the same connection, and hangs.
    """
    connection = db.session.connection().connection.driver_connection
    if not isinstance(connection, Connection):
        raise TypeError("only psycopg's own connections can COPY")
    return connection.cursor()


@contextmanager
def without_sorting(cursor: Cursor[Any]) -> Iterator[Cursor[Any]]:
    """Let statements read rows in the order of an index, instead of sorting all before the first.

    The planner has yet to hear of the rows of a new file, takes them for few, and would sort what remains of them for
    each chunk. A sort that cannot be left out looks dear to it then, but is not worth compiling.
    """
    cursor.execute("set local enable_sort = off; set local jit = off")
    yield cursor
    cursor.execute("set local enable_sort to default")


def written(statement: ClauseElement) -> str:
    """Write a statement of SQLAlchemy down for `asked`, its values named by `bindparam`.

    Keep what comes out: to build and to compile a statement anew takes longer than most answers.
    """
    return str(statement.compile(db.engine))


def asked(statement: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[Any, ...]]:
    """Ask by the driver alone, inside the session's transaction, for what is asked again with every batch.

    A statement that SQLAlchemy builds costs several times what the database takes to answer it.
    """
    db.session.flush()
    with driver_cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
