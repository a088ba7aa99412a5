"""What only a first start does: fill an empty installation with people and service owners to try it with."""

import subprocess
import sys

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.launch.errors import LaunchError
from app.launch.parts import Parts
from app.launch.places import CHECKOUT

DEMO_ACCOUNTS = "demo-accounts"
"""The file, in the data folder, with the accounts that the first start made."""


def nobody_is_here(url: str) -> bool:
    """Whether no person has been entered yet."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalar(text("select exists (select from person)")) is False


def load_demo(parts: Parts) -> None:
    """Run `varsel demo` to its end and keep what it tells of accounts; raise `LaunchError` if it fails."""
    log = parts.home.log("demo")
    with log.open("ab") as errors:
        loaded = subprocess.run(
            [sys.executable, "-m", "app.cli", "demo"],
            env=parts.environment,
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    if loaded.returncode != 0:
        raise LaunchError(f"The demo data could not be loaded; what went wrong is in {log}.")
    (parts.home.data / DEMO_ACCOUNTS).write_bytes(loaded.stdout)
