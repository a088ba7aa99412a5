"""The installation's secrets: made by chance on the first start, kept in a file that only its owner may read."""

import base64
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
    identity_keys: str
    identity_hash_key: str


def open_keys(path: Path) -> Keys:
    """Read the secrets in `path`, making those that are not there yet, as an earlier version had not all of them."""
    try:
        known = json.loads(path.read_text()) if path.exists() else {}
        keys = Keys(**{**asdict(_made()), **known})
    except (ValueError, TypeError) as error:
        raise LaunchError(f"{path} does not hold secrets: put them back, or remove it to make new ones.") from error
    if asdict(keys) != known:
        _write(path, keys)
    return keys


def _made() -> Keys:
    return Keys(_secret(), _secret(), _secret(), f"1:{_key()}", _key())


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _secret() -> str:
    # The letter in front keeps a settings reader that guesses at types from taking a secret of digits for a number.
    return "k" + secrets.token_urlsafe(32)


def _write(path: Path, keys: Keys) -> None:
    half_done = path.with_suffix(".new")
    half_done.unlink(missing_ok=True)
    with open(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(keys), file)
    half_done.rename(path)
