"""A gate in the database: whoever comes to a step waits there, and can be killed while it does."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.faults.house import House

GATE = 4_711
"""The lock that a worker waits for at the gate while the test holds it."""

GATE_FUNCTION = f"""
create function wait_at_gate() returns trigger language plpgsql as $$ begin
    if %s then perform pg_advisory_xact_lock({GATE}); end if; return coalesce(new, old);
end $$
"""

OURS = "database = (select oid from pg_database where datname = current_database()) and not granted"
AT_THE_GATE = f"select count(*) from pg_locks where locktype = 'advisory' and objid = {GATE} and {OURS}"


@contextmanager
def gate(house: House, step: str, when: str = "true") -> Iterator[None]:
    """Whoever comes to the step, named as a trigger names it, waits there until the end of the block.

    It is open to whoever comes while the condition, in SQL, does not hold.
    """
    house.do(GATE_FUNCTION % when)
    house.do(f"create trigger gate {step} execute function wait_at_gate()")
    try:
        with own_connection(house) as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", (GATE,))
            yield
    finally:
        house.do("drop function wait_at_gate cascade")


@contextmanager
def own_connection(house: House) -> Iterator[psycopg.Connection]:
    """A connection whose locks end with the block."""
    with psycopg.connect(house.plain_url) as connection:
        yield connection
