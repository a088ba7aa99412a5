"""The administrators' front page: sections that rooms add, each with what waits or why nothing does."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask

from app.web import front
from app.web.front import Notice
from tests.fixtures.desk import Somebody, Visitor


@pytest.fixture
def sections() -> Iterator[None]:
    """Two sections of a room that only this test knows."""
    before = dict(front._sources)
    waiting = [Notice("Kari asks for a number", "/allow-list", date(2026, 11, 2), "waiting", "warning")]
    front.add("test-b", "Requests", "Nobody asks.", ["administrator"], 902, lambda: waiting)
    front.add("test-a", "Registrations", "No registration ends soon.", ["administrator"], 901, list)
    front.add("test-c", "For support", "Nothing failed.", ["support"], 900, lambda: waiting)
    yield
    front._sources.clear()
    front._sources.update(before)


@pytest.fixture
def desk(app: Flask, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """The administrator's browser."""
    return visitor().sign_in(somebody("astrid", administrator=True))


def test_an_administrator_begins_at_the_front_page(desk: Visitor) -> None:
    assert desk.get("/").location == "/front"


def test_it_lists_what_waits_and_says_where_nothing_does(desk: Visitor, sections: None) -> None:
    page = desk.get("/front").text

    assert "2 Nov 2026" in page
    assert '<a class="ds-link" href="/allow-list">Kari asks for a number</a>' in page
    assert "No registration ends soon." in page
    assert "Nobody asks." not in page


def test_sections_stand_in_their_order_and_only_those_of_the_role(desk: Visitor, sections: None) -> None:
    page = desk.get("/front").text

    assert page.index("Registrations") < page.index("Requests")
    assert "For support" not in page


def test_it_is_the_administrators_alone(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> None:
    assert visitor().sign_in(somebody("stine", support=True)).get("/front").status_code == 403
