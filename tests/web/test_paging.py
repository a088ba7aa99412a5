"""Tables page by key: every row is seen once, in order, whichever way one walks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Row, create_engine, func, select
from sqlalchemy.pool import NullPool
from werkzeug.exceptions import NotFound

from app.web.access import public
from app.web.paging import PAGE_SIZE, Page, Window, page_args, url_with
from tests.fixtures.servers import Servers


@dataclass
class Table:
    """Rows with the keys 1 to `size`, asked for page by page."""

    connection: Connection
    size: int

    def page(self, window: Window) -> Page[Row[Any]]:
        rows = func.generate_series(1, self.size).table_valued("id").render_derived()
        statement = window.narrow(select(rows.c.id), rows.c.id)
        return window.page(self.connection.execute(statement).all(), key=lambda row: int(row.id))

    def keys(self, window: Window) -> list[int]:
        return [row.id for row in self.page(window).rows]


@pytest.fixture
def connection(servers: Servers) -> Iterator[Connection]:
    engine = create_engine(servers.database_url, poolclass=NullPool)
    with engine.connect() as opened:
        yield opened


@pytest.mark.parametrize("size", [0, 1, 49, 50])
def test_one_page_has_no_neighbours(connection: Connection, size: int) -> None:
    page = Table(connection, size).page(Window())

    assert len(page.rows) == size
    assert (page.newer_key, page.older_key) == (None, None)


def test_the_newest_come_first(connection: Connection) -> None:
    assert Table(connection, 120).keys(Window()) == list(range(120, 70, -1))


def test_walking_to_the_oldest_sees_every_row_once(connection: Connection) -> None:
    table, seen, window = Table(connection, 120), [], Window()

    while True:
        page = table.page(window)
        seen += [row.id for row in page.rows]
        if page.older_key is None:
            break
        window = Window(before=page.older_key)

    assert seen == list(range(120, 0, -1))


def test_walking_back_shows_the_same_pages(connection: Connection) -> None:
    table = Table(connection, 120)
    last = table.page(Window(before=21))

    middle = table.page(Window(after=last.newer_key))

    assert [row.id for row in middle.rows] == list(range(70, 20, -1))
    assert (middle.newer_key, middle.older_key) == (70, 21)


def test_a_table_may_begin_with_its_smallest_keys(connection: Connection) -> None:
    table = Table(connection, 120)

    first = table.page(Window(is_ascending=True))
    second = table.page(Window(after=first.newer_key, is_ascending=True))
    first_again = table.page(Window(before=second.older_key, is_ascending=True))

    assert [row.id for row in first.rows] == list(range(1, 51))
    assert [row.id for row in second.rows] == list(range(51, 101))
    assert first_again == first


def test_a_page_holds_fifty_rows(connection: Connection) -> None:
    assert PAGE_SIZE == 50
    assert len(Table(connection, 500).keys(Window(after=100))) == 50


@pytest.mark.parametrize(
    ("query", "window"),
    [
        ("", Window()),
        ("before=7", Window(before=7)),
        ("after=0", Window(after=0)),
        ("after=9223372036854775807", Window(after=2**63 - 1)),
    ],
)
def test_the_page_is_named_in_the_query(desk: Flask, query: str, window: Window) -> None:
    with desk.test_request_context(f"/?{query}"):
        assert page_args() == window


@pytest.mark.parametrize(
    "query",
    [
        "before=",
        "before=-1",
        "before=1.5",
        "after=x",
        "after=٣",
        "after=9223372036854775808",
        "before=1&after=2",
        "after=1%0A",
    ],
)
def test_an_unknown_page_is_not_found(desk: Flask, query: str) -> None:
    with desk.test_request_context(f"/?{query}"), pytest.raises(NotFound):
        page_args()


def test_a_filter_keeps_the_others_and_begins_at_the_first_page(desk: Flask) -> None:
    with desk.test_request_context("/sign-in?status=failed&channel=sms&before=9"):
        assert url_with(status="new") == "/sign-in?status=new&channel=sms"
        assert url_with(status=None) == "/sign-in?channel=sms"
        assert url_with(after=4) == "/sign-in?status=failed&channel=sms&after=4"


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_anchor=x", "_scheme=ftp", "_external=1", "_method=POST", "next=1&endpoint=a&endpoint=b"]
)
def test_nobody_steers_the_address_by_names_in_the_query(desk: Flask, query: str) -> None:
    with desk.test_request_context(f"/sign-in?status=failed&{query}"):
        assert url_with(next=None) == "/sign-in?status=failed"


def test_a_query_does_not_lead_to_another_page_of_the_same_kind(desk: Flask) -> None:
    desk.add_url_rule("/orders/<int:order_id>", "order", public(lambda order_id: ""))

    with desk.test_request_context("/orders/5?order_id=six&status=failed"):
        assert url_with() == "/orders/5?status=failed"
