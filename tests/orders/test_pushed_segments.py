"""While a text is typed it is told how many rows' values push its SMS to another segment."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.orders import pushing, queries
from app.orders.pushing import Pushed
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, Drafted, draft_of, sms

SHORT = "".join(f"+474100000{n};Kari\n" for n in range(1, 8))
FILE = f"mobil;navn\n{SHORT}+4741000008;{'x' * 200}\n+4741000009;{'x' * 400}\n+4741000009;{'y' * 400}\n"
TEXT = "Hei ((navn)), husk fristen."


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def told(desk: Desk, text: str, *files: str) -> Pushed | None:
    """What is told of a text for these files."""
    draft = draft_of(desk, sms(), "", *(files or (FILE,)))
    return pushing.by_values(text, queries.intakes(draft.id))


def test_rows_that_take_more_segments_than_most_are_counted_and_duplicates_are_not(inside: None, desk: Desk) -> None:
    assert told(desk, TEXT) == Pushed(rows=2, most=3, usual=1, looked_at=9, is_all=True)


@pytest.mark.parametrize("text", ["Husk fristen.", "Hei $recipientName$.", "Hei ((fornavn))."])
def test_where_no_value_makes_a_difference_nothing_is_told(inside: None, desk: Desk, text: str) -> None:
    assert told(desk, text) is None


def test_defaults_and_switched_words_are_filled_too(inside: None, desk: Desk) -> None:
    rows = "".join(f"+474100000{n};Kari;nei\n" for n in range(1, 6))
    long, file = "y" * 170, f"mobil;navn;purring\n{rows}+4741000008;;nei\n+4741000009;Ola;ja\n"

    assert told(desk, f"Hei ((navn|{long}))", file) == Pushed(1, 2, 1, 7, is_all=True)
    assert told(desk, f"Hei ((purring??{long}))", file) == Pushed(1, 2, 1, 7, is_all=True)


def test_of_many_rows_the_first_are_looked_at(inside: None, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "LOOKED_AT", 8)

    assert told(desk, TEXT) == Pushed(rows=1, most=2, usual=1, looked_at=8, is_all=False)


def test_a_text_without_end_is_filled_with_few_rows(inside: None, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "MOST_CHARACTERS", 8 * len("Hei Kari, husk fristen."))

    assert told(desk, TEXT) == Pushed(1, 2, 1, 8, is_all=False)


def test_the_page_tells_it_while_one_types(app: Flask, desk: Desk, sender: Visitor) -> None:
    with app.app_context():
        draft = Drafted(draft_of(desk, sms(), "", FILE).id, 1)
    typed = {"sms_text": TEXT, "order_id": str(draft.id)}

    page = sender.post("/orders/measure", typed, page=f"/orders/{draft.id}/edit").text

    said = "The values of 2 rows push their SMS to another segment: they take up to 3, where most take 1."
    assert said in " ".join(page.split())
