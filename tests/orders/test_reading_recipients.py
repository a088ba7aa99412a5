"""Reading pasted texts and files: rows become recipients, or are refused with a reason."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
import xlsxwriter
from sqlalchemy import select, update

from app.db import db, utcnow
from app.orders import duplicates, intake, jobs, reading
from app.orders.models import Intake, IntakeStatus, Order, Recipient, RefusedRow, UploadPart
from tests.orders.drafting import check_now, email, sms, upload

Make = Callable[..., Order]


def recipients(order_id: int) -> list[tuple[int, int, str, str]]:
    shown = (Recipient.part, Recipient.row_no, Recipient.address, Recipient.country)
    found = select(*shown).where(Recipient.order_id == order_id).order_by(Recipient.part, Recipient.row_no)
    return [tuple(row) for row in db.session.execute(found)]


def refused(order_id: int) -> list[tuple[int, int, str, str]]:
    shown = (RefusedRow.part, RefusedRow.row_no, RefusedRow.value, RefusedRow.reason)
    found = select(*shown).where(RefusedRow.order_id == order_id).order_by(RefusedRow.part, RefusedRow.row_no)
    return [tuple(row) for row in db.session.execute(found)]


def fresh(intake_id: int) -> Intake:
    return db.session.get_one(Intake, intake_id, populate_existing=True)


def test_pasted_numbers_are_read_at_once_whatever_stands_between(make_draft: Make) -> None:
    draft = make_draft(sms(), "40 00 00 01; 4790000002,\n+46701740605\n22 22 22 22")

    assert [row[2:] for row in recipients(draft.id)] == [
        ("+4740000001", "NO"),
        ("+4790000002", "NO"),
        ("+46701740605", "SE"),
    ]
    assert refused(draft.id) == [(0, 4, "22 22 22 22", "landline")]


def test_many_pasted_addresses_go_the_way_of_a_file(make_draft: Make) -> None:
    many = "\n".join(f"4{number:07d}" for number in range(reading.SHORT + 1))
    draft = make_draft(sms(), many)
    waiting = db.session.scalars(select(Intake)).one()
    assert waiting.status == IntakeStatus.WAITING

    jobs.read_intake(waiting.id)

    assert fresh(waiting.id).status == IntakeStatus.READ
    assert len(recipients(draft.id)) == reading.SHORT + 1
    assert not intake.is_kept(waiting)


def test_a_blank_field_leaves_a_long_pasted_text_that_is_no_longer_shown(make_draft: Make) -> None:
    draft = make_draft(sms(), "\n".join(f"4{number:07d}" for number in range(reading.SHORT + 1)))
    jobs.read_intake(db.session.scalars(select(Intake.id)).one())

    intake.paste(draft.id, "")

    assert len(recipients(draft.id)) == reading.SHORT + 1


def test_a_blank_field_takes_away_a_short_pasted_text(make_draft: Make) -> None:
    draft = make_draft(sms(), "40000001")

    intake.paste(draft.id, " ")

    assert recipients(draft.id) == []
    assert db.session.scalars(select(Intake)).all() == []


def test_a_file_brings_rows_with_the_numbers_that_excel_shows(make_draft: Make) -> None:
    draft = make_draft()

    read = fresh(upload(draft.id, "Navn;Mobil;By\nKari;400 00 001;Bodø\n\nOla;22222222;Oslo\n"))

    row = db.session.scalars(select(Recipient)).one()
    assert (row.part, row.row_no, row.address, row.values) == (1, 2, "+4740000001", ["Kari", "400 00 001", "Bodø"])
    assert refused(draft.id) == [(1, 4, "22222222", "landline")]
    assert (read.columns, read.recipient_column) == (["Navn", "Mobil", "By"], 1)
    assert (read.status, read.rows_read, read.valid, read.invalid) == (IntakeStatus.READ, 2, 1, 1)


def test_a_workbook_is_read_and_its_hidden_rows_are_told(make_draft: Make) -> None:
    draft, file = make_draft(email()), BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("E-post", "Navn"), ("kari@example.no", "Kari"), ("ola@example.no", "Ola")]):
            sheet.write_row(row, 0, cells)
        sheet.set_row(2, None, None, {"hidden": True})

    read = fresh(upload(draft.id, file.getvalue(), "people.xlsx"))

    assert [row[2] for row in recipients(draft.id)] == ["kari@example.no"]
    assert read.hidden_rows == 1


@pytest.mark.parametrize(
    ("file", "name", "code"),
    [
        (b"", "empty.csv", "empty"),
        (b"phone;name\n", "header.csv", "header_only"),
        (b"%PDF-1.4 ...", "people.csv", "not_what_it_claims"),
        (b"name;town\nKari;Oslo\n", "nobody.csv", "no_recipient_column"),
        (b"phone;mobile\n40000001;40000002\n", "two.csv", "two_recipient_columns"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(
    make_draft: Make, file: bytes, name: str, code: str
) -> None:
    draft = make_draft(sms(), "40000001")

    read = fresh(upload(draft.id, file, name))

    assert (read.status, read.refusal) == (IntakeStatus.REFUSED, code)
    assert read.refusal_words
    assert [row[2] for row in recipients(draft.id)] == ["+4740000001"]
    assert db.session.scalars(select(UploadPart.intake_id).where(UploadPart.intake_id == read.id)).all() == []


def test_a_file_that_breaks_late_leaves_none_of_its_rows(make_draft: Make) -> None:
    draft = make_draft()
    rows = "".join(f"4{number:07d}\n" for number in range(reading.CHUNK + 5))

    read = fresh(upload(draft.id, b"phone\n" + rows.encode() + b'"' + b"x" * 2_000_000))

    assert (read.status, read.refusal) == (IntakeStatus.REFUSED, "row_too_large")
    assert (recipients(draft.id), refused(draft.id)) == ([], [])


def test_a_refused_file_gives_way_to_the_mended_one_of_the_same_name(make_draft: Make) -> None:
    draft = make_draft()
    upload(draft.id, "name\nKari\n", "people.csv")

    upload(draft.id, "phone\n40000001\n", "people.csv")

    assert [found.status for found in db.session.scalars(select(Intake))] == [IntakeStatus.READ]


def test_more_recipients_than_an_order_may_have_are_refused(make_draft: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_RECIPIENTS", 3)
    draft = make_draft(sms(), "40000001, 40000002")

    read = fresh(upload(draft.id, "phone\n40000003\n40000004\n"))

    assert (read.status, read.refusal) == (IntakeStatus.REFUSED, "too_many_recipients")
    assert len(recipients(draft.id)) == 2


def test_the_first_of_several_rows_with_one_address_stays(make_draft: Make) -> None:
    draft = make_draft(sms(), "40000001, 40000001")

    upload(draft.id, "phone\n+4740000001\n40000002\n")

    repeats = select(RefusedRow).where(RefusedRow.reason == duplicates.REASON).order_by(RefusedRow.part)
    found = [(row.part, row.row_no, row.first_part, row.first_row_no) for row in db.session.scalars(repeats)]
    assert found == [(0, 2, 0, 1), (1, 2, 0, 1)]
    counts = db.session.execute(select(Intake.valid, Intake.duplicates).order_by(Intake.part)).all()
    assert [tuple(row) for row in counts] == [(1, 1), (1, 1)]


def test_email_addresses_that_differ_only_in_case_are_one(make_draft: Make) -> None:
    draft = make_draft(email(), "kari@example.no, KARI@example.no")

    assert [row[3] for row in refused(draft.id)] == ["duplicate"]


def test_a_row_counts_again_when_the_one_that_it_repeated_is_removed(make_draft: Make) -> None:
    draft = make_draft(sms(), "40000001")
    upload(draft.id, "phone\n40000001\n")

    intake.remove(draft.id, db.session.scalars(select(Intake.id).where(Intake.part == 0)).one())

    assert (recipients(draft.id), refused(draft.id)) == ([(1, 2, "+4740000001", "NO")], [])
    assert check_now(draft.id).checked_revision == draft.revision
    assert db.session.scalars(select(Intake.valid)).one() == 1


def test_what_is_read_counts_the_drafts_revision_up(make_draft: Make) -> None:
    draft = make_draft()
    before = draft.revision

    upload(draft.id, "phone\n40000001\n")

    assert db.session.get_one(Order, draft.id).revision > before


def test_reading_twice_changes_nothing(make_draft: Make) -> None:
    draft = make_draft()
    intake_id = upload(draft.id, "phone\n40000001\n")
    revision = db.session.get_one(Order, draft.id).revision

    jobs.read_intake(intake_id)

    assert len(recipients(draft.id)) == 1
    assert db.session.get_one(Order, draft.id).revision == revision


def stranded(draft: Order, after_chunks: int) -> int:
    """Reads some of a large file as a worker does that is then killed; gives the intake's id."""
    rows = "".join(f"4{number:07d}\n" for number in range(3 * reading.CHUNK))
    added = intake.add_file(draft.id, "large.csv", BytesIO(b"phone\n" + rows.encode()))
    db.session.commit()
    assert added is not None
    steps = reading.steps(added.id)
    for _ in range(after_chunks + 1):
        next(steps)
        db.session.commit()
    return added.id


