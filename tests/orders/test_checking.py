"""The check: what every recipient's message weighs, for the draft as it stands."""

from collections.abc import Callable, Iterator
from io import BytesIO

from sqlalchemy import select, update

from app.db import db, utcnow
from app.orders import check, intake, jobs, service
from app.orders.models import CheckLine, Order, OrderCheck, RefusedRow
from app.queue import queue
from tests.orders.drafting import check_now, email, sms, upload

Make = Callable[..., Order]


def lines(order_id: int) -> list[tuple[str, int, int]]:
    shown = (CheckLine.country, CheckLine.segments, CheckLine.recipients)
    found = select(*shown).where(CheckLine.order_id == order_id).order_by(CheckLine.country, CheckLine.segments)
    return [tuple(row) for row in db.session.execute(found)]


def left_out(order_id: int) -> list[tuple[int, str]]:
    found = select(RefusedRow.row_no, RefusedRow.reason).where(RefusedRow.order_id == order_id)
    return [tuple(row) for row in db.session.execute(found.order_by(RefusedRow.row_no))]


def test_recipients_are_counted_by_country_and_segments(make_draft: Make) -> None:
    draft = check_now(make_draft(sms("a" * 161), "40000001, 40000002, +46701740605, 123").id)

    assert lines(draft.id) == [("NO", 2, 2), ("SE", 2, 1)]
    assert draft.checked_revision == draft.revision


def test_a_filled_text_is_weighed_row_by_row(make_draft: Make) -> None:
    draft = make_draft(sms("Hi ((First_name))"))
    upload(draft.id, f"phone;first name\n40000001;Kari\n40000002;{'x' * 160}\n40000003;\n")

    check_now(draft.id)

    assert lines(draft.id) == [("NO", 1, 2), ("NO", 2, 1)]
    assert db.session.get_one(OrderCheck, draft.id).empty_values == [1]


def test_each_file_fills_the_text_from_its_own_columns(make_draft: Make) -> None:
    files = ("phone;name\n40000001;Kari\n", f"name;extra;phone\n{'x' * 161};y;40000002\n")
    draft = make_draft(sms("((name))"), "", *files)

    check_now(draft.id)

    assert lines(draft.id) == [("NO", 1, 1), ("NO", 2, 1)]


def test_rows_whose_text_is_empty_or_too_long_are_left_out_and_come_back_with_another_text(make_draft: Make) -> None:
    draft = make_draft(sms("((text))"))
    upload(draft.id, f"phone;text\n40000001;ok\n40000002; \n40000003;{'ж' * 1100}\n")

    check_now(draft.id)

    assert left_out(draft.id) == [(3, "text_empty"), (4, "text_too_long")]
    assert lines(draft.id) == [("NO", 1, 1)]
    service.change_draft(draft.id, sms("Hello"))
    check_now(draft.id)
    assert left_out(draft.id) == []
    assert lines(draft.id) == [("NO", 1, 3)]


def test_an_email_needs_a_subject_once_filled_and_has_no_segments(make_draft: Make) -> None:
    draft = make_draft(email("((what))", "Hello"))
    upload(draft.id, "email;what\nkari@example.no;News\nola@example.no;\n")

    check_now(draft.id)

    assert left_out(draft.id) == [(3, "subject_empty")]
    assert lines(draft.id) == [("", 0, 1)]


def test_duplicates_are_not_counted(make_draft: Make) -> None:
    draft = check_now(make_draft(sms(), "40000001, 40000001, 40000002").id)

    assert lines(draft.id) == [("NO", 1, 2)]


def test_any_change_makes_the_check_stale(make_draft: Make) -> None:
    draft = check_now(make_draft(sms(), "40000001").id)

    service.change_draft(draft.id, sms("Something else"))

    assert draft.checked_revision != draft.revision


def test_saving_without_a_change_keeps_the_check(make_draft: Make) -> None:
    draft = check_now(make_draft(sms(), "40000001").id)

    service.change_draft(draft.id, sms())
    intake.paste(draft.id, "40000001")

    assert draft.checked_revision == draft.revision


def test_a_large_filled_check_is_left_to_a_worker(make_draft: Make) -> None:
    draft = make_draft(sms("Hi ((name))"))
    rows = "".join(f"4{number:07d};Kari\n" for number in range(check.INLINE_LIMIT + 1))
    upload(draft.id, "phone;name\n" + rows)
    queue("intake").empty()

    check.ask(draft.id)
    db.session.commit()

    assert draft.checked_revision is None
    assert [(job.func_name, job.args) for job in queue("intake").jobs] == [
        ("app.orders.jobs.check", [draft.id, draft.revision])
    ]
    jobs.check(draft.id, draft.revision)
    assert lines(draft.id) == [("NO", 1, check.INLINE_LIMIT + 1)]


def test_a_check_asked_for_while_a_file_is_read_runs_once_it_is_read(make_draft: Make) -> None:
    draft = make_draft(sms("Hi"))
    added = intake.add_file(draft.id, "list.csv", BytesIO(b"phone\n40000001\n"))
    check.ask(draft.id)
    db.session.commit()
    assert added is not None
    assert draft.checked_revision is None

    jobs.read_intake(added.id)

    assert db.session.get_one(Order, draft.id).checked_revision == draft.revision
    assert lines(draft.id) == [("NO", 1, 1)]


def test_a_draft_changed_during_its_check_stays_unchecked(make_draft: Make) -> None:
    draft = make_draft(sms("Hi ((name))"))
    upload(draft.id, "phone;name\n40000001;Kari\n")
    check_steps = _begun(draft)
    service.change_draft(draft.id, sms("Hello ((name))"))
    db.session.commit()

    for _ in check_steps:
        db.session.commit()

    assert db.session.get_one(Order, draft.id).checked_revision is None
    assert lines(draft.id) == []


def _begun(draft: Order) -> Iterator[None]:
    db.session.add(OrderCheck(order_id=draft.id, revision=draft.revision))
    db.session.commit()
    steps = check.steps(draft.id, draft.revision)
    next(steps)
    db.session.commit()
    return steps


def test_the_sweep_rings_again_for_what_no_worker_holds(make_draft: Make) -> None:
    draft = make_draft(sms("Hi"))
    added = intake.add_file(draft.id, "list.csv", BytesIO(b"phone\n40000001\n"))
    other = make_draft(sms("Hi"), "40000001")
    db.session.add(OrderCheck(order_id=other.id, revision=other.revision))
    stale = make_draft(sms("Hi"), "40000001")
    db.session.add(OrderCheck(order_id=stale.id, revision=stale.revision - 1))
    db.session.commit()
    queue("intake").empty()

    jobs.sweep_intakes()

    assert added is not None
    assert sorted((job.func_name, tuple(job.args)) for job in queue("intake").jobs) == [
        ("app.orders.jobs.check", (other.id, other.revision)),
        ("app.orders.jobs.read_intake", (added.id,)),
    ]


def test_what_a_worker_holds_is_left_to_it(make_draft: Make) -> None:
    draft = make_draft(sms("Hi"), "40000001")
    db.session.add(OrderCheck(order_id=draft.id, revision=draft.revision))
    db.session.flush()
    db.session.execute(update(OrderCheck).values(lease_until=utcnow() + check.LEASE))
    db.session.commit()

    jobs.check(draft.id, draft.revision)

    assert lines(draft.id) == []
