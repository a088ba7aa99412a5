"""Composing an order: what is typed becomes a draft, and what is wrong is said without losing it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts import service as accounts_service
from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.messaging.days import Days
from app.messaging.status import Channel
from app.orders import intake
from app.orders.models import Intake, Order, Recipient
from tests.fixtures.desk import Somebody, Visitor
from tests.orders.drafting import Desk

FORM = {
    "channel": "sms",
    "sms_sender": "TTD",
    "sms_text": "Hello",
    "pasted": "",
    "send_when": "now",
    "window": "daytime",
    "senders_reference": "Case 12",
}


def form(desk: Desk, **changes: object) -> dict[str, object]:
    return {**FORM, "service_owner_id": desk.service_owner_id, "action": "save", **changes}


def drafts(app: Flask) -> list[Order]:
    with app.app_context():
        return list(db.session.scalars(select(Order).order_by(Order.id)))


def test_a_new_order_starts_as_sms_in_the_daytime_from_the_service_owners_sender(sender: Visitor, desk: Desk) -> None:
    page = sender.get("/orders/new").text

    assert 'value="Altinn-test"' in page
    assert 'checked class="ds-input" id="channel-0"' in page
    assert 'checked class="ds-input" id="window-0"' in page


def test_what_is_typed_becomes_a_draft(app: Flask, sender: Visitor, desk: Desk) -> None:
    answer = sender.post("/orders/new", form(desk, sms_text="Hi\r\nthere", pasted="40000001, 90000002"))

    draft = drafts(app)[0]
    assert (answer.status_code, answer.location) == (303, f"/orders/{draft.id}/edit")
    assert (draft.sms_text, draft.sms_sender, draft.senders_reference) == ("Hi\nthere", "TTD", "Case 12")
    assert (draft.channel, draft.daytime_only, draft.placed_at) == (Channel.SMS, True, None)
    with app.app_context():
        assert len(db.session.scalars(select(Recipient)).all()) == 2


def test_posting_the_same_new_order_twice_makes_one_draft(app: Flask, sender: Visitor, desk: Desk) -> None:
    key = "5e0a1d1e-33a8-4d62-9a0c-0d4bb7f2a111"

    first = sender.post("/orders/new", form(desk, draft_key=key))
    again = sender.post("/orders/new", form(desk, draft_key=key, sms_text="Hello again"))

    assert first.location == again.location
    assert [draft.sms_text for draft in drafts(app)] == ["Hello again"]


def test_the_key_of_a_colleagues_draft_gives_nobody_that_draft(
    app: Flask, sender: Visitor, colleague: Visitor, desk: Desk
) -> None:
    key = "5e0a1d1e-33a8-4d62-9a0c-0d4bb7f2a111"
    sender.post("/orders/new", form(desk, draft_key=key))

    colleague.post("/orders/new", form(desk, draft_key=key, service_owner_id=desk.other_service_owner_id))

    assert [draft.service_owner_id for draft in drafts(app)] == [desk.service_owner_id, desk.other_service_owner_id]


def test_a_draft_shows_again_all_that_was_typed(sender: Visitor, desk: Desk) -> None:
    url = sender.post("/orders/new", form(desk, sms_text="Dear ((name))", pasted="40000001\n123")).location

    page = sender.get(url).text

    assert "Dear ((name))" in page
    assert "40000001\n123" in page
    assert 'value="Case 12"' in page


def test_an_unfinished_draft_can_be_saved(app: Flask, sender: Visitor, desk: Desk) -> None:
    answer = sender.post("/orders/new", form(desk, sms_text="", sms_sender=""))

    assert answer.status_code == 303
    assert drafts(app)[0].sms_sender == "Altinn-test"


def test_checking_asks_for_what_is_missing_and_keeps_what_was_typed(app: Flask, sender: Visitor, desk: Desk) -> None:
    answer = sender.post("/orders/new", form(desk, sms_text=" ", action="check"))

    assert answer.status_code == 422
    assert '<a class="ds-link" href="#sms_text">' in answer.text
    assert '<a class="ds-link" href="#pasted">' in answer.text
    assert 'value="Case 12"' in answer.text
    assert drafts(app) == []


def test_a_wrong_sender_a_past_time_and_a_skipped_time_are_refused_in_words(sender: Visitor, desk: Desk) -> None:
    later = {"send_when": "later", "send_on": "2020-01-01", "send_time": "10:00"}

    past = sender.post("/orders/new", form(desk, sms_sender="Digitaliseringsdirektoratet", pasted="40000001", **later))
    skipped = sender.post("/orders/new", form(desk, send_when="later", send_on="2027-03-28", send_time="02:30"))

    assert (past.status_code, skipped.status_code) == (422, 422)
    assert "A sender with letters can have at most 11 characters" in past.text
    assert "This time has passed" in past.text
    assert ">40000001</textarea>" in past.text.replace("\r\n", "")
    assert "The clocks in Norway skip this time" in skipped.text


def test_a_time_that_is_no_time_is_refused(sender: Visitor, desk: Desk) -> None:
    wrong = sender.post("/orders/new", form(desk, send_when="later", send_on="soon", send_time="25:99"))
    missing = sender.post("/orders/new", form(desk, send_when="later"))

    assert (wrong.status_code, missing.status_code) == (422, 422)
    assert 'value="soon"' in wrong.text
    assert "Enter the date on which to send." in missing.text


def test_a_send_time_is_norwegian_time(app: Flask, sender: Visitor, desk: Desk) -> None:
    day = f"{utcnow().year + 1}-07-01"
    url = sender.post("/orders/new", form(desk, send_when="later", send_on=day, send_time="10:30")).location

    draft = drafts(app)[0]

    assert draft.send_at is not None
    assert draft.send_at.isoformat() == f"{day}T08:30:00+00:00"
    assert 'value="10:30"' in sender.get(url).text


def test_an_email_order_has_a_subject_on_one_line_and_no_window(app: Flask, sender: Visitor, desk: Desk) -> None:
    email = {
        "channel": "email",
        "email_from": "us@ttd.example",
        "email_subject": "News\r\nfor you",
        "email_text": "Hello",
    }

    sender.post("/orders/new", form(desk, **email))

    draft = drafts(app)[0]
    assert (draft.channel, draft.email_subject, draft.email_text) == (Channel.EMAIL, "News for you", "Hello")
    assert (draft.daytime_only, draft.email_from, draft.sms_text) == (False, "us@ttd.example", "")


def test_an_email_order_comes_from_a_domain_of_ours(app: Flask, sender: Visitor, desk: Desk) -> None:
    app.config["SMTP_FROM_DOMAINS"] = "ttd.example"
    email = {"channel": "email", "email_subject": "News for you", "email_text": "Hello"}

    refused = sender.post("/orders/new", form(desk, **email, email_from="us@annen.example"))
    taken = sender.post("/orders/new", form(desk, **email, email_from="us@ttd.example"))

    assert refused.status_code == 422
    assert "E-mail may not be sent from this domain" in refused.text
    assert 'value="us@annen.example"' in refused.text
    assert taken.status_code == 303


def test_an_accepted_file_is_kept_although_another_field_is_wrong(app: Flask, sender: Visitor, desk: Desk) -> None:
    file = (BytesIO(b"phone\n40000001\n"), "people.csv")

    answer = sender.post("/orders/new", form(desk, sms_sender="Much too long a sender", files=file))

    draft = drafts(app)[0]
    assert answer.status_code == 422
    assert "people.csv" in answer.text
    assert f'action="/orders/{draft.id}/edit"' in answer.text
    assert 'value="Much too long a sender"' in answer.text


def test_an_order_takes_so_many_files_and_says_which_was_left_out(
    app: Flask, sender: Visitor, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_FILES", 1)
    url = sender.post("/orders/new", form(desk, files=(BytesIO(b"phone\n40000001\n"), "people.csv"))).location

    sender.post(url, form(desk, files=(BytesIO(b"phone\n40000002\n"), "more.csv")))

    assert "An order takes at most 1 files: more.csv was left out." in sender.get(url).text
    with app.app_context():
        assert [found.file_name for found in db.session.scalars(select(Intake))] == ["people.csv"]


def test_the_same_file_twice_is_taken_once(app: Flask, sender: Visitor, desk: Desk) -> None:
    url = sender.post("/orders/new", form(desk, files=(BytesIO(b"phone\n40000001\n"), "people.csv"))).location

    sender.post(url, form(desk, files=(BytesIO(b"phone\n40000001\n"), "people.csv")))

    assert "people.csv is already in this order" in sender.get(url).text
    with app.app_context():
        assert len(db.session.scalars(select(Intake)).all()) == 1


def test_a_nul_and_other_control_characters_are_dropped(app: Flask, sender: Visitor, desk: Desk) -> None:
    answer = sender.post("/orders/new", form(desk, sms_text="a\x00b\x07c", pasted="4000\x000001"))

    assert answer.status_code == 303
    assert drafts(app)[0].sms_text == "abc"


def test_a_person_cannot_compose_for_a_service_owner_of_others(app: Flask, sender: Visitor, desk: Desk) -> None:
    answer = sender.post("/orders/new", form(desk, service_owner_id=desk.other_service_owner_id))

    assert answer.status_code == 422
    assert drafts(app) == []


def test_a_choice_of_service_owner_is_shown_only_where_there_is_one(
    app: Flask, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody], desk: Desk
) -> None:
    both = somebody("both", sends_for=[desk.service_owner_id, desk.other_service_owner_id])

    choice = '<select class="ds-input" id="service_owner_id"'
    assert choice in visitor().sign_in(both).get("/orders/new").text
    assert choice not in visitor().sign_in(desk.sender).get("/orders/new").text


def test_a_sender_left_empty_is_that_of_the_service_owner_chosen_in_the_end(
    app: Flask, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody], desk: Desk
) -> None:
    both = somebody("both", sends_for=[desk.service_owner_id, desk.other_service_owner_id])

    answer = visitor().sign_in(both).post("/orders/new", form(desk, sms_sender="", sms_text=" ", action="check"))

    assert answer.status_code == 422
    assert 'name="sms_sender" type="text" value=""' in answer.text


def test_with_several_service_owners_none_is_chosen_beforehand(
    app: Flask, visitor: Callable[..., Visitor], somebody: Callable[..., Somebody], desk: Desk
) -> None:
    both = somebody("both", sends_for=[desk.service_owner_id, desk.other_service_owner_id])

    answer = visitor().sign_in(both).post("/orders/new", form(desk, service_owner_id=""))

    assert answer.status_code == 422
    assert "Choose a service owner that you send for." in answer.text
    assert drafts(app) == []


def test_who_sends_for_closed_service_owners_only_is_told_so(app: Flask, sender: Visitor, desk: Desk) -> None:
    with app.app_context():
        owner = accounts.service_owner(desk.service_owner_id)
        assert owner is not None
        accounts_service.close_service_owner(owner)
        db.session.commit()

    answer = sender.get("/orders/new")

    assert "There is no service owner that you can send for" in answer.text
    assert sender.post("/orders/new", form(desk), page="/me").status_code == 403


def test_making_a_draft_is_in_the_audit_log(app: Flask, sender: Visitor, desk: Desk) -> None:
    sender.post("/orders/new", form(desk, pasted="40000001"))

    with app.app_context():
        found = select(AuditEntry.action, AuditEntry.person_id).where(AuditEntry.object_type == "order")
        entries = [tuple(row) for row in db.session.execute(found.order_by(AuditEntry.id))]
    assert entries == [("draft.created", desk.sender.id), ("intake.added", desk.sender.id)]


def test_changing_a_draft_is_in_the_audit_log_without_what_was_written(app: Flask, sender: Visitor, desk: Desk) -> None:
    sender.post("/orders/new", form(desk))
    (draft,) = drafts(app)
    url = f"/orders/{draft.id}/edit"

    sender.post(url, form(desk, sms_text="Something private", senders_reference="B-2"), page=url)
    sender.post(url, form(desk, sms_text="Something private", senders_reference="B-2"), page=url)

    with app.app_context():
        found = select(AuditEntry.person_id, AuditEntry.detail).where(AuditEntry.action == "draft.changed")
        entries = [tuple(row) for row in db.session.execute(found)]
    assert entries == [(desk.sender.id, {"changed": ["senders_reference", "sms_text"]})]


def test_daytime_may_leave_out_weekends_and_holidays_and_anytime_leaves_out_nothing(
    app: Flask, sender: Visitor, desk: Desk
) -> None:
    url = sender.post("/orders/new", form(desk, weekdays_only="y", no_holidays="y")).location
    page = sender.get(url).text

    days = drafts(app)[0].days
    sender.post(url, form(desk, weekdays_only="y", window="anytime"), page=url)

    assert Days(days) == Days.WEEKDAYS_ONLY | Days.NO_HOLIDAYS
    assert page.count('checked class="ds-input" id="weekdays_only"') == 1
    assert drafts(app)[0].days == Days.EVERY


def test_a_text_without_end_is_measured_no_further_than_it_may_be_long(sender: Visitor) -> None:
    told = sender.post("/orders/measure", {"email_text": "a" * 100_050}, page="/orders/new").text

    assert "100,000 characters" in told
