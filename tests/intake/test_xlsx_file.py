"""Excel workbooks are read as the person sees them, and hostile ones are not."""

import io
import random
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
import xlsxwriter

from app.intake.files import open_table
from app.intake.refusals import FileRefused
from app.intake.table import Row, Table

Fill = Callable[[xlsxwriter.Workbook], None]
MEGABYTE = 1_048_576


def workbook(fill: Fill, **options: object) -> bytes:
    content = io.BytesIO()
    written = xlsxwriter.Workbook(content, {"in_memory": True, **options})
    fill(written)
    written.close()
    return content.getvalue()


def simple(written: xlsxwriter.Workbook) -> None:
    sheet = written.add_worksheet()
    sheet.write_row(0, 0, ["Mobil", "Fornavn"])
    sheet.write_row(1, 0, [4791234567, "Kåre"])
    sheet.write_row(2, 0, ["+47 412 34 567", "Ola"])


def table(content: bytes, name: str = "recipients.xlsx") -> Table:
    return open_table(io.BytesIO(content), name)


def code(content: bytes, name: str = "recipients.xlsx") -> str:
    with pytest.raises(FileRefused) as refused:
        list(table(content, name).rows())
    assert refused.value.words
    return refused.value.code


def changed(content: bytes, parts: dict[str, bytes | None]) -> bytes:
    """Return the archive with some parts replaced, or left out where None."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            part = parts[name] if name in parts else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return result.getvalue()


def sheet_of(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def with_sheet(sheet: bytes) -> bytes:
    return changed(workbook(simple), {"xl/worksheets/sheet1.xml": sheet})


@pytest.mark.parametrize("constant_memory", [True, False])
def test_numbers_and_texts_are_read_with_the_spreadsheets_row_numbers(constant_memory: bool) -> None:
    read = table(workbook(simple, constant_memory=constant_memory))

    assert (read.kind, read.columns, read.recipient_column("sms")) == ("xlsx", ("Mobil", "Fornavn"), 0)
    assert list(read.rows()) == [Row(2, ("4791234567", "Kåre")), Row(3, ("+47 412 34 567", "Ola"))]
    assert list(read.rows()) == list(read.rows())
    assert read.position == read.size


def test_a_cell_says_what_the_person_sees_without_excels_dressing() -> None:
    def fill(written: xlsxwriter.Workbook) -> None:
        sheet = written.add_worksheet()
        day, moment = (
            written.add_format({"num_format": "dd.mm.yyyy"}),
            written.add_format({"num_format": "d/m/yy hh:mm"}),
        )
        sheet.write_row(
            0, 0, ["phone", "whole", "large", "part", "day", "moment", "truth", "formula", "rich", "blank", "end"]
        )
        sheet.write_row(1, 0, ["91234567", 3.0, 4.79e15, 0.1])
        sheet.write_datetime(1, 4, datetime(2026, 12, 24), day)
        sheet.write_datetime(1, 5, datetime(2026, 12, 24, 17, 30), moment)
        sheet.write_boolean(1, 6, True)
        sheet.write_formula(1, 7, "=1+1", None, "2")
        sheet.write_rich_string(1, 8, "Hei ", written.add_format({"bold": True}), "Kari", "!")
        sheet.write_string(1, 10, "x")

    (row,) = table(workbook(fill)).rows()

    assert row.values == (
        *("91234567", "3", "4790000000000000", "0.1", "2026-12-24", "2026-12-24 17:30:00"),
        *("TRUE", "2", "Hei Kari!", "", "x"),
    )


def test_dates_counted_from_1904_are_read_right() -> None:
    def fill(written: xlsxwriter.Workbook) -> None:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, ["phone", "day"])
        sheet.write_string(1, 0, "91234567")
        sheet.write_datetime(1, 1, datetime(2026, 12, 24), written.add_format({"num_format": "yyyy-mm-dd"}))

    (row,) = table(workbook(fill, date_1904=True)).rows()

    assert row.values[1] == "2026-12-24"


def test_the_first_visible_sheet_is_read() -> None:
    def fill(written: xlsxwriter.Workbook) -> None:
        hidden, chart, seen = written.add_worksheet(), written.add_chartsheet(), written.add_worksheet()
        hidden.write_column(0, 0, ["phone", "40000000"])
        line = written.add_chart({"type": "line"})
        line.add_series({"values": "=Sheet2!$A$2"})
        chart.set_chart(line)
        seen.write_column(0, 0, ["phone", "91234567"])
        seen.activate()
        seen.set_first_sheet()
        hidden.hide()

    assert [row.values for row in table(workbook(fill)).rows()] == [("91234567",)]


def test_rows_that_a_filter_hides_are_passed_over_and_counted() -> None:
    def fill(written: xlsxwriter.Workbook) -> None:
        sheet = written.add_worksheet()
        sheet.write_column(0, 0, ["phone", "91234567", "41234567", "90000000"])
        sheet.set_row(2, None, None, {"hidden": True})

    read = table(workbook(fill))

    assert list(read.rows()) == [Row(2, ("91234567",)), Row(4, ("90000000",))]
    assert read.hidden_rows == 1


def test_a_sheet_without_references_and_with_a_prefix_is_read() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>phone</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>n</x:t></x:is></x:c></x:row>'
        "<x:row><x:c><x:v>4.791234567E9</x:v></x:c><x:c><x:v>12.50</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    )

    assert list(table(with_sheet(sheet.encode())).rows()) == [Row(2, ("4791234567", "12.5"))]


def test_a_sheet_of_numbers_alone_needs_no_heading() -> None:
    read = table(
        workbook(lambda written: written.add_worksheet().write_column(2, 0, [4791234567, 4741234567]) and None)
    )

    assert read.columns == ("phone number",)
    assert [row.row_no for row in read.rows()] == [3, 4]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("", "empty"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"/>', "header_only"),
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1"><v>hei</v></c></row>', "damaged"),
        ('<row r="x"><c r="A1"><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="ÆØÅ1"><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1"><v>1</v></row>', "damaged"),
        ('<row r="99999999"><c r="A99999999"><v>1</v></c></row>', "too_many_rows"),
        ('<row r="1"><c r="ZZ1"><v>1</v></c></row>', "too_many_columns"),
        (f'<row r="1"><c r="A1" t="str"><v>{"a" * 2 * MEGABYTE}</v></c></row>', "row_too_large"),
        (f'<row r="1"><c r="{"A" * 3 * MEGABYTE}"><v>1</v></c></row>', "damaged"),
    ],
)
def test_a_sheet_that_excel_never_wrote_is_refused(rows: str, reason: str) -> None:
    assert code(with_sheet(sheet_of(rows))) == reason


def test_a_document_type_is_refused_with_all_its_entities() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>' + sheet_of(
        "<row><c><v>&b;</v></c></row>"
    )

    assert code(with_sheet(bomb)) == "damaged"
    assert code(changed(workbook(simple), {"xl/sharedStrings.xml": bomb})) == "damaged"
    assert code(changed(workbook(simple), {"xl/workbook.xml": bomb})) == "damaged"


def bomb_of(part: str, size: int, beginning: bytes = b"") -> bytes:
    """Return a workbook of which one part unpacks to a size that its file gives no hint of."""
    filler = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(simple))) as old,
        zipfile.ZipFile(filler, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w", force_zip64=True) as out:
            out.write(beginning)
            for _ in range(size // MEGABYTE):
                out.write(b" " * MEGABYTE)
    return filler.getvalue()


def understated(content: bytes, part: str, size: int) -> bytes:
    """Return an archive that lies about how much a part unpacks to."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true_size = archive.getinfo(part).file_size
    return content.replace(true_size.to_bytes(4, "little"), size.to_bytes(4, "little"))


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"]
)
def test_a_zip_bomb_is_refused_before_it_unpacks(part: str) -> None:
    bomb = bomb_of(part, 300 * MEGABYTE)

    tracemalloc.start()
    reason = code(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert reason == "unpacks_too_large"
    assert len(bomb) < MEGABYTE
    assert peak < 10 * MEGABYTE


def test_a_bomb_that_lies_about_its_size_is_refused_in_little_memory() -> None:
    bomb = understated(bomb_of("xl/sharedStrings.xml", 40 * MEGABYTE), "xl/sharedStrings.xml", 5_000)

    tracemalloc.start()
    reason = code(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert reason == "damaged"
    assert peak < 10 * MEGABYTE


def test_strings_beyond_any_list_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.intake.xlsx_parts.MAX_STRINGS_SIZE", 1_000)
    strings = "".join(f"<si><t>{'a' * 50}{number}</t></si>" for number in range(100))

    assert code(changed(workbook(simple), {"xl/sharedStrings.xml": sheet_of(strings)})) == "unpacks_too_large"


def test_an_archive_of_a_million_parts_is_refused_before_it_is_listed() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(25_000):
            archive.writestr(f"{number}", b"")

    assert code(content.getvalue()) == "unpacks_too_large"


@pytest.mark.parametrize("constant_memory", [True, False])
def test_what_excel_stores_by_number_is_read_as_it_is_shown(constant_memory: bool) -> None:
    def fill(written: xlsxwriter.Workbook) -> None:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, ["phone", "note"])
        sheet.write_row(1, 0, ["91234567", "First\r\nSecond\x07"])
        sheet.write_row(2, 0, ["91234568", "_x0041_"])

    read = list(table(workbook(fill, constant_memory=constant_memory)).rows())

    assert read == [Row(2, ("91234567", "First\nSecond")), Row(3, ("91234568", "_x0041_"))]


def test_no_nul_and_no_half_character_comes_out_of_a_workbook() -> None:
    sheet = sheet_of(
        "<row><c t='str'><v>phone</v></c></row><row><c t='inlineStr'><is><t>9123_x0000_4567_xD800_</t></is></c></row>"
    )

    assert list(table(with_sheet(sheet)).rows()) == [Row(2, ("91234567",))]


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "_rels/.rels"])
def test_an_archive_without_a_workbook_is_refused(missing: str) -> None:
    assert code(changed(workbook(simple), {missing: None})) == "no_workbook"


