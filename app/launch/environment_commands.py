"""`varsel environment`: moving an installation between test and production, knowingly."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

ENVIRONMENTS = ("test", "production")

COUNTS = """
select (select count(*) from allow_list_entry where status = 2 and until_at > now()),
    (select count(*) from shipment where status = 0 and channel = 2),
    (select coalesce(sum(n), 0) from shipment_count where status = 25),
    (select coalesce(sum(n), 0) from shipment_count where route = 2)
"""
# 25 is `Status.SMS_NEW`, 2 `Route.SIMULATED`.

KNOWN = """
select coalesce(
    (select detail ->> 'new' from audit_entry where action = 'environment.changed' order by id desc limit 1),
    case when exists (select from allow_list_entry) or exists (select from shipment_count where route = 2)
    then 'test' end)
"""


class EnvironmentUnconfirmed(Exception):
    """The settings name another environment than the one that the database was used in so far."""


@click.command()
@click.argument("wanted", metavar="ENVIRONMENT", type=click.Choice(ENVIRONMENTS))
@click.option("--yes", is_flag=True, help="Do not ask.")
def environment(wanted: str, yes: bool) -> None:
    """Let this installation be test or production: says what changes, and asks.

    Its parts start with another VARSEL_ENVIRONMENT only after this.
    """
    from app import create_app

    application = create_app()
    with application.app_context():
        before = known() or str(application.config["ENVIRONMENT"])
        if before == wanted:
            click.echo(f"This installation is {wanted} already.")
            return
        for line in _what_changes(wanted):
            click.echo(line)
        if not yes:
            click.confirm(f"Let this installation be {wanted}?", abort=True)
        _change(before, wanted)
    click.echo(f"Now set VARSEL_ENVIRONMENT={wanted} and start all parts again.")


def known() -> str | None:
    """Tell which environment the database was used in so far; None where that cannot be told."""
    from sqlalchemy import text

    from app.db import db

    found: str | None = db.session.scalar(text(KNOWN))
    db.session.rollback()
    return found


def refuse_unconfirmed(application: "Flask") -> None:
    """Raise `EnvironmentUnconfirmed` where nobody has said that the environment is to be another one."""
    before, now = _known_to(application), str(application.config["ENVIRONMENT"])
    if before is not None and before != now:
        raise EnvironmentUnconfirmed(
            f"This installation was {before} so far, and VARSEL_ENVIRONMENT says {now}: "
            f"run `varsel environment {now}` first, which tells what changes."
        )


def _known_to(application: "Flask") -> str | None:
    from sqlalchemy.exc import SQLAlchemyError

    from app.db import db

    with application.app_context():
        try:
            return known()
        except SQLAlchemyError:
            # A database that is away, or has no tables yet, says nothing; whoever needs it will say so better.
            return None
        finally:
            # What is forked from here must not share a connection.
            db.session.remove()
            db.engine.dispose()


def _what_changes(wanted: str) -> Iterator[str]:
    from sqlalchemy import text

    from app.db import db

    listed, waiting, new, simulated = db.session.execute(text(COUNTS)).one()
    if wanted == "production":
        yield "From then on every SMS is real: it reaches a phone and costs money."
        yield f"{listed} active numbers on the allow-list have no effect any more."
        yield f"{waiting} orders that wait and {new} SMS that are not handed over yet will go to real phones."
        yield "Demo data cannot be loaded. Demo people, whose passwords everybody knows, should be disabled first."
    else:
        yield "From then on an SMS is real only where its number is on the allow-list; all others go to the simulator."
        yield f"{listed} numbers are active. {waiting} orders wait, and {new} SMS are not handed over yet."
    yield f"{simulated} simulated notifications stay marked as simulated for ever."


def _change(before: str, wanted: str) -> None:
    from app.audit.service import record
    from app.db import db

    record("environment.changed", "installation", "environment", person_id=None, old=before, new=wanted)
    db.session.commit()
