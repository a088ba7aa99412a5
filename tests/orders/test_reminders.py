"""Reminders and conditions are composed on a draft, checked with it, and placed as shipments of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.conditions.models import ShipmentGate
from app.db import db, utcnow
from app.messaging.schedule import OSLO
from app.messaging.status import Channel, ShipmentStatus
from app.orders import service
from app.orders.models import CheckLine, Order, RefusedRow
from app.orders.problems import problems_of
from app.orders.reminders import queries
from app.orders.reminders import service as reminders
from app.orders.reminders.service import Reminding
from app.shipments.models import Shipment
from tests.fixtures.desk import Visitor
from tests.orders.drafting import Desk, Drafted, check_now, email, sms

TYPED = {"when": "after", "after_days": "3", "recipients": "undelivered", "sms_text": "Once more", "sms_sender": ""}


def _shipments(order_id: int) -> list[Shipment]:
    return list(db.session.scalars(select(Shipment).where(Shipment.order_id == order_id).order_by(Shipment.no)))


def _place(draft: Order, desk: Desk) -> list[Shipment]:
    checked = check_now(draft.id)
    result = service.place(draft.id, checked.revision, desk.person_id)
    assert result.outcome is service.PlaceOutcome.PLACED, result
    return _shipments(draft.id)


def test_reminders_become_shipments_numbered_by_their_time(make_draft: Callable[..., Order], desk: Desk) -> None:
    draft = make_draft(sms("First"), "+4799999999")
    reminders.add(draft.id, Reminding(after_days=14, sms_text="Last"))
    reminders.add(draft.id, Reminding(after_days=7, sms_text="Again", sms_sender="Other", only_undelivered=True))

    main, one, two = _place(draft, desk)

    assert [(each.no, each.sms_text, each.sms_sender) for each in (main, one, two)] == [
        (0, "First", "TTD"), (1, "Again", "Other"), (2, "Last", "TTD"),
    ]  # fmt: skip
    assert one.requested_send_at.astimezone(OSLO).date() - main.requested_send_at.astimezone(OSLO).date() == timedelta(
        7
    )
    assert {each.status for each in (main, one, two)} == {ShipmentStatus.REGISTERED}
    gates = {gate.shipment_id: gate for gate in db.session.scalars(select(ShipmentGate))}
    assert sorted(gates) == [one.id, two.id]
    assert [gates[each.id].only_undelivered for each in (one, two)] == [True, False]


def test_conditions_are_kept_with_the_shipments_that_they_are_for(make_draft: Callable[..., Order], desk: Desk) -> None:
    draft = make_draft(sms("First", condition_url="https://a.example/", condition_holds=True), "+4799999999")
    reminders.add(draft.id, Reminding(after_days=1, sms_text="Again", condition_url="https://b.example/"))

    made = _place(draft, desk)

    gates = [db.session.get_one(ShipmentGate, each.id) for each in made]
    assert [(gate.condition_url, gate.holds) for gate in gates] == [
        ("https://a.example/", True), ("https://b.example/", False),
    ]  # fmt: skip


def test_a_reminder_comes_at_the_same_time_of_day_also_when_summer_time_ends_in_between(
    make_draft: Callable[..., Order], desk: Desk
) -> None:
    year = utcnow().year + 1
    main_at = datetime(year, 10, 15, 12, 30, tzinfo=OSLO)
    draft = make_draft(sms("First", send_at=main_at), "+4799999999")
    reminders.add(draft.id, Reminding(after_days=30, sms_text="Again"))

    _, reminder = _place(draft, desk)

    local = reminder.requested_send_at.astimezone(OSLO)
    assert (local.month, local.day, local.hour, local.minute) == (11, 14, 12, 30)


def test_the_check_counts_each_reminders_messages_apart(make_draft: Callable[..., Order]) -> None:
    draft = make_draft(sms("Short"), "+4799999999, +46701740605")
    reminders.add(draft.id, Reminding(after_days=1, sms_text="Long " * 40))

    check_now(draft.id)

    shown = (CheckLine.reminder, CheckLine.country, CheckLine.segments, CheckLine.recipients)
    found = db.session.execute(select(*shown).where(CheckLine.order_id == draft.id)).all()
    assert sorted(map(tuple, found)) == [(0, "NO", 1, 1), (0, "SE", 1, 1), (1, "NO", 2, 1), (1, "SE", 2, 1)]


def test_a_row_whose_reminder_would_be_empty_is_left_out_and_says_why(make_draft: Callable[..., Order]) -> None:
    draft = make_draft(sms("Hello"), "", "mobile;name\n+4799999999;Kari\n+4799999998;\n")
    reminders.add(draft.id, Reminding(after_days=1, sms_text="((name))"))

    check_now(draft.id)

    left_out = db.session.execute(select(RefusedRow.row_no, RefusedRow.reason)).all()
    assert [tuple(row) for row in left_out] == [(3, "reminder_flawed")]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Reminding(after_days=1, sms_text="((amount))"), "asks for ((amount))"),
        (Reminding(send_at=utcnow() - timedelta(days=1), sms_text="Again"), "not later than the main shipment"),
        (Reminding(after_days=1, email_text="Again"), "no text for each channel"),
    ],
)
def test_a_reminder_that_cannot_be_sent_keeps_the_order_from_being_placed(
    make_draft: Callable[..., Order], wish: Reminding, words: str
) -> None:
    draft = make_draft(sms(), "+4799999999")
    reminders.add(draft.id, wish)

    problems = problems_of(check_now(draft.id))

    assert words in problems[-1].text
    assert problems[-1].field == "reminders"


def test_an_order_has_at_most_five_reminders(make_draft: Callable[..., Order]) -> None:
    draft = make_draft()
    for days in range(1, 6):
        reminders.add(draft.id, Reminding(after_days=days))

    with pytest.raises(reminders.TooMany):
        reminders.add(draft.id, Reminding(after_days=6))


def test_every_change_of_a_reminder_asks_for_a_new_check(make_draft: Callable[..., Order]) -> None:
    draft = make_draft(sms(), "+4799999999")
    reminders.add(draft.id, Reminding(after_days=1, sms_text="Again"))
    revisions = [check_now(draft.id).revision]

    reminders.change(draft.id, 1, Reminding(after_days=2, sms_text="Again"))
    revisions.append(draft.revision)
    reminders.change(draft.id, 1, Reminding(after_days=2, sms_text="Again"))
    revisions.append(draft.revision)
    reminders.remove(draft.id, 1)
    revisions.append(draft.revision)

    assert [revision - revisions[0] for revision in revisions] == [0, 1, 1, 2]


def test_a_copy_has_the_reminders_of_the_order_that_it_is_made_of(make_draft: Callable[..., Order]) -> None:
    one, two = make_draft(), make_draft()
    reminders.add(one.id, Reminding(after_days=1, sms_text="Again", condition_url="https://a.example/"))

    reminders.copy(one.id, two.id)

    (copied,) = queries.reminders_of(two.id)
    assert (copied.no, copied.after_days, copied.sms_text) == (1, 1, "Again")


def test_a_sender_adds_changes_and_removes_a_reminder(
    app: Flask, sender: Visitor, drafted: Callable[..., Drafted]
) -> None:
    draft = drafted(sms("First"), "+4799999999")
    base = f"/orders/{draft.id}/reminders"

    offered = sender.get(f"{base}/new").text
    added = sender.post(f"{base}/new", data=TYPED)
    changed = sender.post(f"{base}/1", data={**TYPED, "after_days": "5", "recipients": "all"})
    listed = sender.get(f"/orders/{draft.id}/edit").text
    removed = sender.post(f"/orders/{draft.id}/edit", data={**_order_of(sender, draft), "action": "unremind-1"})

    assert "First" in offered
    assert [answer.status_code for answer in (added, changed, removed)] == [303] * 3
    assert "5 days after the main shipment" in listed
    with app.app_context():
        assert queries.reminders_of(draft.id) == []


def _order_of(sender: Visitor, draft: Drafted) -> dict[str, str]:
    return {
        "service_owner_id": "1", "channel": "sms", "sms_sender": "TTD", "sms_text": "First", "send_when": "now",
        "window": "daytime", "pasted": "+4799999999",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"after_days": ""}, "Enter a number of days from 1 to 365."),
        ({"after_days": "0"}, "Enter a number of days from 1 to 365."),
        ({"when": "at", "send_on": "", "send_time": "12:00"}, "Enter the date on which to send."),
        ({"when": "at", "send_on": "2020-01-01", "send_time": "12:00"}, "Choose a time after the main shipment"),
        ({"sms_text": " "}, "Enter a text."),
        ({"sms_sender": "Far too long a sender"}, "sender"),
        ({"condition_url": "http://a.example/"}, "Write an address that begins with https://."),
        ({"condition_url": "https://me:secret@a.example/"}, "Leave the user name and the password out"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_what_was_typed_is_kept(
    sender: Visitor, drafted: Callable[..., Drafted], typed: dict[str, str], words: str
) -> None:
    draft = drafted(sms(), "+4799999999")

    answer = sender.post(f"/orders/{draft.id}/reminders/new", data={**TYPED, "sms_text": "Kept as typed", **typed})

    assert answer.status_code == 422
    assert words in answer.text
    assert typed.get("sms_text", "Kept as typed") in answer.text


def test_an_order_on_email_is_reminded_by_email(make_draft: Callable[..., Order], desk: Desk) -> None:
    draft = make_draft(email(), "kari@example.no")
    reminders.add(draft.id, Reminding(after_days=1, email_subject="Again", email_text="Hello"))

    _, reminder = _place(draft, desk)

    assert (reminder.channel, reminder.email_subject, reminder.email_from) == (
        Channel.EMAIL, "Again", "noreply@ttd.example",
    )  # fmt: skip


def test_nobody_reaches_the_reminders_of_another_service_owners_draft(
    colleague: Visitor, drafted: Callable[..., Drafted]
) -> None:
    draft = drafted(sms(), "+4799999999")

    answers = [colleague.get(f"/orders/{draft.id}/reminders/new"), colleague.get(f"/orders/{draft.id}/reminders/1")]

    assert [answer.status_code for answer in answers] == [404, 404]
