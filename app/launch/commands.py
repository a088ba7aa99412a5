"""How the `varsel` command behaves: commands in the order of their use, what the operator can mend in one sentence."""

import importlib
from typing import Any

import click

BORROWED = {"bench": ("app.bench.cli", "bench")}
"""Groups of commands that live in rooms of their own and are imported only when asked for."""


class OperatorsGroup(click.Group):
    """A group whose commands never show a traceback for what the operator can mend."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were added, not of the alphabet."""
        return [*self.commands, *BORROWED]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import borrowed groups when they are asked for."""
        if cmd_name not in BORROWED:
            return super().get_command(ctx, cmd_name)
        module, name = BORROWED[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the operator can mend becomes one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            sentence = _in_words(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def _in_words(error: Exception) -> str | None:
    """Tell what the operator can mend, or `None` if it is a fault of ours; imports late to keep `--help` quick."""
    from redis.exceptions import ConnectionError as ValkeyGone
    from sqlalchemy.exc import OperationalError, ProgrammingError

    if isinstance(error, _own_errors()):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database does not answer: {_first_line(error.orig)}"
    if isinstance(error, ProgrammingError) and "does not exist" in str(error.orig):
        return "The database lacks tables that this version needs: run `varsel migrate` first."
    if isinstance(error, ValkeyGone):
        return f"Valkey does not answer: {_first_line(error)}"
    return None


def _own_errors() -> tuple[type[Exception], ...]:
    from app.accounts.passwords import WeakPassword
    from app.accounts.service import AccountRefused
    from app.demo import DemoRefused
    from app.launch.environment_commands import EnvironmentUnconfirmed
    from app.launch.errors import LaunchError
    from app.messaging.address import InvalidAddress
    from app.migrate import SchemaTooNew
    from app.settings import WrongSetting
    from app.worker import NoSuchQueue

    launching = (WrongSetting, EnvironmentUnconfirmed, LaunchError, SchemaTooNew, NoSuchQueue)
    people = (AccountRefused, InvalidAddress, WeakPassword, DemoRefused)
    return launching + people


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).strip().splitlines()), "no reason given")