@pytest.mark.parametrize("missing", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_without_a_visible_sheet_is_refused(missing: str) -> None:
    assert code(changed(workbook(simple), {missing: None})) == "no_visible_sheet"


def test_a_workbook_without_styles_and_strings_is_read() -> None:
    bare = {"xl/styles.xml": None, "xl/sharedStrings.xml": None}
    sheet = sheet_of("<row><c t='str'><v>phone</v></c></row><row><c><v>91234567</v></c></row>")

    assert list(table(changed(with_sheet(sheet), bare)).rows()) == [Row(2, ("91234567",))]


def test_a_million_and_one_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.intake.table.MAX_ROWS", 1_000)

    def fill(written: xlsxwriter.Workbook) -> None:
        written.add_worksheet().write_column(0, 0, ["phone", *([4791234567] * 1_001)])

    assert code(workbook(fill)) == "too_many_rows"


def test_reading_many_rows_holds_few_of_them() -> None:
    def fill(written: xlsxwriter.Workbook) -> None:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, ["phone", "name"])
        for row in range(1, 20_001):
            sheet.write_row(row, 0, [4791234567, f"Kari {row}"])

    content = workbook(fill)

    tracemalloc.start()
    count = sum(1 for _ in table(content).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 20_000
    assert peak < 5 * MEGABYTE


def test_a_damaged_file_raises_nothing_but_a_refusal() -> None:
    chance = random.Random(20261123)
    content = workbook(simple)

    for _ in range(1_500):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = chance.choice([len(broken), chance.randrange(4, len(broken))])
        read_or_refuse(bytes(broken[:cut]))


def test_damaged_parts_raise_nothing_but_a_refusal() -> None:
    chance = random.Random(20261124)
    content = workbook(simple)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    for _ in range(600):
        name = chance.choice([name for name in parts if not name.startswith("docProps")])
        numbers = re.sub(
            rb'(?<=")[0-9A-Za-z]+(?=")', lambda found: chance.choice([found[0], b"", b"-7", b"Q"]), parts[name]
        )
        read_or_refuse(changed(content, {name: numbers}))


def read_or_refuse(content: bytes) -> None:
    with suppress(FileRefused):
        list(table(content).rows())
