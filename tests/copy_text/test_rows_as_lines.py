"""What is copied as text arrives as it was, whatever it holds."""

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.copy_text import NULL, array, binary, copy, escaped
from app.db import db, driver_cursor

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
AWKWARD = [
    "",
    "NULL",
    "\\N",
    "\\.",
    'a"b',
    "a\\b",
    "a,b",
    "{}",
    " x ",
    "a\tb\nc\rd",
    "\x0b\x1f\x7f",
    "1\u00a0234",
    "ø€😀",
]


@pytest.fixture
def table(app: Flask) -> Iterator[None]:
    with app.app_context():
        driver_cursor().execute("create temporary table copied (no int, words text, many text[], raw bytea)")
        yield
        db.session.rollback()


def back_and_forth(rows: list[tuple[str, list[str], bytes | None]]) -> list[tuple[str, list[str], bytes | None]]:
    lines = (f"{no}\t{escaped(one)}\t{array(many)}\t{binary(raw)}\n" for no, (one, many, raw) in enumerate(rows))
    cursor = driver_cursor()
    cursor.execute("truncate copied")

    copy(cursor, "copy copied (no, words, many, raw) from stdin", lines)

    return cursor.execute("select words, many, raw from copied order by no").fetchall()


@pytest.mark.usefixtures("table")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(TEXTS, st.lists(TEXTS, max_size=5), st.none() | st.binary(max_size=20)), max_size=5))
def test_any_text_array_and_bytes_arrive_as_they_were(rows: list[tuple[str, list[str], bytes | None]]) -> None:
    assert back_and_forth(rows) == rows


@pytest.mark.usefixtures("table")
def test_what_looks_like_a_mark_of_copy_arrives_as_text() -> None:
    rows: list[tuple[str, list[str], bytes | None]] = [(one, [one, "", one], one.encode()) for one in AWKWARD]

    assert back_and_forth(rows) == rows


@pytest.mark.usefixtures("table")
def test_more_lines_than_go_at_once_all_arrive() -> None:
    rows: list[tuple[str, list[str], bytes | None]] = [(str(no), [], None) for no in range(1_201)]

    assert back_and_forth(rows) == rows


@pytest.mark.usefixtures("table")
def test_null_is_no_text() -> None:
    cursor = driver_cursor()

    copy(cursor, "copy copied (no, words) from stdin", [f"1\t{NULL}\n"])

    assert cursor.execute("select words is null from copied").fetchone() == (True,)
