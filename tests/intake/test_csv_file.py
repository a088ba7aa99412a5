"""CSV files are read as Norwegian Excel, and everybody else, writes them."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.files import open_table
from app.intake.refusals import MAX_ROW_SIZE, FileRefused
from app.intake.table import Row, Table

TEXT = "mobil;fornavn;beløp\r\n91234567;Kåre Ærlig;1 234,50 €\r\n+47 412 34 567;Ola;0\r\n"


def table(content: bytes | str, name: str = "recipients.csv") -> Table:
    return open_table(io.BytesIO(content.encode() if isinstance(content, str) else content), name)


def code(content: bytes | str, name: str = "recipients.csv") -> str:
    with pytest.raises(FileRefused) as refused:
        list(table(content, name).rows())
    assert refused.value.words
    return refused.value.code


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_encoding_of_excel_is_recognised(codec: str) -> None:
    read = table(TEXT.encode(codec))

    assert read.columns == ("mobil", "fornavn", "beløp")
    assert list(read.rows()) == [
        Row(2, ("91234567", "Kåre Ærlig", "1 234,50 €")),
        Row(3, ("+47 412 34 567", "Ola", "0")),
    ]


def test_a_letter_that_comes_late_still_decides_the_encoding() -> None:
    rows = "phone,name\n" + "91234567,Kari\n" * 50_000 + "91234567,Kåre\n"

    assert list(table(rows.encode("cp1252")).rows())[-1].values[1] == "Kåre"
    assert list(table(rows.encode("utf-8")).rows())[-1].values[1] == "Kåre"


def test_utf8_that_breaks_is_not_read_as_something_else() -> None:
    assert code("phone,name\n91234567,Kåre\n".encode() + b"91234567,K\xe5re\n") == "encoding"


def test_what_no_encoding_knows_is_refused() -> None:
    assert code(b"phone,name\n91234567,\x81\xe5\n") == "encoding"
    assert code("phone,name\n91234567,Kari\n".encode("utf-16")[:-1]) == "encoding"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_recognised(separator: str, line_end: str) -> None:
    lines = [["phone", "first name", "note"], ["91234567", "Kari", "a"], ["41234567", "Ola", "b"]]

    read = table(line_end.join(separator.join(line) for line in lines))

    assert read.columns == ("phone", "first name", "note")
    assert [row.values for row in read.rows()] == [("91234567", "Kari", "a"), ("41234567", "Ola", "b")]


def test_separators_within_quotes_and_in_decimals_do_not_count() -> None:
    read = table('phone;name;sum\n91234567;"Nordmann, Kari; Ås";1,5\n41234567;"He said ""hei""";2,5\n')

    assert [row.values for row in read.rows()] == [
        ("91234567", "Nordmann, Kari; Ås", "1,5"),
        ("41234567", 'He said "hei"', "2,5"),
    ]


def test_excels_own_separator_line_is_obeyed_and_no_row() -> None:
    read = table("sep=|\r\nphone|name\r\n91234567|a;b;c\r\n")

    assert read.columns == ("phone", "name")
    assert list(read.rows()) == [Row(2, ("91234567", "a;b;c"))]


def test_rows_bear_the_spreadsheets_numbers_over_blank_rows_and_cells_of_several_lines() -> None:
    read = table('\nphone;text\n\n91234567;"two\nlines"\n;;\n \n41234567;x\n')

    assert list(read.rows()) == [Row(4, ("91234567", "two\nlines")), Row(7, ("41234567", "x"))]


def test_a_file_of_numbers_alone_needs_no_heading() -> None:
    read = table("91234567\n+47 412 34 567\n")

    assert read.columns == ("phone number",)
    assert read.recipient_column("sms") == 0
    assert [row.row_no for row in read.rows()] == [1, 2]


def test_columns_without_a_heading_are_called_by_what_they_hold() -> None:
    read = table("Kari;91234567;kari@example.no\nOla;41234567;ola@example.no\n")

    assert read.columns == ("column 1", "phone number", "email address")
    assert (read.recipient_column("sms"), read.recipient_column("email")) == (1, 2)


def test_a_number_beside_a_phone_without_a_heading_is_no_phone() -> None:
    read = table("Kari;974760673;2026-11-23;91234567\nOla;974760673;2026-11-23;22222222\n")

    assert read.columns == ("column 1", "column 2", "column 3", "phone number")


def test_a_first_number_that_is_no_mobile_or_broken_by_excel_is_still_no_heading() -> None:
    assert table("22222222\n91234567\n").columns == ("phone number",)
    assert table("4.79E+10;Kari\n91234567;Ola\n").columns == ("phone number", "column 2")


