"""A checked draft becomes one order, however often and by however many it is placed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.status import Channel, ShipmentStatus
from app.orders import service
from app.orders.models import Order, Recipient, RefusedRow, UploadPart
from app.orders.service import PlaceOutcome
from app.queue import queue
from app.shipments.models import Shipment
from tests.orders.drafting import Desk, check_now, email, sms, upload

Make = Callable[..., Order]


def placed(draft: Order, desk: Desk) -> service.PlaceResult:
    result = service.place(draft.id, draft.revision, desk.person_id)
    db.session.commit()
    return result


def test_a_checked_draft_becomes_an_order_with_one_shipment(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms("Hello all"), "40000001, 90000002").id)

    result = placed(draft, desk)

    shipment = db.session.scalars(select(Shipment)).one()
    assert result.outcome is PlaceOutcome.PLACED
    assert (draft.placed_by_id, draft.placed_at is not None) == (desk.person_id, True)
    assert (shipment.order_id, shipment.no, shipment.status) == (draft.id, 0, ShipmentStatus.REGISTERED)
    assert (shipment.recipients, shipment.sms_text, shipment.sms_sender) == (2, "Hello all", "TTD")
    assert shipment.service_owner_id == desk.service_owner_id


def test_placing_rings_for_dispatch(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms(), "40000001").id)

    placed(draft, desk)

    assert [job.func_name for job in queue("dispatch").jobs] == ["app.dispatch.jobs.start"]


def test_placing_twice_gives_the_same_order(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms(), "40000001").id)
    placed(draft, desk)

    again = placed(draft, desk)

    assert (again.outcome, again.order_id) == (PlaceOutcome.ALREADY_PLACED, draft.id)
    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 1


def test_many_placing_at_once_give_one_order(app: Flask, make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms(), "40000001").id)
    order_id, revision = draft.id, draft.revision
    db.session.commit()
    barrier = Barrier(6)

    def place(_: int) -> PlaceOutcome:
        with app.app_context():
            barrier.wait(60)
            result = service.place(order_id, revision, desk.person_id)
            db.session.commit()
            return result.outcome

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(place, range(6)))

    assert sorted(outcome.name for outcome in outcomes) == ["ALREADY_PLACED"] * 5 + ["PLACED"]
    assert db.session.scalar(select(func.count()).select_from(Shipment)) == 1


def test_a_draft_changed_since_its_check_is_not_placed(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms("Hello"), "40000001").id)
    checked = draft.revision
    service.change_draft(draft.id, sms("Goodbye"))
    db.session.commit()

    stale = service.place(draft.id, checked, desk.person_id)
    unchecked = service.place(draft.id, draft.revision, desk.person_id)

    assert (stale.outcome, unchecked.outcome) == (PlaceOutcome.CHANGED, PlaceOutcome.CHANGED)
    assert db.session.scalars(select(Shipment)).all() == []


def test_a_send_time_that_passed_after_the_check_is_not_sent_at_once(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms(send_at=utcnow() - timedelta(seconds=1)), "40000001").id)

    result = placed(draft, desk)

    assert result.outcome is PlaceOutcome.BLOCKED
    assert [problem.field for problem in result.problems] == ["send_on"]
    assert draft.placed_at is None


def test_only_valid_rows_stay_recipients_of_a_placed_order(make_draft: Make, desk: Desk) -> None:
    draft = make_draft(sms("((text))"))
    upload(draft.id, "phone;text\n40000001;a\n40000001;b\n90000002;\n123;c\n90000003;d\n")
    check_now(draft.id)

    placed(draft, desk)

    kept = db.session.execute(select(Recipient.row_no, Recipient.address).order_by(Recipient.row_no)).all()
    refused = db.session.execute(select(RefusedRow.row_no, RefusedRow.reason).order_by(RefusedRow.row_no)).all()
    assert [tuple(row) for row in kept] == [(2, "+4740000001"), (6, "+4790000003")]
    assert [row.row_no for row in refused] == [3, 4, 5]
    assert db.session.scalars(select(Shipment.recipients)).one() == 2


def test_the_pasted_text_is_gone_once_placed(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms(), "40000001").id)

    placed(draft, desk)

    assert db.session.scalars(select(UploadPart.no)).all() == []


def test_an_email_order_lives_for_two_days_whatever_the_hour(make_draft: Make, desk: Desk) -> None:
    send_at = utcnow() + timedelta(hours=1)
    draft = check_now(make_draft(email(send_at=send_at), "kari@example.no").id)

    placed(draft, desk)

    shipment = db.session.scalars(select(Shipment)).one()
    assert (shipment.channel, shipment.expires_at) == (Channel.EMAIL, send_at + timedelta(hours=48))


def test_placing_is_in_the_audit_log_without_addresses_or_text(make_draft: Make, desk: Desk) -> None:
    draft = check_now(make_draft(sms("A secret"), "40000001").id)

    placed(draft, desk)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "order.placed")).one()
    assert (entry.object_id, entry.person_id) == (str(draft.id), desk.person_id)
    assert entry.detail["recipients"] == 1
    assert "secret" not in str(entry.detail)
    assert "40000001" not in str(entry.detail)
