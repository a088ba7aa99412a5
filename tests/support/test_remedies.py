"""Remedies: what each does, what it leaves alone, that nothing is sent twice, that it can be stopped."""

import threading
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.accounts.models import ServiceOwner
from app.audit.models import AuditEntry
from app.db import db, utcnow
from app.dispatch.retries import line_up_retries
from app.messaging.schedule import OSLO
from app.messaging.status import WORDING, Channel, Route, ShipmentStatus, Status
from app.shipments.models import Attempt, Notification, NotificationState, Shipment
from app.support import jobs
from app.support.failures import queries as failures
from app.support.failures.queries import Wanted
from app.support.remedies import slices
from app.support.remedies.models import LineOutcome, Remedy, RemedyLine, RemedyStatus
from app.system_email.models import SystemEmail
from tests.dispatch.desk import Desk as Dispatch
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.standin import until
from tests.shipments import rows
from tests.shipments.rows import Placed

Place = Callable[..., Placed]


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    """The simulator reports at once."""
    return {**settings, "SIMULATOR_DELAY_S": 0.0, "EMAIL_BOUNCE_WINDOW_S": 0.0}


@pytest.fixture
def group_id(app: Flask) -> Callable[[], int]:
    """Tells the first group of the inbox."""

    def find() -> int:
        with app.app_context():
            return failures.groups(Wanted())[0].id

    return find


@pytest.fixture
def left(app: Flask) -> Callable[[], int]:
    """Counts what is left in the inbox."""

    def count() -> int:
        with app.app_context():
            return sum(group.count for group in failures.groups(Wanted()))

    return count


@pytest.fixture
def do(app: Flask, support: Visitor, group_id: Callable[[], int]) -> Callable[..., int]:
    """Confirms a remedy on the first group and does it; gives its id."""

    def confirm(kind: str = "resend", *, run: bool = True, by: Visitor | None = None, **said: str) -> int:
        url = f"/failures/{group_id()}/remedy"
        form = {"kind": kind, "which": "all", "reason": "They asked", "confirmed": "yes", **said}
        answer = (by or support).post(url, form, page="/me/name")
        assert answer.status_code == 303, answer.text
        if run:
            with app.app_context():
                jobs.apply_remedies()
        return int(answer.location.rpartition("/")[2])

    return confirm


def _outcomes(app: Flask) -> dict[str, int]:
    with app.app_context():
        found = db.session.execute(text("select outcome, count(*) from remedy_line group by 1"))
        return {LineOutcome(row[0]).name: row[1] for row in found}


def _send(app: Flask) -> None:
    with app.app_context():
        dispatch = Dispatch(app)
        while line_up_retries():
            pass
        dispatch.send()
        dispatch.apply()


def _expire(app: Flask, placed: Placed) -> None:
    with app.app_context():
        db.session.get_one(Shipment, placed.shipment_id).expires_at = utcnow() - timedelta(hours=1)
        db.session.commit()


def test_what_is_sent_again_is_another_attempt_on_the_same_notification(
    app: Flask, support: Visitor, place: Place, change: Callable[..., None], do: Callable[..., int],
    left: Callable[[], int],
) -> None:  # fmt: skip
    placed = place({Status.SMS_FAILED_EXPIRED: 3})
    for notification_id in placed.ids:
        change(rows.attempt, notification_id)
    change(rows.move, placed.ids, Status.SMS_FAILED_EXPIRED, attempts=1)

    remedy_id = do()

    assert left() == 0
    with app.app_context():
        assert db.session.get_one(Shipment, placed.shipment_id).status == ShipmentStatus.PROCESSED
    _send(app)
    with app.app_context():
        states = db.session.scalars(select(NotificationState)).all()
        assert {(state.status, state.attempts) for state in states} == {(Status.SMS_DELIVERED, 2)}
        assert db.session.get_one(Shipment, placed.shipment_id).status == ShipmentStatus.COMPLETED
    assert _outcomes(app) == {"SENT_AGAIN": 3}
    story = support.get(f"/notifications/{placed.first_id}").text
    assert f"Status then: {WORDING[Status.SMS_FAILED_EXPIRED].label}" in story
    assert "Remedy: Sent again" in story
    page = support.get(f"/remedies/{remedy_id}").text
    assert "3 of 3 seen to" in page
    assert "Stop it" not in page


