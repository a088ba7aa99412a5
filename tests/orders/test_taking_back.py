"""An order that has not begun can be taken back to be edited, and is placed again as the same order."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.dispatch import start
from app.messaging.status import ShipmentStatus
from app.orders import intake, service, set_aside
from app.orders.editing.service import HasBegun, take_back
from app.orders.models import Intake, Order, Recipient
from app.orders.set_aside import SetAside
from app.shipments.models import Shipment
from tests.fixtures.desk import Somebody, Visitor
from tests.orders.drafting import Desk, check_now, draft_of, sms

Make = Callable[..., Order]
REMINDER = """
insert into shipment (order_id, no, service_owner_id, channel, requested_send_at, daytime_only, expires_at, recipients)
select order_id, 1, service_owner_id, channel, requested_send_at + interval '3 days', daytime_only,
    expires_at + interval '3 days', recipients from shipment where order_id = :order
"""
TOMORROW = timedelta(days=1)
FILE = "phone;name\n90000001;Anne\n90000002;Berit\n90000001;Carl\n123;Dina\n"


def placed(draft: Order, desk: Desk) -> Order:
    """Checks and places a draft."""
    checked = check_now(draft.id)
    result = service.place(checked.id, checked.revision, desk.person_id)
    db.session.commit()
    assert result.outcome is service.PlaceOutcome.PLACED
    return db.session.get_one(Order, draft.id)


def rows_of(order_id: int) -> Sequence[tuple[int, list[str] | None]]:
    """Row numbers and values of an order's recipients."""
    found = select(Recipient.row_no, Recipient.values).where(Recipient.order_id == order_id)
    return [(row_no, values) for row_no, values in db.session.execute(found.order_by(Recipient.row_no))]


def test_it_is_a_draft_again_with_everything_that_it_was_composed_of(make_draft: Make, desk: Desk) -> None:
    draft = make_draft(sms("Hi ((name))", send_at=utcnow() + TOMORROW, senders_reference="A1"), "", FILE)
    before = rows_of(draft.id)
    order = placed(draft, desk)
    assert len(rows_of(order.id)) == 2

    take_back(order.id, desk.person_id)
    db.session.commit()

    assert (order.placed_at, order.checked_revision, order.senders_reference) == (None, None, "A1")
    assert order.taken_back_by_id == desk.person_id
    assert rows_of(order.id) == before
    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 0
    assert db.session.scalar(select(func.count()).select_from(SetAside)) == 0


def test_placed_again_it_is_the_same_order_with_what_was_edited(make_draft: Make, desk: Desk) -> None:
    order = placed(make_draft(sms("Hi", send_at=utcnow() + TOMORROW), "", FILE), desk)
    public_id = order.public_id
    take_back(order.id, desk.person_id)
    service.change_draft(order.id, sms("Hello", send_at=utcnow() + 2 * TOMORROW))

    again = placed(order, desk)

    shipment = db.session.scalars(select(Shipment)).one()
    assert (again.id, again.public_id) == (order.id, public_id)
    assert (shipment.order_id, shipment.sms_text, shipment.recipients) == (order.id, "Hello", 2)


def test_a_repeated_row_counts_again_when_the_one_before_it_is_removed(make_draft: Make, desk: Desk) -> None:
    draft = make_draft(sms("Hi ((name))", send_at=utcnow() + TOMORROW), "", FILE, "phone;name\n90000002;Erik\n")
    order = placed(draft, desk)
    first = db.session.scalars(select(Intake).where(Intake.order_id == order.id, Intake.part == 1)).one()
    take_back(order.id, desk.person_id)

    intake.remove(order.id, first.id)
    db.session.commit()

    assert rows_of(order.id) == [(2, ["90000002", "Erik"])]


def test_it_is_written_down_with_what_had_been_placed(make_draft: Make, desk: Desk) -> None:
    order = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "90000001, 90000002"), desk)
    shipment_id = str(db.session.scalars(select(Shipment.public_id)).one())

    take_back(order.id, desk.person_id)
    db.session.commit()

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "order.taken_back")).one()
    assert (entry.object_id, entry.person_id) == (str(order.id), desk.person_id)
    assert (entry.detail["shipments"], entry.detail["recipients"]) == ([shipment_id], 2)


@pytest.mark.parametrize("status", [status for status in ShipmentStatus if status is not ShipmentStatus.REGISTERED])
def test_one_that_has_begun_stays_as_it_is(make_draft: Make, desk: Desk, status: ShipmentStatus) -> None:
    order = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "90000001"), desk)
    db.session.execute(text("update shipment set status = :status"), {"status": status})
    db.session.commit()

    with pytest.raises(HasBegun):
        take_back(order.id, desk.person_id)
    db.session.rollback()

    assert db.session.get_one(Order, order.id).placed_at is not None
    assert rows_of(order.id) == [(1, None)]


