"""Results as CSV: what a spreadsheet opens can calculate nothing, and nothing is lost on the way."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.web.access import public
from app.web.download import csv_download, neutral

DANGEROUS = (
    "=+-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def _download(desk: Flask, rows: list[list[object]]) -> str:
    with desk.test_request_context():
        return csv_download("results.csv", ["a"], iter(rows)).get_data(as_text=True)


@pytest.mark.parametrize("first", DANGEROUS)
def test_a_text_that_begins_like_a_formula_is_neutralised(first: str) -> None:
    assert neutral(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("text", ["  =1+1", "\n=1+1", "\u00a0@SUM(A1)"])
def test_blanks_before_it_do_not_hide_a_formula(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["+4791234567", "Kari", "", "1=1", 7, -7, Decimal("-1.50"), None])
def test_phone_numbers_numbers_and_harmless_texts_stay_as_they_are(cell: object) -> None:
    assert neutral(cell) is cell


@pytest.mark.parametrize(
    "text", ["+47 912 34 567", "+4791234567+1", "+1", "+0791234567", "+4791234567\n", "+٤٧٩١٢٣٤٥٦٧"]
)
def test_what_only_resembles_a_phone_number_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"


@given(st.text())
def test_no_text_begins_with_a_formula_character(text: str) -> None:
    written = str(neutral(text))

    starts = written.lstrip().startswith(tuple("=+-@")) or written.startswith(("\t", "\r"))
    assert not starts or (written == text and written[1:].isdigit())
    assert written in (text, f"'{text}")


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1), max_size=5
    )
)
def test_every_cell_comes_back_whole(rows: list[list[str]]) -> None:
    desk = Flask("app")

    read = _read(_download(desk, [list(row) for row in rows]))

    assert read == [["a"], *[[str(neutral(cell)) for cell in row] for row in rows]]


def test_norwegian_excel_opens_it_by_a_double_click(desk: Flask) -> None:
    with desk.test_request_context():
        answer = csv_download("results.csv", ["name", "status"], [["Åse", "SMS_Delivered"]])

    assert answer.get_data() == b'\xef\xbb\xbf"name";"status"\r\n"\xc3\x85se";"SMS_Delivered"\r\n'
    assert answer.headers["Content-Disposition"] == "attachment; filename=results-test.csv"
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_rows_are_read_only_as_fast_as_they_are_sent(desk: Flask) -> None:
    read = 0

    def rows() -> Iterator[list[object]]:
        nonlocal read
        for number in range(100_000):
            read = number
            yield ["x" * 100, number]

    desk.add_url_rule("/results", "results", public(lambda: csv_download("results.csv", ["text", "number"], rows())))
    answer = desk.test_client().get("/results", buffered=False)
    next(iter(answer.response))

    assert read < 1000
    answer.close()
