"""`varsel bench`: measurements on servers of their own, one JSON object each."""

import json

import click


@click.group()
def bench() -> None:
    """Measure the product on temporary servers and databases of its own."""


@bench.command()
@click.option("--recipients", type=click.IntRange(1), default=10_000, show_default=True, help="Of the one order.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="That hand over.")
@click.option(
    "--rounds", type=click.IntRange(1), help="Whose median counts.  [default: 3 up to 20,000 recipients, else 1]"
)
def dispatch(recipients: int, workers: int, rounds: int | None) -> None:
    """Send one order through the simulator and through LINK's protocol, and print one JSON object.

    Beside it stand what the database needs at least for the same rows, and what one job per message makes.
    """
    from app.bench.dispatch import bench_dispatch
    from app.bench.product import BenchFailed

    try:
        figures = bench_dispatch(recipients, workers, rounds, lambda word: click.echo(word, err=True))
    except BenchFailed as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(json.dumps(figures, indent=2))


@bench.command()
@click.option("--recipients", type=click.IntRange(1), default=1_000_000, show_default=True, help="Of the one order.")
@click.option("--countries", type=click.IntRange(1), default=60, show_default=True, help="That they are in, evenly.")
def rules(recipients: int, countries: int) -> None:
    """Ask the country rules about every recipient of an order, and print one JSON object."""
    from app.bench.rules import bench_rules

    click.echo(json.dumps(bench_rules(recipients, countries), indent=2))


if __name__ == "__main__":
    bench(prog_name="varsel bench")