def test_a_heading_may_hold_dates_and_numbers() -> None:
    assert table("phone;2026-11-23;12345678\n91234567;a;b\n").columns == ("phone", "2026-11-23", "12345678")


def test_columns_without_a_name_at_the_end_are_no_columns_and_others_get_a_number() -> None:
    assert table("phone;; name ;;\n91234567;a;b;;\n").columns == ("phone", "column 2", "name")


def test_a_short_row_is_filled_up_and_one_with_more_cells_is_refused_alone() -> None:
    read = table("phone;name\n91234567\n41234567;Ola;\n90000000;Per;hei\n")

    assert list(read.rows()) == [
        Row(2, ("91234567", "")),
        Row(3, ("41234567", "Ola")),
        Row(4, ("90000000", "Per"), "too_many_values"),
    ]


def test_a_cell_beyond_2000_characters_refuses_its_row_alone() -> None:
    read = table(f"phone;text\n91234567;{'a' * 2_000}\n41234567;{'a' * 2_001}\n")

    assert [row.refusal for row in read.rows()] == [None, "value_too_long"]


def test_the_rows_can_be_read_again_and_the_position_reaches_the_size() -> None:
    read = table(TEXT)

    first, second = list(read.rows()), list(read.rows())

    assert first == second
    assert read.position == read.size == len(TEXT.encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" ; ;\n", "empty"),
        (b"phone;name\r\n", "header_only"),
        (b"phone\n\n;;\n", "header_only"),
        (b"phone;na\0me\n91234567;x\n", "nul"),
        (b"phone;name\n" + b"91234567;Kari\n" * 30_000 + b"9123\x004567;x\n", "nul"),
        (";".join(f"c{n}" for n in range(101)).encode() + b"\n1\n", "too_many_columns"),
        (b'phone;name\n91234567;"' + b"Kari\n91234567;" * 20_000, "row_too_large"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert code(content) == reason


def test_a_hundred_columns_are_read() -> None:
    assert len(table(";".join(f"c{n}" for n in range(100)) + "\n1\n").columns) == 100


def test_a_row_beyond_a_megabyte_is_refused_by_its_number_before_it_is_read() -> None:
    content = io.BytesIO(b"phone;text\n91234567;x\n41234567;" + b"a" * 10_000_000 + b"\n")

    tracemalloc.start()
    with pytest.raises(FileRefused) as refused:
        list(open_table(content, "r.csv").rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert refused.value.code == "row_too_large"
    assert "Row 3 " in refused.value.words
    assert content.tell() < 3_000_000
    assert peak < 12 * MAX_ROW_SIZE


def test_a_row_of_many_short_quoted_lines_cannot_grow_without_end() -> None:
    assert code(b"phone;x\n91234567;x\n" + b'"a\n";' * 1_000_000) == "row_too_large"


@pytest.mark.parametrize(("rows", "refused"), [(1_000_000, False), (1_000_001, True)])
def test_a_million_rows_are_read_and_one_more_is_refused_in_little_memory(rows: int, refused: bool) -> None:
    content = io.BytesIO(b"phone\n" + b"91234567\n" * rows)
    read = open_table(content, "r.csv")

    outcome = read_to_the_end(read)

    assert outcome == ("too_many_rows" if refused else 1_000_001)


def read_to_the_end(read: Table) -> int | str:
    last = 0
    try:
        for row in read.rows():
            last = row.row_no
    except FileRefused as refusal:
        return refusal.code
    return last


def test_reading_many_rows_holds_few_of_them() -> None:
    read = table("phone;name\n" + "91234567;Kari Nordmann\n" * 100_000)

    tracemalloc.start()
    count = sum(1 for _ in read.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 100_000
    assert peak < 5_000_000


def test_a_heap_of_blank_rows_ends_where_a_spreadsheet_would() -> None:
    assert code(b"phone\n91234567\n" + b"\n" * 1_100_000) == "too_many_rows"


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(";,\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[list[str]], separator: str, line_end: str, codec: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([["phone", "a", "b"], *(["x" + row[0], *row[1:]] for row in rows)])

    read = table(written.getvalue().encode(codec))

    assert [list(row.values) for row in read.rows()] == [["x" + row[0], *row[1:]] for row in rows]


@given(st.binary(max_size=300) | st.text(';,"\n\r 19a\t', max_size=200).map(str.encode))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    try:
        rows = list(table(content).rows())
    except FileRefused:
        return

    assert rows