def test_it_can_be_sent_later(app: Flask, place: Place, do: Callable[..., int]) -> None:
    placed = place({Status.SMS_FAILED: 1})
    later = (utcnow() + timedelta(hours=5)).astimezone(OSLO).strftime("%Y-%m-%dT%H:%M")

    do(send_at=later)

    with app.app_context():
        state = db.session.get_one(NotificationState, placed.first_id)
        assert state.status == Status.SMS_NEW
        assert state.due_at.astimezone(OSLO).strftime("%Y-%m-%dT%H:%M") == later
        assert not line_up_retries()


def test_one_remedy_is_one_audit_entry(app: Flask, place: Place, do: Callable[..., int]) -> None:
    place({Status.SMS_FAILED: 30})

    do()

    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("remedy."))).one()
        assert entry.detail["count"] == 30
        assert entry.detail["reason"] == "They asked"
        assert entry.person_id


def test_only_those_chosen_are_seen_to(
    app: Flask, place: Place, do: Callable[..., int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED: 5})

    do("close", which="some", chosen=f"{placed.ids[1]},{placed.ids[3]}")

    assert left() == 3
    with app.app_context():
        assert set(db.session.scalars(select(RemedyLine.notification_id))) == {placed.ids[1], placed.ids[3]}


def test_what_fails_after_it_was_confirmed_is_not_meant(
    app: Flask, place: Place, do: Callable[..., int], left: Callable[[], int]
) -> None:
    place({Status.SMS_FAILED: 2})
    do("close", run=False)
    place({Status.SMS_FAILED: 3})

    with app.app_context():
        jobs.apply_remedies()

    assert left() == 3


def test_closed_failures_leave_the_inbox_and_nothing_is_sent(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED_BARRED_RECEIVER: 2})

    do("close")

    assert left() == 0
    with app.app_context():
        assert set(db.session.scalars(select(NotificationState.status))) == {Status.SMS_FAILED_BARRED_RECEIVER}
    assert "Remedy: Closed" in support.get(f"/notifications/{placed.first_id}").text


def test_what_outlived_its_time_is_left_without_a_second_confirmation(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], left: Callable[[], int],
    group_id: Callable[[], int],
) -> None:  # fmt: skip
    placed = place({Status.SMS_FAILED_TTL: 2})
    _expire(app, placed)
    said = {"kind": "resend", "which": "all", "reason": "x"}

    preview = support.post(f"/failures/{group_id()}/remedy", said, page="/me/name").text
    do()

    assert "2 are older than their time to live" in preview
    assert left() == 2
    assert _outcomes(app) == {"LEFT_EXPIRED": 2}


def test_confirmed_they_are_sent_as_new_notifications_that_both_pages_link(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED_TTL: 2}, columns=["phone"], values=[])
    _expire(app, placed)

    do(with_expired="y")
    _send(app)

    assert left() == 0
    with app.app_context():
        anew = db.session.scalars(select(Notification).where(Notification.id > placed.last_id)).all()
        assert [one.instead_of for one in anew] == list(placed.ids)
        assert [one.address for one in anew] == [rows.address_of(placed, id_) for id_ in placed.ids]
        states = db.session.scalars(select(NotificationState).where(NotificationState.id > placed.last_id))
        assert {state.status for state in states} == {Status.SMS_DELIVERED}
        shipment = db.session.get_one(Shipment, anew[0].shipment_id)
        assert shipment.status == ShipmentStatus.COMPLETED
        assert shipment.no == 1000
        new_id = anew[0].id
    assert f'href="/notifications/{new_id}"' in support.get(f"/notifications/{placed.first_id}").text
    assert f'href="/notifications/{placed.first_id}"' in support.get(f"/notifications/{new_id}").text


def test_what_may_have_arrived_all_the_same_is_said(
    support: Visitor, place: Place, change: Callable[..., None], group_id: Callable[[], int]
) -> None:
    placed = place({Status.SMS_SENDING: 2})
    change(rows.move, placed.ids, Status.SMS_FAILED_TTL, reason="handover_uncertain", uncertain=True)
    said = {"which": "all", "reason": "x"}

    def preview(kind: str) -> str:
        return support.post(f"/failures/{group_id()}/remedy", {**said, "kind": kind}, page="/me/name").text

    assert "may arrive twice" in preview("resend")
    assert "may arrive twice" not in preview("close")


