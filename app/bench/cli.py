"""`varsel bench`: measurements on servers of their own, one JSON object each."""

import json
from collections.abc import Callable
from typing import Any

import click


@click.group()
def bench() -> None:
    """Measure the product on temporary servers and databases of its own."""


def _say(word: str) -> None:
    click.echo(word, err=True)


def _tell(measure: Callable[[], dict[str, Any]]) -> None:
    from app.bench.product import BenchFailed

    try:
        figures = measure()
    except BenchFailed as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(json.dumps(figures, indent=2))


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

    _tell(lambda: bench_dispatch(recipients, workers, rounds, _say))


@bench.command()
@click.option("--rows", type=click.IntRange(1), default=100_000, show_default=True, help="Of the file.")
def intake(rows: int) -> None:
    """Read a CSV file into recipients, against bare parsing and COPY; with the peak memory of each process."""
    from app.bench.intake import bench_intake

    _tell(lambda: bench_intake(rows, _say))


@bench.command()
@click.option("--reports", type=click.IntRange(1), default=100_000, show_default=True, help="In one burst.")
@click.option("--rounds", type=click.IntRange(1), default=1, show_default=True, help="Whose median counts.")
def reports(reports: int, rounds: int) -> None:
    """Apply a burst of delivery reports, against bare set-based updates."""
    from app.bench.reports import bench_reports

    _tell(lambda: bench_reports(reports, rounds, _say))


@bench.command()
@click.option("--messages", type=click.IntRange(1), default=20_000, show_default=True, help="To hand over.")
@click.option("--latency-ms", type=click.IntRange(0), default=50, show_default=True, help="Before each answer.")
def link(messages: int, latency_ms: int) -> None:
    """Hand over by LINK's protocol to a gateway far away, against one message at a time."""
    from app.bench.link import bench_link

    _tell(lambda: bench_link(messages, latency_ms, _say))


@bench.command()
@click.option("--big", type=click.IntRange(1), default=1_000_000, show_default=True, help="Recipients of the one.")
@click.option("--small", type=click.IntRange(1), default=1_000, show_default=True, help="Recipients of each other.")
@click.option("--orders", type=click.IntRange(1), default=50, show_default=True, help="How many small ones.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="That hand over.")
def beside(big: int, small: int, orders: int, workers: int) -> None:
    """Send small orders beside a big one, against the same small ones alone."""
    from app.bench.beside import bench_beside

    _tell(lambda: bench_beside(big, small, orders, workers, _say))


@bench.command()
@click.option("--notifications", type=click.IntRange(1), default=1_000_000, show_default=True, help="In it.")
@click.option(
    "--opened", type=click.IntRange(20), default=100, show_default=True, help="How often each page is opened."
)
def pages(notifications: int, opened: int) -> None:
    """Open pages of a large database, against those of one with 10,000 notifications."""
    from app.bench.pages import bench_pages

    _tell(lambda: bench_pages(notifications, opened, _say))


@bench.command()
@click.option("--viewers", type=click.IntRange(1), default=200, show_default=True, help="Of one moving order.")
@click.option("--seconds", type=click.IntRange(2), default=30, show_default=True, help="How long they look.")
def live(viewers: int, seconds: int) -> None:
    """Let many people follow one order, against a bare Flask page asked for as often."""
    from app.bench.live import bench_live

    _tell(lambda: bench_live(viewers, seconds, _say))


@bench.command()
@click.option("--recipients", type=click.IntRange(1), default=1_000_000, show_default=True, help="Of the one order.")
@click.option("--countries", type=click.IntRange(1), default=60, show_default=True, help="That they are in, evenly.")
def rules(recipients: int, countries: int) -> None:
    """Ask the country rules about every recipient of an order, and print one JSON object."""
    from app.bench.rules import bench_rules

    _tell(lambda: bench_rules(recipients, countries))


@bench.command()
@click.option(
    "--notifications", type=click.IntRange(1000), default=1_000_000, show_default=True, help="In the database."
)
def search(notifications: int) -> None:
    """Ask the desk's search for everything that can be found, and print one JSON object."""
    from app.bench.search import bench_search

    click.echo(json.dumps(bench_search(notifications), indent=2))


@bench.command()
@click.option("--notifications", type=click.IntRange(1000), default=1_000_000, show_default=True, help="Of one day.")
def insight(notifications: int) -> None:
    """Roll up a day and ask for the page over thirteen months of figures, and print one JSON object."""
    from app.bench.insight import bench_insight

    click.echo(json.dumps(bench_insight(notifications), indent=2))


@bench.command()
@click.option("--persons", type=click.IntRange(1), default=100_000, show_default=True, help="Of one order.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="That share the order.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="Whose medians count.")
@click.option("--latency-ms", type=click.IntRange(0), default=0, show_default=True, help="Of each answer.")
def contacts(persons: int, workers: int, rounds: int, latency_ms: int) -> None:
    """Look persons up in KRR's stand-in, against a bare client that asks for the same."""
    from app.bench.contacts import bench_contacts

    _tell(lambda: bench_contacts(persons, workers, rounds, latency_ms, _say))


@bench.command()
@click.option("--minutes", type=click.FloatRange(0.05), default=30.0, show_default=True, help="How long.")
@click.option("--rate", type=click.IntRange(1), default=100, show_default=True, help="SMS per second.")
def soak(minutes: float, rate: int) -> None:
    """Send at a steady rate for a long time, and tell what has grown between the first and the last third."""
    from app.bench.soak import bench_soak

    _tell(lambda: bench_soak(minutes, rate, _say))


if __name__ == "__main__":
    bench(prog_name="varsel bench")
