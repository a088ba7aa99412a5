"""Run the migrations on the connection that `app.migrate` opens, or on the address it was given."""

from alembic import context
from sqlalchemy import create_engine

from app.models import metadata

LOCK_TIMEOUT = "5s"


def run() -> None:
    """Bring the schema to the asked revision, one transaction per migration."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"set lock_timeout = '{LOCK_TIMEOUT}'")
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