def test_what_a_country_rule_kept_back_is_left_without_a_second_confirmation(
    app: Flask, place: Place, change: Callable[..., None], do: Callable[..., int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_ACCEPTED: 1})
    change(rows.move, placed.ids, Status.SMS_FAILED_REJECTED, reason="country_rule:ES-x")

    do()
    assert (left(), _outcomes(app)) == (1, {"LEFT_BLOCKED": 1})

    do(with_blocked="y")
    assert left() == 0


def test_nobody_without_an_address_is_sent_anything(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], left: Callable[[], int],
    group_id: Callable[[], int],
) -> None:  # fmt: skip
    place({Status.SMS_FAILED_RECIPIENT_RESERVED: 2})
    with app.app_context():
        db.session.execute(text("update notification set address = '', country = ''"))
        db.session.commit()
    said = {"kind": "resend", "which": "all", "reason": "x"}

    preview = support.post(f"/failures/{group_id()}/remedy", said, page="/me/name").text
    do()
    do("other_sender", sender="2099", with_expired="y")

    assert "Left: no address is known to send it to" in preview
    assert left() == 2
    assert _outcomes(app) == {"LEFT_WITHOUT_ADDRESS": 4}


def test_another_sender_makes_new_notifications(app: Flask, place: Place, do: Callable[..., int]) -> None:
    placed = place({Status.SMS_FAILED_REJECTED: 2})

    do("other_sender", sender="2099")
    _send(app)

    with app.app_context():
        senders = db.session.scalars(select(Attempt.sender).where(Attempt.notification_id > placed.last_id))
        assert set(senders) == {"2099"}


def test_those_whose_e_mail_address_is_known_are_moved_and_the_others_left(
    app: Flask, place: Place, do: Callable[..., int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED_REJECTED: 2})
    with app.app_context():
        db.session.execute(
            text("update recipient set email = 'kari@example.com' where order_id = :order and row_no = 1"),
            {"order": placed.order_id},
        )
        db.session.commit()

    do("move", subject="From us")

    assert left() == 1
    assert _outcomes(app) == {"SENT_ANEW": 1, "LEFT_WITHOUT_ADDRESS": 1}
    with app.app_context():
        moved = db.session.scalars(select(Notification).where(Notification.instead_of.is_not(None))).one()
        assert (moved.channel, moved.address, moved.instead_of) == (Channel.EMAIL, "kari@example.com", placed.first_id)
        shipment = db.session.get_one(Shipment, moved.shipment_id)
        assert (shipment.email_subject, shipment.email_text) == ("From us", "Hello")
        assert shipment.email_from


def test_an_e_mail_that_becomes_an_sms_is_measured_and_comes_from_the_service_owner(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], group_id: Callable[[], int]
) -> None:
    place({Status.EMAIL_FAILED_BOUNCED: 2}, channel=Channel.EMAIL, body="x" * 200)
    with app.app_context():
        db.session.execute(
            text("update recipient set kind = 1, address = '+4790000001', country = 'NO' where row_no = 1")
        )
        db.session.execute(text("insert into price (channel, country, amount) values (2, 'NO', 0.5)"))
        db.session.commit()
    said = {"kind": "move", "which": "all", "reason": "x"}

    preview = support.post(f"/failures/{group_id()}/remedy", said, page="/me/name").text
    do("move")

    assert "Norway" in _countries(preview)
    assert "no phone number" in _countries(preview)
    assert "NOK 1.00" in preview.replace("\xa0", " "), "200 characters are two segments"
    assert _outcomes(app) == {"SENT_ANEW": 1, "LEFT_WITHOUT_ADDRESS": 1}
    with app.app_context():
        moved = db.session.scalars(select(Notification).where(Notification.instead_of.is_not(None))).one()
        shipment = db.session.get_one(Shipment, moved.shipment_id)
        owner = db.session.get_one(ServiceOwner, shipment.service_owner_id)
        assert (moved.channel, moved.address) == (Channel.SMS, "+4790000001")
        assert (shipment.sms_sender, shipment.sms_text) == (owner.sms_sender, "x" * 200)


