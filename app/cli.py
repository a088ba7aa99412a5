"""The `varsel` command: the whole product on one machine, its parts one by one, and the operator's deeds."""

import logging
import os
from pathlib import Path

import click

from app.launch.audit_commands import audit
from app.launch.commands import OperatorsGroup
from app.launch.environment_commands import environment, refuse_unconfirmed
from app.launch.user_commands import user


@click.group(cls=OperatorsGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Varsel: notifications by SMS and e-mail, and the desk around them.

    `varsel up` starts everything on this machine. The other commands run the parts apart, as in production; they take
    VARSEL_DATABASE_URL, VARSEL_REDIS_URL, VARSEL_SECRET_KEY and the other settings of app/config.py from the
    environment.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")


@main.command()
@click.option(
    "--data", type=click.Path(path_type=Path), envvar="VARSEL_DATA", help="Folder for data, logs and secrets."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address that the web server listens on.")
@click.option("--port", default=8000, show_default=True, help="Port of the web server.")
@click.option("--standin-port", default=8025, show_default=True, help="Port of the stand-in gateway and its page.")
@click.option("--smtp-port", default=2525, show_default=True, help="Port on which the stand-in takes e-mail.")
@click.option(
    "--demo/--no-demo",
    default=None,
    help="Load demo data, whose passwords everybody knows, into an empty installation.  "
    "[default: only into the database that it runs itself]",
)
def up(data: Path | None, host: str, port: int, standin_port: int, smtp_port: int, demo: bool | None) -> None:
    """Start everything on this machine: servers, web, workers, scheduler and a stand-in gateway.

    PostgreSQL and Valkey are started from the installed packages, unless VARSEL_DATABASE_URL and VARSEL_REDIS_URL name
    others. Data are kept in .varsel beside the code, so that the next start goes on where this one ended.

    Ctrl-C or SIGTERM stops everything. So does the death of any part except a worker: a worker that dies is started
    again, as production supervisors do, and only if one dies 5 times within 60 seconds everything stops.
    """
    from app.launch import console
    from app.launch.parts import Wishes
    from app.launch.places import CHECKOUT
    from app.launch.up import up as start_all

    wishes = Wishes(data or CHECKOUT / ".varsel", host, port, standin_port, smtp_port, demo)
    console.say("Varsel is starting.")
    start_all(wishes, console.say, console.greet)
    console.say("Varsel has stopped.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.  [default: the setting WEB_PORT]")
@click.option("--processes", default=2, show_default=True, help="How many processes.")
@click.option("--threads", default=8, show_default=True, help="How many threads in each process.")
def web(host: str, port: int | None, processes: int, threads: int) -> None:
    """Run the web server."""
    from app import create_app
    from app.launch.web import WebWishes, serve
    from app.settings import require_for_people

    application = create_app()
    require_for_people(application.config)
    refuse_unconfirmed(application)
    serve(application, WebWishes(host, port or int(application.config["WEB_PORT"]), processes, threads))


@main.command()
@click.argument("queue")
def worker(queue: str) -> None:
    """Run one worker, which serves one QUEUE: dispatch, reports or intake."""
    from app.worker import work

    work(queue)


@main.command()
def scheduler() -> None:
    """Run the scheduler, which rings for what becomes due; of several, one rings and the others wait."""
    from app.scheduler import run

    run()


@main.command()
@click.argument("name", default="")
def smpp(name: str) -> None:
    """Hold the bind to an SMSC, for the workers of this machine, for the gateway NAME of the kind smpp.

    NAME may be left out where VARSEL_GATEWAYS names one such gateway only.
    """
    from app.smpp import run

    run(name)


@main.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    from app.migrate import upgrade

    url = os.environ.get("VARSEL_DATABASE_URL")
    if not url:
        raise click.UsageError("Set VARSEL_DATABASE_URL to the database to migrate; `varsel up` migrates its own.")
    upgrade(url)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def standin(options: tuple[str, ...]) -> None:
    """Run the stand-in gateway: LINK's protocol, SMTP, and a page of phones and mailboxes."""
    from app.standin.process import main as run

    raise SystemExit(run(options))


@main.command()
def demo() -> None:
    """Load demo data: service owners, people to sign in as, prices. Loading them twice changes nothing."""
    from app import create_app
    from app.db import db
    from app.demo import load

    with create_app().app_context():
        accounts = load()
        db.session.commit()
    for account in accounts:
        click.echo(f"{account.email:<34} {account.password:<26} {account.role}")


main.add_command(user)
main.add_command(environment)
main.add_command(audit)

if __name__ == "__main__":
    main(prog_name="varsel")
