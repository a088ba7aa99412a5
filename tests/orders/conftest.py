"""Somebody who sends for a service owner, and orders to send."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.orders.models import Order
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.served import served as behind_a_port
from tests.fixtures.served import sign_in
from tests.orders.drafting import Desk, Drafted, check_now, draft_of


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context, for tests that call services and jobs themselves."""
    with app.app_context():
        yield


@pytest.fixture
def desk(service_owner: Callable[..., int], somebody: Callable[..., Somebody]) -> Desk:
    """A sender of one service owner, and one of another."""
    ours, theirs = service_owner("ttd"), service_owner("skd")
    return Desk(somebody("siri", sends_for=[ours]), ours, somebody("olav", sends_for=[theirs]), theirs)


@pytest.fixture
def sender(desk: Desk, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that the sender has signed in with."""
    return visitor().sign_in(desk.sender)


@pytest.fixture
def colleague(desk: Desk, visitor: Callable[..., Visitor]) -> Visitor:
    """A browser that the other service owner's sender has signed in with."""
    return visitor().sign_in(desk.colleague)


@pytest.fixture
def make_draft(context: None, desk: Desk) -> Callable[..., Order]:
    """Makes a draft of a content, with pasted recipients and with files that have been read."""
    return lambda *given: draft_of(desk, *given)


@pytest.fixture
def drafted(app: Flask, desk: Desk) -> Callable[..., Drafted]:
    """Makes a draft and checks it, for tests that open pages: those may have no context of their own."""

    def make(*given: Any) -> Drafted:
        with app.app_context():
            draft = check_now(draft_of(desk, *given).id)
            return Drafted(draft.id, draft.revision)

    return make


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application behind a real port; gives its address."""
    with behind_a_port(app) as url:
        yield url


@pytest.fixture
def window(page: Page, served: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A browser window of a person who is not signed in; it is left blank before the server ends."""
    monkeypatch.setattr("app.web.live.REST_PER_WORK", 0.0)
    yield page
    page.goto("about:blank")


@pytest.fixture
def sender_page(window: Page, served: str, desk: Desk) -> Page:
    """A browser window that the sender has signed in with."""
    sign_in(window, served, desk.sender)
    return window