def test_another_worker_starts_over_once_the_lease_has_run_out(make_draft: Make) -> None:
    draft = make_draft()
    intake_id = stranded(draft, after_chunks=1)
    jobs.read_intake(intake_id)
    held = fresh(intake_id)
    assert (held.status, held.rows_read) == (IntakeStatus.READING, reading.CHUNK)
    db.session.execute(update(Intake).values(lease_until=utcnow()))
    db.session.commit()

    jobs.read_intake(intake_id)

    assert fresh(intake_id).status == IntakeStatus.READ
    assert len(recipients(draft.id)) == 3 * reading.CHUNK


def test_a_worker_that_lost_its_lease_writes_nothing_more(make_draft: Make) -> None:
    draft = make_draft()
    rows = "".join(f"4{number:07d}\n" for number in range(2 * reading.CHUNK))
    added = intake.add_file(draft.id, "large.csv", BytesIO(b"phone\n" + rows.encode()))
    db.session.commit()
    assert added is not None
    slow = reading.steps(added.id)
    next(slow)
    next(slow)
    db.session.execute(update(Intake).values(lease_until=utcnow()))
    db.session.commit()
    jobs.read_intake(added.id)

    for _ in slow:
        db.session.commit()

    assert fresh(added.id).status == IntakeStatus.READ
    assert len(recipients(draft.id)) == 2 * reading.CHUNK


def test_a_file_that_kills_its_workers_is_given_up(make_draft: Make) -> None:
    draft = make_draft()
    intake_id = stranded(draft, after_chunks=1)
    db.session.execute(update(Intake).values(lease_until=utcnow(), tries=reading.MOST_TRIES))
    db.session.commit()

    jobs.read_intake(intake_id)

    assert fresh(intake_id).refusal == "given_up"
    assert recipients(draft.id) == []


def test_an_intake_removed_while_it_is_read_leaves_nothing(make_draft: Make) -> None:
    draft = make_draft()
    added = intake.add_file(draft.id, "large.csv", BytesIO(b"phone\n40000001\n"))
    db.session.commit()
    assert added is not None
    steps = reading.steps(added.id)
    next(steps)
    db.session.commit()
    intake.remove(draft.id, added.id)
    db.session.commit()

    for _ in steps:
        db.session.commit()

    assert recipients(draft.id) == []


def test_a_zip_that_is_no_workbook_is_refused(make_draft: Make) -> None:
    draft, file = make_draft(), BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")

    read = fresh(upload(draft.id, file.getvalue(), "people.xlsx"))

    assert read.status == IntakeStatus.REFUSED
