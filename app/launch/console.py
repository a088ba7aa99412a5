"""What `varsel up` tells the person who started it."""

import textwrap
from pathlib import Path

import click

from app.launch.first_start import DEMO_ACCOUNTS
from app.launch.parts import Wishes


def say(sentence: str) -> None:
    """Print one sentence at once."""
    click.echo(sentence)


def greet(wishes: Wishes) -> None:
    """Tell where everything is, once it answers."""
    click.echo()
    click.secho(f"  Varsel answers at {wishes.url}", bold=True)
    click.echo(f"  What was sent shows at {wishes.standin_url} (phones and mailboxes)")
    _tell_accounts(wishes.data / DEMO_ACCOUNTS)
    click.echo(f"\n  Data and logs are in {_short(wishes.data)}. Stop with Ctrl-C.\n")


def _tell_accounts(written: Path) -> None:
    if written.exists():
        click.echo("\n  Demo accounts:")
        click.echo(textwrap.indent(written.read_text().rstrip(), "    "))


def _short(path: Path) -> Path:
    resolved = path.resolve()
    return resolved.relative_to(Path.cwd()) if resolved.is_relative_to(Path.cwd()) else resolved
