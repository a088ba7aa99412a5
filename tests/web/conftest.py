"""A small application made of the web room alone, with views of the tests' own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, request
from flask_login import LoginManager, UserMixin
from jinja2 import ChoiceLoader, DictLoader

from app import web
from app.web.access import public, signed_in
from tests.fixtures.served import served

ROOT = Path(__file__).resolve().parents[2]


class Colleague(UserMixin):
    """Somebody at the desk, whose roles the cookie `roles` names."""

    name = "Kari Nordmann"

    def __init__(self, roles: str) -> None:
        self.id = roles
        self.roles = roles.split(".")

    def has_role(self, name: str) -> bool:
        return name in self.roles


def _who_asks(_: object) -> Colleague | None:
    roles = request.cookies.get("roles")
    return Colleague(roles) if roles else None


def _accounts() -> Blueprint:
    accounts = Blueprint("accounts", __name__)
    accounts.add_url_rule("/sign-in", "sign_in", public(lambda: "<h1>Sign in</h1>"))
    accounts.add_url_rule("/sign-out", "sign_out", signed_in(lambda: ""), methods=["POST"])
    return accounts


@pytest.fixture
def desk() -> Flask:
    """An application with the web room, a sign-in and no other page."""
    application = Flask("app", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    application.config.update(SECRET_KEY="only for tests", TESTING=True, WTF_CSRF_TIME_LIMIT=None)
    LoginManager(application).request_loader(_who_asks)
    web.install(application)
    application.register_blueprint(_accounts())
    return application


@pytest.fixture
def templates(desk: Flask) -> Callable[[dict[str, str]], None]:
    """Add templates by name and text to those of the product."""

    def add(texts: dict[str, str]) -> None:
        loader = desk.jinja_loader
        assert loader is not None
        desk.jinja_loader = ChoiceLoader([loader, DictLoader(texts)])

    return add


@pytest.fixture
def address(desk: Flask) -> Iterator[str]:
    """Where the application answers over HTTP."""
    with served(desk) as url:
        yield url
