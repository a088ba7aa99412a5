"""Varsel: notifications by SMS and e-mail for Norwegian public bodies. `create_app` alone knows all rooms."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


class MissingSetting(Exception):
    """A setting without which the application cannot start, named in words."""


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from `app.config`, `VARSEL_*` variables and `overrides`, in that order.

    Raises `MissingSetting` where the database, Valkey or the secret key is not named.
    """
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_object("app.config")
    app.config.from_prefixed_env("VARSEL")
    app.config.update(overrides or {})
    _require(app, "DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    _open_database(app)
    _open_rooms(app)
    return app


def _require(app: Flask, *names: str) -> None:
    for name in names:
        if not app.config[name]:
            raise MissingSetting(f"Set VARSEL_{name}; `varsel up` does so by itself, the parts run apart do not.")


def _open_database(app: Flask) -> None:
    from app import db

    app.config["SQLALCHEMY_DATABASE_URI"] = db.dialect_url(app.config["DATABASE_URL"])
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True})
    db.db.init_app(app)


def _open_rooms(app: Flask) -> None:
    from app import accounts, audit, dispatch, orders, prices, web

    for room in (web, audit, accounts, prices, orders, dispatch):
        room.install(app)
