"""Pages of notifications: each selection finds exactly its own, in order, page after page, by its own index."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.db import db
from app.messaging.status import FAILED, Channel, Route, Status
from app.shipments import selection as selections
from app.shipments import table
from app.shipments.selection import EVERYTHING, Block, Selection, after_prefix
from app.web.paging import Window
from tests.shipments import rows
from tests.shipments.rows import Placed

FIRST = Window(is_ascending=True)
SELECTIONS = {
    "everything": EVERYTHING,
    "one status": Selection(frozenset({Status.SMS_DELIVERED})),
    "several statuses": Selection(FAILED),
    "one route": Selection(frozenset({Status.SMS_DELIVERED}), frozenset({Route.SIMULATED})),
    "the uncertain": Selection(is_uncertain=True),
    "an address": Selection(addresses=("+4790000004",)),
    "a beginning": Selection(beginnings=("+47900001",)),
    "two beginnings": Selection(beginnings=("+47900001", "+479000010")),
}


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context."""
    with app.app_context():
        yield


@pytest.fixture
def placed(context: None) -> Placed:
    """A shipment between two others to the same numbers, in several statuses and by both routes."""
    owner = rows.owner()
    statuses = {Status.SMS_DELIVERED: 120, Status.SMS_FAILED: 60, Status.SMS_FAILED_TTL: 60, Status.SMS_ACCEPTED: 10}
    rows.place(owner, statuses)
    made = rows.place(owner, statuses)
    rows.place(owner, statuses)
    rows.move(made.ids[:70], Status.SMS_DELIVERED, route=Route.SIMULATED)
    rows.move(made.ids[-4:], Status.SMS_SENDING, uncertain=True)
    db.session.commit()
    return made


def belongs(selection: Selection, line: table.Line) -> bool:
    """Whether a row is meant by a selection, said the long way."""
    if selection.statuses:
        return line.status in selection.statuses and line.route in selection.routes
    if selection.is_uncertain:
        return line.is_uncertain
    if selection.addresses:
        return line.address in selection.addresses
    return not selection.beginnings or line.address.startswith(selection.beginnings)


def walk(block: Block, selection: Selection, window: Window) -> list[list[int]]:
    """The ids of each page from a window on, to the end of the table."""
    page = table.page_of(block, selection, window)
    found = [[line.id for line in page.rows]]
    while page.newer_key is not None:
        page = table.page_of(block, selection, Window(after=page.newer_key, is_ascending=True))
        found.append([line.id for line in page.rows])
    return found


@pytest.mark.parametrize("name", SELECTIONS)
@pytest.mark.parametrize("small", [0, 20_000], ids=["large", "small"])
def test_the_pages_of_a_selection_hold_its_rows_once_each_in_order(
    placed: Placed, name: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "SMALL", small)
    lines = table.lines_of(placed.ids)
    expected = [line.id for line in lines if belongs(SELECTIONS[name], line)]

    pages = walk(placed.block, SELECTIONS[name], FIRST)

    assert [one for page in pages for one in page] == expected
    assert expected
    assert all(len(page) == 50 for page in pages[:-1])


@pytest.mark.parametrize("name", ["everything", "several statuses", "one route"])
def test_going_back_shows_the_page_one_came_from(placed: Placed, name: str) -> None:
    pages = walk(placed.block, SELECTIONS[name], FIRST)

    for before, after in pairwise(pages):
        back = table.page_of(placed.block, SELECTIONS[name], Window(before=after[0], is_ascending=True))
        assert [line.id for line in back.rows] == before


@pytest.mark.parametrize("name", SELECTIONS)
def test_a_shipment_without_notifications_has_an_empty_page(placed: Placed, name: str) -> None:
    page = table.page_of(Block(placed.shipment_id + 100, None, None), SELECTIONS[name], FIRST)

    assert (list(page.rows), page.newer_key, page.older_key) == ([], None, None)


@pytest.mark.parametrize("name", SELECTIONS)
@pytest.mark.parametrize("window", [FIRST, Window(after=400, is_ascending=True), Window(before=400, is_ascending=True)])
def test_a_page_is_one_question_without_offset_or_count(placed: Placed, name: str, window: Window) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    table.page_of(placed.block, SELECTIONS[name], window)

    (statement,) = asked
    assert "offset" not in statement.lower()
    assert "count(" not in statement.lower()


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("everything", "pk_notification_state"),
        ("one status", "ix_notification_state_shipment_id_status_route_id"),
        ("several statuses", "ix_notification_state_shipment_id_status_route_id"),
        ("the uncertain", "ix_notification_state_uncertain"),
        ("an address", "ix_notification_address"),
        ("a beginning", "ix_notification_address"),
    ],
)
def test_a_page_walks_the_index_that_was_made_for_it(
    placed: Placed, name: str, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selections, "SMALL", 0)
    db.session.execute(text("analyze"))
    db.session.execute(text("set local enable_seqscan = off"))

    plan = _plan(lambda: table.page_of(placed.block, SELECTIONS[name], FIRST))

    assert index in plan
    assert "Seq Scan" not in plan


def _plan(ask: Callable[[], object]) -> str:
    """How the database would answer what `ask` asks."""
    asked: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    ask()
    statement, values = asked[-1]
    driver = db.session.connection().connection.driver_connection
    assert driver is not None
    return "\n".join(row[0] for row in driver.execute(f"explain {statement}", values))


def test_all_stretches_together_are_all_rows(placed: Placed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "STRETCH", 7)

    found = [line.id for lines in table.stretches(placed.block, SELECTIONS["several statuses"]) for line in lines]

    assert found == list(placed.ids[120:240])


def test_e_mail_addresses_are_found_by_whole_and_beginning(context: None) -> None:
    placed = rows.place(rows.owner(), {Status.EMAIL_DELIVERED: 30}, channel=Channel.EMAIL)

    whole = table.page_of(placed.block, Selection(addresses=("person7@example.com",)), FIRST)
    beginning = table.page_of(placed.block, Selection(beginnings=("person2",)), FIRST)

    assert [line.id for line in whole.rows] == [placed.ids[6]]
    assert len(beginning.rows) == 11


@pytest.mark.parametrize(
    ("prefix", "after"),
    [("abc", "abd"), ("+479", "+47:"), ("a\U0010ffff", "b"), ("a\ud7ff", "a\ue000"), ("\U0010ffff", "\U0010ffff" * 2)],
)
def test_the_text_after_all_with_a_prefix_is_the_next_one(prefix: str, after: str) -> None:
    assert after_prefix(prefix) == after
    assert prefix < after
