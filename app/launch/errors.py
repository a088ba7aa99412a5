"""What keeps Varsel from starting or running, in one sentence for whoever started it."""

import errno
from pathlib import Path


class LaunchError(Exception):
    """Something that the person who starts Varsel can mend; the text is the whole message."""


_OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)


def disk_full(folder: Path) -> LaunchError:
    """Say that the disk under `folder` has no room left."""
    return LaunchError(f"The disk that holds {folder} is full: make room there, or choose another folder with --data.")


def from_os_error(error: OSError, folder: Path) -> LaunchError:
    """Put an operating system's refusal to use `folder` into a sentence."""
    if error.errno in _OUT_OF_SPACE:
        return disk_full(folder)
    return LaunchError(f"{error.filename or folder} cannot be used: {error.strerror or error}.")