def test_what_is_said_of_a_corrected_address_is_about_its_own_country(
    support: Visitor, place: Place, group_id: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED_INVALID_RECIPIENT: 1})
    form = {"kind": "correct", "one": "yes", "which": "some", "chosen": str(placed.first_id), "reason": "Wrong digit"}

    def countries(address: str) -> str:
        url = f"/failures/{group_id()}/remedy"
        return _countries(support.post(url, {**form, "address": address}, page="/me/name").text)

    assert "Spain" in countries("+34 612 34 56 78")
    assert "Norway" not in countries("+34 612 34 56 78")
    assert "E-mail" in countries("kari@example.com")


def _countries(preview: str) -> str:
    return preview.partition("By country")[2].partition("</table>")[0]


def test_an_address_is_corrected_and_stands_on_the_new_notification_alone(
    app: Flask, support: Visitor, place: Place, group_id: Callable[[], int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED_INVALID_RECIPIENT: 2})
    url = f"/failures/{group_id()}/remedy"
    form = {"kind": "correct", "one": "yes", "which": "some", "chosen": str(placed.first_id), "reason": "Wrong digit"}

    wrong = support.post(url, {**form, "address": "12"}, page="/me/name")
    done = support.post(url, {**form, "address": "412 34 567", "confirmed": "yes"}, page="/me/name")
    again = support.post(url, {**form, "address": "412 34 567", "confirmed": "yes"}, page="/me/name")

    assert wrong.status_code == 422
    assert done.status_code == 303
    assert again.location.endswith(f"/failures/{group_id()}")
    assert left() == 1
    with app.app_context():
        made = db.session.scalars(select(Notification).where(Notification.instead_of == placed.first_id)).one()
        assert made.address == "+4741234567"
        assert "41234567" not in str(db.session.execute(text("select to_jsonb(r) from remedy r")).all())
        assert "41234567" not in str(db.session.execute(text("select to_jsonb(a) from audit_entry a")).all())


@pytest.fixture
def colleague(visitor: Callable[..., Visitor], somebody: Callable[..., Somebody]) -> Visitor:
    """A browser that somebody else of the support desk has signed in with."""
    return visitor().sign_in(somebody("sanna", support=True))


