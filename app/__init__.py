"""Varsel: notifications by SMS and e-mail for Norwegian public bodies. `create_app` alone knows all rooms."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from app import config, settings

ROOT = Path(__file__).resolve().parent.parent


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from `app.config`, `VARSEL_*` variables and `overrides`, in that order.

    Raises `settings.WrongSetting` where the database, Valkey or the secret key is not named, or a setting is of no use.
    """
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.from_object(config)
    app.config.update(settings.from_environment(os.environ))
    app.config.update(overrides or {})
    settings.require(app.config)
    _open_database(app)
    _open_rooms(app)
    return app


def _open_database(app: Flask) -> None:
    from app import db

    app.config["SQLALCHEMY_DATABASE_URI"] = db.dialect_url(app.config["DATABASE_URL"])
    # What a failing statement was given is personal data, and an exception's words end in logs.
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True, "hide_parameters": True})
    db.db.init_app(app)


def _open_rooms(app: Flask) -> None:
    from app import (
        accounts,
        allow_list,
        audit,
        contacts,
        country_rules,
        dispatch,
        gateway_desk,
        insight,
        orders,
        prices,
        sender_ids,
        support,
        system_email,
        texts,
        web,
    )

    desk = (web, audit, accounts, system_email, prices, country_rules, allow_list, contacts, sender_ids, gateway_desk)
    for room in (*desk, texts, orders, dispatch, support, insight):
        room.install(app)
