"""Static files by content: their addresses change with them, so browsers may keep them for a year."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

FOREVER = "public, max-age=31536000, immutable"
VENDOR = "vendor/"
"""Vendored files have their version in the path and need no other."""


def integrity(filename: str) -> str:
    """Give the subresource-integrity value of a vendored file; KeyError where the manifest does not name it."""
    return f"sha384-{_manifest(Path(str(current_app.static_folder)))[filename.removeprefix(VENDOR)]}"


def install(app: Flask) -> None:
    """Put a hash into the addresses of static files, and let what carries one be kept."""
    app.add_template_global(integrity)
    app.url_defaults(_add_version)
    app.after_request(_keep)


@lru_cache(maxsize=4)
def _manifest(folder: Path) -> dict[str, str]:
    packages = json.loads((folder / "vendor" / "MANIFEST.json").read_text())
    return {path: sha384 for package in packages for path, sha384 in package["files"].items()}


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    filename = str(values.get("filename", ""))
    if endpoint == "static" and filename and not filename.startswith(VENDOR):
        values["v"] = _version(filename)


def _version(filename: str) -> str:
    path = Path(str(current_app.static_folder)) / filename
    return _digest(path, path.stat().st_mtime_ns) if path.is_file() else "none"


@lru_cache(maxsize=256)
def _digest(path: Path, changed_ns: int) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()


def _keep(response: Response) -> Response:
    if request.endpoint != "static" or response.status_code not in (200, 304):
        return response
    filename = str((request.view_args or {}).get("filename", ""))
    if filename.startswith(VENDOR) or request.args.get("v") == _version(filename):
        response.headers["Cache-Control"] = FOREVER
    return response
