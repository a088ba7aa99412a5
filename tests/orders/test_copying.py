"""A copy of an order is a draft of its own, with everything that is not the original's alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.days import Days
from app.messaging.scheme import Scheme
from app.orders import intake, queries
from app.orders.editing import copying
from app.orders.models import Intake, Order, Recipient, RecipientKind
from app.orders.reminders.queries import reminders_of
from app.orders.reminders.service import Reminding, add
from tests.fixtures.desk import Visitor
from tests.fixtures.identities import tenor_persons
from tests.orders.drafting import Desk, check_now, draft_of, sms
from tests.orders.test_taking_back import FILE, TOMORROW, placed, rows_of

Make = Callable[..., Order]


def copied(order: Order, desk: Desk, *, with_recipients: bool = True) -> Order:
    """Copies an order."""
    made = copying.copy(order, desk.person_id, with_recipients=with_recipients)
    db.session.commit()
    return made


def test_it_has_the_same_texts_senders_scheme_and_options(make_draft: Make, desk: Desk) -> None:
    content = sms(
        "Hi", channel=Scheme.SMS_PREFERRED, falls_back=True, email_from="a@ttd.example", email_subject="S",
        email_text="T", email_is_markdown=True, daytime_only=True, days=Days.NO_HOLIDAYS, uses_stale=True,
        ignores_reservation=True, reservation_ground="§ 9", condition_url="https://ttd.example/ask",
        condition_holds=True, send_at=utcnow() + TOMORROW, senders_reference="A1",
    )  # fmt: skip
    order = make_draft(content)

    made = copied(order, desk)

    assert copying._content(made) == copying._content(order)
    assert (made.senders_reference, made.placed_at) == ("", None)
    assert made.id != order.id
    assert made.public_id != order.public_id


def test_a_send_time_that_has_passed_is_left_out(make_draft: Make, desk: Desk) -> None:
    order = make_draft(sms(send_at=utcnow() - timedelta(hours=1)))

    assert copied(order, desk).send_at is None


def test_a_placed_order_is_copied_with_all_rows_that_it_was_given(make_draft: Make, desk: Desk) -> None:
    draft = make_draft(sms("Hi ((name))", send_at=utcnow() + TOMORROW), "", FILE)
    before, numbers = rows_of(draft.id), queries.numbers(draft.id)
    order = placed(draft, desk)

    made = check_now(copied(order, desk).id)

    assert rows_of(made.id) == before
    assert queries.numbers(made.id) == numbers
    assert made.checked_revision == made.revision
    assert len(rows_of(order.id)) == 2


def test_without_recipients_it_has_none(make_draft: Make, desk: Desk) -> None:
    made = copied(make_draft(sms(), "90000001"), desk, with_recipients=False)

    assert rows_of(made.id) == []
    assert queries.intakes(made.id) == []


def test_a_pasted_text_that_is_still_kept_can_be_mended_in_the_copy(make_draft: Make, desk: Desk) -> None:
    made = copied(make_draft(sms(), "90000001, 123"), desk)

    assert intake.pasted_text(queries.intakes(made.id)[0]) == "90000001, 123"


def test_what_a_register_said_is_asked_anew(make_draft: Make, desk: Desk) -> None:
    (anne,) = tenor_persons(1)
    order = make_draft(sms(), anne)
    db.session.execute(text("update recipient set address = '+4790000001', country = 'NO', email = 'a@b.no'"))

    made = copied(order, desk)

    found = db.session.scalars(select(Recipient).where(Recipient.order_id == made.id)).one()
    assert (found.kind, found.address, found.country, found.email) == (RecipientKind.PERSON, "", "", None)
    assert found.identity is not None


def test_its_reminders_go_along(make_draft: Make, desk: Desk) -> None:
    order = make_draft(sms())
    add(order.id, Reminding(after_days=3, sms_text="Again", only_undelivered=True))
    db.session.commit()

    made = copied(order, desk)

    (reminder,) = reminders_of(made.id)
    assert (reminder.after_days, reminder.sms_text, reminder.only_undelivered) == (3, "Again", True)


def test_recipients_that_are_still_read_are_not_copied(make_draft: Make, desk: Desk) -> None:
    order = make_draft(sms(), "90000001")
    db.session.execute(text("update intake set status = 1"))

    with pytest.raises(copying.StillRead):
        copying.copy(order, desk.person_id, with_recipients=True)


def test_it_is_written_down(make_draft: Make, desk: Desk) -> None:
    order = make_draft(sms(), "90000001")

    made = copied(order, desk)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "order.copied")).one()
    assert (entry.object_id, entry.detail) == (str(order.id), {"draft": made.id, "recipients": 1})


def test_many_recipients_are_copied_by_so_many_statements_as_few(make_draft: Make, desk: Desk) -> None:
    order = make_draft(sms(), " ".join(str(90_000_000 + n) for n in range(3000)))

    made = copied(order, desk)

    assert queries.numbers(made.id).valid == 3000
    assert db.session.scalars(select(Intake.rows_read).where(Intake.order_id == made.id)).one() == 3000


def test_the_page_asks_with_or_without_recipients(app: Flask, desk: Desk, sender: Visitor) -> None:
    with app.app_context():
        order_id = draft_of(desk, sms("Hi", senders_reference="A1"), "90000001").id
    url = f"/orders/{order_id}/copy"

    page = sender.get(url).text
    answer = sender.post(url, {"recipients": "with"}, page=url)

    assert "Copy with 1 recipient" in page
    assert answer.status_code == 303
    assert answer.location != f"/orders/{order_id}/edit"
    assert "This is a copy, and a draft of its own" in sender.get(answer.location).text


def test_somebody_elses_order_is_not_there(app: Flask, desk: Desk, colleague: Visitor) -> None:
    with app.app_context():
        order_id = draft_of(desk, sms("Hi")).id

    assert colleague.get(f"/orders/{order_id}/copy").status_code == 404
