"""A sender, a colleague of another service owner, support and an administrator, and orders for them to follow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import event

from app.db import db
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.served import window_of
from tests.shipments import rows
from tests.shipments.rows import Placed


@dataclass(frozen=True)
class Desk:
    """Who sits at the desk of these tests, and for whom."""

    ours: int
    theirs: int
    siri: Somebody
    """Sends for our service owner."""
    olav: Somebody
    """Sends for the other one."""


@pytest.fixture
def desk(service_owner: Callable[..., int], somebody: Callable[..., Somebody]) -> Desk:
    """Two service owners with a sender each."""
    ours, theirs = service_owner("ttd"), service_owner("skd")
    return Desk(ours, theirs, somebody("siri", sends_for=[ours]), somebody("olav", sends_for=[theirs]))


@pytest.fixture
def place(app: Flask, desk: Desk) -> Callable[..., Placed]:
    """Places an order of our service owner, with notifications as `rows.place` says."""

    def make(*statuses: Any, owner: int | None = None, **others: Any) -> Placed:
        with app.app_context():
            placed = rows.place(owner or desk.ours, *statuses, **others)
            db.session.commit()
            return placed

    return make


@pytest.fixture
def change(app: Flask) -> Callable[..., None]:
    """Does a deed of `rows` and commits it: `change(rows.move, ids, status)`."""

    def do(deed: Callable[..., None], *args: Any, **others: Any) -> None:
        with app.app_context():
            deed(*args, **others)
            db.session.commit()

    return do


@pytest.fixture
def sender(desk: Desk, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that our sender has signed in with."""
    return visitor().sign_in(desk.siri)


@pytest.fixture
def other_sender(desk: Desk, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that the other service owner's sender has signed in with."""
    return visitor().sign_in(desk.olav)


@pytest.fixture
def support(desk: Desk, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that somebody from the support desk has signed in with."""
    return visitor().sign_in(somebody("sam", support=True))


@pytest.fixture
def administrator(desk: Desk, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that an administrator has signed in with."""
    return visitor().sign_in(somebody("anne", administrator=True))


@pytest.fixture
def signed_in(app: Flask, desk: Desk, page: Page, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A window of Chromium in which our sender has signed in; live parts ask five times a second."""
    app.config["POLL_INTERVAL_S"] = 0.2
    monkeypatch.setattr("app.web.live.REST_PER_WORK", 0.0)
    with window_of(desk.siri, app, page) as window:
        yield window


@pytest.fixture
def statements(app: Flask) -> Callable[[], Any]:
    """Gives a context manager that lists what is asked of the database within it."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
            asked.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        yield asked
        event.remove(engine, "before_cursor_execute", note)

    return listen
