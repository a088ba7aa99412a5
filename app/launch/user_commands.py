"""`varsel user`: people entered by the operator, above all the first administrator."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from app.accounts.models import Person, ServiceOwner

_PASSWORD = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    envvar="VARSEL_NEW_PASSWORD",
    help="Asked for.",
)


@click.group()
def user() -> None:
    """Enter people, and mend their accounts."""


@user.command()
@click.argument("email")
@click.option("--name", prompt=True, help="As shown to others.")
@_PASSWORD
@click.option("--administrator", is_flag=True, help="May enter people, service owners and prices.")
@click.option("--support", is_flag=True, help="May look at all orders, covered.")
@click.option("--sends-for", multiple=True, metavar="SHORT_NAME", help="A service owner; may be repeated.")
def add(email: str, name: str, password: str, administrator: bool, support: bool, sends_for: tuple[str, ...]) -> None:
    """Enter the person with this EMAIL."""
    from app.accounts import service
    from app.db import db

    with _application().app_context():
        owners = [_service_owner(short_name) for short_name in sends_for]
        person = service.create_person(email, name, password, administrator=administrator, support=support)
        for owner in owners:
            service.add_membership(person, owner)
        db.session.commit()
    click.echo(f"{email} can sign in.")


@user.command()
@click.argument("email")
@_PASSWORD
def password(email: str, password: str) -> None:
    """Give the person with this EMAIL another password, and sign them out everywhere."""
    from app.accounts import service
    from app.db import db

    with _application().app_context():
        service.set_password(_person(email), password)
        db.session.commit()
    click.echo(f"{email} has another password.")


@user.command()
@click.argument("email")
def disable(email: str) -> None:
    """Let nobody sign in as the person with this EMAIL any more."""
    from app.accounts import service
    from app.db import db

    with _application().app_context():
        service.disable(_person(email))
        db.session.commit()
    click.echo(f"{email} can no longer sign in.")


@user.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled person sign in again."""
    from app.accounts import service
    from app.db import db

    with _application().app_context():
        service.enable(_person(email))
        db.session.commit()
    click.echo(f"{email} can sign in.")


def _application() -> "Flask":
    from app import create_app

    return create_app()


def _person(email: str) -> "Person":
    from app.accounts.queries import person_by_email

    found = person_by_email(email)
    if found is None:
        raise click.ClickException(f"Nobody has the e-mail address {email}.")
    return found


def _service_owner(short_name: str) -> "ServiceOwner":
    from app.accounts.queries import service_owner_by_short_name

    found = service_owner_by_short_name(short_name)
    if found is None:
        raise click.ClickException(f"No service owner has the short name {short_name}.")
    return found
