"""The installation's secrets: made once, read again, and completed where an earlier version had fewer."""

import json
from dataclasses import asdict
from pathlib import Path

from app.contacts.sealing import Sealer
from app.launch.keys import open_keys


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"

    made, read = open_keys(path), open_keys(path)

    assert made == read
    assert path.stat().st_mode & 0o777 == 0o600
    assert Sealer(made.identity_keys, made.identity_hash_key, "").seal(b"a number")[0] == 1


def test_secrets_of_an_earlier_version_stay_and_the_missing_ones_are_made(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    before = {"secret_key": "k" * 40, "link_password": "kept", "link_report_password": "kept too"}
    path.write_text(json.dumps(before))

    completed = open_keys(path)

    assert before.items() <= asdict(completed).items()
    assert open_keys(path) == completed