@pytest.fixture
def work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets three workers at once do all open remedies, in many small slices."""
    monkeypatch.setattr(slices, "SLICE", 7)

    def until_nothing_is_open() -> None:
        with app.app_context():
            while slices.next_slice() is not None:
                pass
            db.session.remove()

    def all_at_once() -> None:
        threads = [threading.Thread(target=until_nothing_is_open) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with app.app_context():
            jobs.apply_remedies()

    return all_at_once


@pytest.mark.parametrize("second", ["resend", "other_sender", "close"])
def test_two_people_at_once_send_nothing_twice(
    app: Flask, place: Place, do: Callable[..., int], left: Callable[[], int], colleague: Visitor,
    work: Callable[[], None], second: str,
) -> None:  # fmt: skip
    placed = place({Status.SMS_FAILED: 60})
    do(run=False)
    do(second, run=False, by=colleague, sender="Other")

    work()
    _send(app)

    assert left() == 0
    with app.app_context():
        lines = db.session.execute(select(RemedyLine.notification_id, RemedyLine.outcome)).all()
        assert sorted(line.notification_id for line in lines) == list(placed.ids)
        sent = [line for line in lines if line.outcome != LineOutcome.CLOSED]
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == len(sent)
        assert set(db.session.scalars(select(Remedy.status))) == {RemedyStatus.DONE}


def test_two_people_at_once_replace_nothing_twice(
    app: Flask, place: Place, do: Callable[..., int], left: Callable[[], int], colleague: Visitor,
    work: Callable[[], None],
) -> None:  # fmt: skip
    placed = place({Status.SMS_FAILED: 60})
    _expire(app, placed)
    do(run=False, with_expired="y")
    do("other_sender", run=False, by=colleague, with_expired="y", sender="Other")

    work()

    assert left() == 0
    with app.app_context():
        replaced = db.session.scalars(select(Notification.instead_of).where(Notification.id > placed.last_id)).all()
        assert sorted(replaced) == list(placed.ids)
        assert set(db.session.scalars(select(Remedy.status))) == {RemedyStatus.DONE}


def test_what_somebody_else_has_resolved_is_told(support: Visitor, place: Place, do: Callable[..., int]) -> None:
    place({Status.SMS_FAILED: 3})
    do("close", run=False)

    page = support.get(f"/remedies/{do('resend')}").text

    assert "0 of 3 seen to" in page
    assert "No failure any more when its turn came" in page


def test_who_comes_to_a_group_sees_what_a_colleague_does_about_it(
    app: Flask, support: Visitor, colleague: Visitor, place: Place, do: Callable[..., int], group_id: Callable[[], int]
) -> None:
    place({Status.SMS_FAILED: 3})
    url = f"/failures/{group_id()}"
    seen = {"HX-Request": "true", "If-None-Match": support.get(url, headers={"HX-Request": "true"}).headers["ETag"]}
    remedy_url = f"/remedies/{do('close', run=False, by=colleague, chosen='1')}"

    group, form = support.get(url, headers=seen), support.get(f"{url}/remedy").text
    with app.app_context():
        jobs.apply_remedies()

    assert remedy_url in group.text
    assert "Under way" in group.text
    assert "Sanna has begun something about them" in form
    assert remedy_url in form
    assert "Done" in support.get(url).text
    assert "has begun something" not in support.get(f"{url}/remedy").text


def test_a_small_remedy_does_not_wait_for_a_big_one(
    app: Flask, place: Place, do: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE", 4)
    place({Status.SMS_FAILED: 20})
    do("close", run=False)
    with app.app_context():
        slices.next_slice()
    small = place({Status.SMS_FAILED_EXPIRED: 2})
    small_id = do("close", run=False)

    with app.app_context():
        slices.next_slice()

        seen_to = select(RemedyLine.notification_id).where(RemedyLine.remedy_id == small_id)
        assert sorted(db.session.scalars(seen_to)) == list(small.ids)


def test_a_remedy_can_be_stopped_and_what_was_done_stays_done(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], left: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(slices, "SLICE", 4)
    place({Status.SMS_FAILED: 10})
    remedy_id = do("close", run=False)
    with app.app_context():
        slices.next_slice()
    url = f"/remedies/{remedy_id}"
    assert "4 of 10 seen to" in support.get(url).text

    support.post(f"{url}/stop", page="/me/name")
    with app.app_context():
        jobs.apply_remedies()

    assert left() == 6
    assert "Stopped" in support.get(url).text
    with app.app_context():
        assert "remedy.stopped" in set(db.session.scalars(select(AuditEntry.action)))


def test_a_remedy_on_100_000_takes_bounded_memory_and_can_be_stopped(
    app: Flask, support: Visitor, place: Place, do: Callable[..., int], left: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(jobs, "_AT_MOST_S", 300.0)
    for _ in ("with what is loaded once", "without"):
        place({Status.SMS_FAILED: 2 * slices.SLICE})
        do(run=False)
        of_two_slices = _peak(app)
    place({Status.SMS_FAILED: 100_000})
    url = f"/remedies/{do(run=False)}"

    worker = threading.Thread(target=_peak, args=(app,))
    worker.start()
    until(lambda: left() <= 97_000, within_s=60)
    support.post(f"{url}/stop", page="/me/name")
    worker.join()
    stopped_at = 100_000 - left()
    do(run=False)
    of_the_rest = _peak(app)

    assert 0 < stopped_at < 50_000
    assert f"{stopped_at:,} of 100,000 seen to" in support.get(url).text
    assert left() == 0
    assert of_the_rest < 1.5 * of_two_slices, f"{of_the_rest:,} bytes, {of_two_slices:,} for two slices"


def _peak(app: Flask) -> int:
    """Do what is open, and tell how many bytes that took at most."""
    with app.app_context():
        tracemalloc.start()
        jobs.apply_remedies()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        db.session.remove()
    return most


def test_what_it_will_do_is_shown_before_it_is_done(
    app: Flask, support: Visitor, place: Place, group_id: Callable[[], int], left: Callable[[], int]
) -> None:
    place({Status.SMS_FAILED: 12})
    with app.app_context():
        db.session.execute(text("insert into price (channel, country, amount) values (2, 'NO', 0.5)"))
        db.session.commit()
    form = {"kind": "resend", "which": "all", "reason": "They asked"}

    preview = support.post(f"/failures/{group_id()}/remedy", form, page="/me/name")

    assert preview.status_code == 200
    assert "Nothing has been done yet" in preview.text
    assert "Norway" in preview.text
    assert "NOK 6.00" in preview.text.replace("\xa0", " ")
    assert left() == 12
    with app.app_context():
        assert db.session.scalars(select(Remedy)).all() == []


@pytest.mark.parametrize("single", ["9" * 30, "\u00b2", "-1"])
def test_a_notification_that_cannot_be_is_not_chosen(
    support: Visitor, place: Place, group_id: Callable[[], int], single: str
) -> None:
    place({Status.SMS_FAILED: 1})

    assert support.get(f"/failures/{group_id()}/remedy?single={single}").status_code == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": ""}, "Say why."),
        ({"reason": "Call 912 34 567"}, "Leave out phone numbers"),
        ({"kind": ""}, "Choose what is to be done."),
        ({"which": ""}, "Choose to which."),
        ({"which": "some"}, "Choose at least one failure."),
        ({"kind": "other_sender"}, "Write the other sender."),
        ({"kind": "other_sender", "sender": "far too long a name"}, "at most 11 characters"),
        ({"send_at": "2020-01-01T12:00"}, "still to come"),
        ({"send_at": "9999-12-31T12:00"}, "within the next two years"),
        ({"kind": "correct", "one": "1", "address": "+4741234567"}, "Choose one failure"),
        ({"kind": "correct", "one": "1", "which": "some", "chosen": "1,2", "address": "+4741234567"}, "Choose one"),
        ({"kind": "correct", "address": "+4741234567"}, "Choose what is to be done."),
    ],
)
def test_what_was_not_said_rightly_is_asked_again(
    support: Visitor, place: Place, group_id: Callable[[], int], left: Callable[[], int], said: dict[str, str],
    words: str,
) -> None:  # fmt: skip
    place({Status.SMS_FAILED: 1})
    form = {"kind": "resend", "which": "all", "reason": "x", "confirmed": "yes", **said}

    answer = support.post(f"/failures/{group_id()}/remedy", form, page="/me/name")

    assert answer.status_code == 422
    assert words in answer.text
    assert left() == 1


def test_administrators_are_asked_for_a_registration_by_e_mail(
    app: Flask, support: Visitor, administrator: Visitor, place: Place, group_id: Callable[[], int]
) -> None:
    place({Status.SMS_FAILED_REJECTED: 1})
    url = f"/failures/{group_id()}/ask"

    support.post(url, {"reason": "Spain refuses it"}, page="/me/name")
    support.post(url, {"reason": ""}, page="/me/name")

    with app.app_context():
        email = db.session.scalars(select(SystemEmail)).one()
        assert email.to == "anne@ttd.example"
        assert "asks for a registration" in email.subject
        assert "Spain refuses it" in email.text
        page = email.text.partition("Begin it: ")[2].removeprefix(app.config["PUBLIC_URL"].rstrip("/"))
    assert administrator.get(page).status_code == 200
    assert "country=NO" in page
    assert "Asked the administrators: for a registration of the sender ID; Spain refuses it" in (
        administrator.get("/audit").text
    )


def test_senders_may_neither_see_nor_do_any_of_it(
    sender: Visitor, place: Place, group_id: Callable[[], int], left: Callable[[], int]
) -> None:
    placed = place({Status.SMS_FAILED: 1})
    form = {"kind": "close", "which": "all", "reason": "x", "confirmed": "yes"}

    assert sender.post(f"/failures/{group_id()}/remedy", form, page="/me/name").status_code == 403
    assert sender.get("/remedies").status_code == 403
    assert "remedy-link" not in sender.get(f"/notifications/{placed.first_id}").text
    assert left() == 1


def test_the_notification_page_leads_to_the_remedies(support: Visitor, place: Place) -> None:
    placed = place({Status.SMS_FAILED: 2}, route=Route.SIMULATED)

    page = support.get(f"/notifications/{placed.first_id}").text
    url = page.partition('id="remedy-link"')[2].partition('href="')[2].partition('"')[0].replace("&amp;", "&")

    assert "Correct the address and send again" in support.get(url).text
    assert str(placed.first_id) in support.get(url).text
