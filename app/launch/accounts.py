"""Who runs the embedded database: ourselves, or `nobody` where we are root, since PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """The numbers of an operating system's user and group."""

    uid: int
    gid: int


_NOBODY = Account(65534, 65534)


def server_account() -> Account | None:
    """Tell whom the database runs as; `None` means as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return _NOBODY
    return Account(nobody.pw_uid, nobody.pw_gid)


def can_enter(account: Account, folder: Path) -> bool:
    """Whether `account` reaches `folder` through all its parents, tried rather than read from the mode bits."""
    tried = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return tried.returncode == 0


def own(path: Path, account: Account | None) -> None:
    """Give `path` to `account`, where there is another account than ours."""
    if account:
        os.chown(path, account.uid, account.gid)
