"""`varsel audit`: whether the audit log is still what it was."""

import re
from itertools import islice
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.audit.chain import Link

MOST_SAID = 20
"""How many breaks are named; where there are more, the chain is of no worth anyway."""


@click.group()
def audit() -> None:
    """See to the audit log."""


@audit.command()
@click.option("--noted", metavar="LINK", help="The last link that an earlier run printed; it must still be there.")
def verify(noted: str | None) -> None:
    """Check that every entry of the audit log is chained to the one before, and say where the chain is broken.

    Keep the link that is printed at the end where nobody can reach it who can reach the database: given back with
    --noted, it shows that the chain was not cut off or written anew.
    """
    from app import create_app
    from app.audit.chain import Checked, breaks

    checked, expected = Checked(), _link(noted)
    with create_app().app_context():
        found = list(islice(breaks(checked, expected), MOST_SAID))
    for sentence in found:
        click.echo(sentence)
    if found:
        raise click.ClickException("The audit log is not what it was.")
    click.echo(f"The chain holds. Its last link: {checked.last}")


def _link(noted: str | None) -> "Link | None":
    from app.audit.chain import Link

    if noted is None:
        return None
    written = re.fullmatch(r"([0-9]+):([0-9a-f]*)", noted)
    if written is None:
        raise click.BadParameter("A link is a number, a colon and a hash.", param_hint="--noted")
    return Link(int(written[1]), written[2])