def test_an_order_whose_reminder_alone_still_waits_stays_as_it_is(make_draft: Make, desk: Desk) -> None:
    order = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "90000001"), desk)
    db.session.execute(text(REMINDER), {"order": order.id})
    db.session.execute(text("update shipment set status = 1 where no = 0"))
    db.session.commit()

    with pytest.raises(HasBegun):
        take_back(order.id, desk.person_id)
    db.session.rollback()

    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 2


def test_its_reminders_are_taken_back_with_it(make_draft: Make, desk: Desk) -> None:
    order = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "90000001"), desk)
    db.session.execute(text(REMINDER), {"order": order.id})

    take_back(order.id, desk.person_id)
    db.session.commit()

    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 0


def test_it_is_either_started_or_taken_back_and_never_both(app: Flask, make_draft: Make, desk: Desk) -> None:
    order_id = placed(make_draft(sms(daytime_only=False), "90000001"), desk).id
    barrier = Barrier(2)

    def begin() -> None:
        with app.app_context():
            barrier.wait()
            start.claim_due()
            start.make_next_slice()

    def fetch() -> bool:
        with app.app_context():
            barrier.wait()
            try:
                take_back(order_id, desk.person_id)
            except HasBegun:
                return False
            db.session.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        begun, fetched = pool.submit(begin), pool.submit(fetch)
        begun.result()
        is_back = fetched.result()

    db.session.rollback()
    made = db.session.scalar(text("select count(*) from notification"))
    is_draft = db.session.get_one(Order, order_id, populate_existing=True).placed_at is None
    assert (made, is_draft) == ((0, True) if is_back else (1, False))


def test_taking_back_twice_changes_nothing_more(make_draft: Make, desk: Desk) -> None:
    order = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "90000001"), desk)
    take_back(order.id, desk.person_id)
    db.session.commit()
    revision = order.revision

    take_back(order.id, desk.person_id)
    db.session.commit()

    assert order.revision == revision


def test_what_was_set_aside_is_deleted_once_the_order_has_begun(make_draft: Make, desk: Desk) -> None:
    begun = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "", FILE), desk)
    waiting = placed(make_draft(sms(send_at=utcnow() + TOMORROW), "", FILE), desk)
    update = text("update shipment set status = 1 where order_id = :order")
    db.session.execute(update, {"order": begun.id})

    assert set_aside.forget_begun()

    assert not set_aside.forget_begun()
    assert set(db.session.scalars(select(SetAside.order_id))) == {waiting.id}


def placed_tomorrow(app: Flask, desk: Desk) -> int:
    """The number of an order that is sent tomorrow."""
    with app.app_context():
        return placed(draft_of(desk, sms("Hi", send_at=utcnow() + TOMORROW), "90000001"), desk).id


def test_the_pages_ask_first_and_lead_to_the_form(app: Flask, desk: Desk, sender: Visitor) -> None:
    order_id = placed_tomorrow(app, desk)
    url = f"/orders/{order_id}/take-back"
    assert f'href="{url}"' in sender.get(f"/orders/{order_id}").text

    page = sender.get(url).text
    answer = sender.post(url, page=url)
    form = sender.get(f"/orders/{order_id}/edit").text

    assert "Yes, edit the order" in page
    assert (answer.status_code, answer.location) == (303, f"/orders/{order_id}/edit")
    assert "This order was placed, and taken back to be edited" in form
    assert "taken back" in sender.get("/orders/drafts").text
    assert sender.get(f"/orders/{order_id}").location == f"/orders/{order_id}/edit"


def test_too_late_is_said_in_words(app: Flask, desk: Desk, sender: Visitor) -> None:
    order_id = placed_tomorrow(app, desk)
    url = f"/orders/{order_id}/take-back"
    token = sender.token(url)
    with app.app_context():
        db.session.execute(text("update shipment set status = 1"))
        db.session.commit()

    answer = sender.client.post(url, data={"csrf_token": token})

    assert (answer.status_code, answer.location) == (303, f"/orders/{order_id}")
    assert "It is too late to edit the order" in sender.get(f"/orders/{order_id}").text
    assert "Edit the order" not in sender.get(f"/orders/{order_id}").text


def test_only_senders_of_the_service_owner_may(
    app: Flask,
    desk: Desk,
    colleague: Visitor,
    somebody: Callable[..., Somebody],
    visitor: Callable[..., Visitor],
) -> None:
    order_id = placed_tomorrow(app, desk)
    administrator = visitor().sign_in(somebody("ada", administrator=True))

    page = administrator.get(f"/orders/{order_id}").text

    assert "take-back" not in page
    assert colleague.get(f"/orders/{order_id}/take-back").status_code == 404
    assert administrator.get(f"/orders/{order_id}/take-back").status_code == 403
