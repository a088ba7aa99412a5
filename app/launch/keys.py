"""The installation's secrets: made by chance on the first start, kept in a file that only its owner may read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from app.launch.errors import LaunchError


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs cookies, and the passwords that Varsel and the gateway show each other."""

    secret_key: str
    link_password: str
    link_report_password: str


def open_keys(path: Path) -> Keys:
    """Read the secrets in `path`, making them if there are none."""
    if not path.exists():
        _write(path, Keys(_secret(), _secret(), _secret()))
    try:
        return Keys(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise LaunchError(f"{path} does not hold secrets: put them back, or remove it to make new ones.") from error


def _secret() -> str:
    # The letter in front keeps a settings reader that guesses at types from taking a secret of digits for a number.
    return "k" + secrets.token_urlsafe(32)


def _write(path: Path, keys: Keys) -> None:
    half_done = path.with_suffix(".new")
    half_done.unlink(missing_ok=True)
    with open(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(keys), file)
    half_done.rename(path)
