"""The way past SQLAlchemy, for what goes by chunks of ten thousand rows."""

from typing import Any

from psycopg import Connection, Cursor

from app.db import db


def driver_cursor() -> Cursor[Any]:
    """Open a cursor of psycopg on the session's own connection, inside its transaction.

    Touch no attribute of a stored object while a COPY is open on it: that asks on the same connection, and hangs.
    """
    connection = db.session.connection().connection.driver_connection
    if not isinstance(connection, Connection):
        raise TypeError("only psycopg's own connections can COPY")
    return connection.cursor()
