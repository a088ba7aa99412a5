"""A registration ends and lapses by itself, on its day in its country's calendar, and its contact is told before."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.country_rules.terms import RegistrationStatus as Status
from app.db import db
from app.messaging.status import AttemptOutcome, Channel, Route
from app.sender_ids import days, ending, jobs, queries, traffic
from app.sender_ids.models import RegistrationStep, SenderTraffic, TrafficRead
from app.shipments.models import Attempt, Notification, Shipment
from app.system_email.models import SystemEmail
from tests.fixtures.desk import Visitor
from tests.sender_ids.conftest import People, status_of


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock that ends are told by."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(days, "utcnow", lambda: moment)
        monkeypatch.setattr(ending, "utcnow", lambda: moment)

    return set_clock


def keep_up(app: Flask) -> None:
    with app.app_context():
        jobs.keep_up()


def letters(app: Flask) -> list[SystemEmail]:
    with app.app_context():
        return list(db.session.scalars(select(SystemEmail).order_by(SystemEmail.id)))


def send(app: Flask, people: People, country: str, handed_over_at: datetime, **others: int) -> None:
    """Leave a trace of one SMS, as dispatch does."""
    with app.app_context():
        number = (db.session.scalar(select(Notification.id).order_by(Notification.id.desc()).limit(1)) or 0) + 1
        shipment = Shipment(order_id=1, service_owner_id=people.owner, channel=Channel.SMS, recipients=1)
        shipment.daytime_only, shipment.requested_send_at = False, handed_over_at
        shipment.expires_at, shipment.no, shipment.placed_at = handed_over_at, number, handed_over_at
        db.session.add(shipment)
        db.session.flush()
        common = {"channel": Channel.SMS, "address": "+66812345678", "country": country, "part": 0, "row_no": number}
        db.session.add(Notification(id=number, shipment_id=shipment.id, **common))
        said = {"route": Route.REAL, "outcome": AttemptOutcome.ACCEPTED, "segments": 1, "sender": "Skatt", **others}
        db.session.add(Attempt(notification_id=number, no=1, gateway="link", handed_over_at=handed_over_at, **said))
        db.session.commit()


def used(app: Flask, people: People, country: str, at: datetime) -> None:
    """Leave what reading the attempts leaves of an SMS."""
    with app.app_context():
        db.session.merge(SenderTraffic(service_owner_id=people.owner, country=country, sender="Skatt", last_at=at))
        db.session.commit()


@pytest.fixture
def order(app: Flask, people: People) -> None:
    """An order that shipments can be of."""
    from app.orders.models import Order

    with app.app_context():
        db.session.add(Order(service_owner_id=people.owner, channel=Channel.SMS, sms_text="Hi", daytime_only=False))
        db.session.commit()


def test_it_ends_when_its_day_begins_where_it_is_for(
    app: Flask, registration: Callable[..., int], at: Callable[[datetime], None]
) -> None:
    spain = registration("approved", "ES", valid_until=date(2027, 1, 10))
    bangkok = registration("approved", "TH", valid_until=date(2027, 1, 10), approved_on=date(2027, 1, 1))

    at(datetime(2027, 1, 9, 16, 59, tzinfo=UTC))
    keep_up(app)
    assert (status_of(app, spain), status_of(app, bangkok)) == (Status.APPROVED, Status.APPROVED)

    at(datetime(2027, 1, 9, 17, 0, tzinfo=UTC))
    keep_up(app)
    assert (status_of(app, spain), status_of(app, bangkok)) == (Status.APPROVED, Status.EXPIRED)

    at(datetime(2027, 1, 9, 23, 0, tzinfo=UTC))
    keep_up(app)
    assert status_of(app, spain) is Status.EXPIRED


def test_its_page_and_the_question_of_other_rooms_need_no_job(
    app: Flask, people: People, registration: Callable[..., int], sender: Visitor
) -> None:
    registration_id = registration("approved", "ES", valid_until=date(2026, 1, 10))

    assert "Expired" in sender.get(f"/sender-ids/{registration_id}").text
    assert "Expired" in sender.get("/sender-ids").text
    with app.app_context():
        found = queries.registrations(people.owner, "Skatt", ["ES"])["ES"]
    assert not found.counts_on(days.today_in("ES"))
    assert found.counts_on(date(2026, 1, 9))
    assert status_of(app, registration_id) is Status.APPROVED


def test_two_runs_at_once_write_one_step_and_one_letter(app: Flask, registration: Callable[..., int]) -> None:
    ended = registration("approved", "ES", valid_until=days.today_in("ES"))
    registration("approved", "FI", valid_until=days.today_in("FI") + timedelta(days=20))

    runs = [threading.Thread(target=keep_up, args=(app,)) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    with app.app_context():
        expired = select(RegistrationStep).where(RegistrationStep.new_status == "expired")
        [step] = db.session.scalars(expired)
    assert (step.registration_id, step.person_id) == (ended, None)
    assert len(letters(app)) == 1


def test_the_contact_is_told_sixty_thirty_and_seven_days_before_each_once(
    app: Flask, registration: Callable[..., int], at: Callable[[datetime], None]
) -> None:
    registration("approved", "ES", valid_until=date(2027, 6, 1))
    told = []

    for left in (61, 60, 59, 31, 30, 29, 8, 7, 6, 1, 0, -1):
        at(datetime(2027, 6, 1, 12, tzinfo=UTC) - timedelta(days=left))
        keep_up(app)
        told += [left] * (len(letters(app)) - len(told))

    assert told == [60, 30, 7]
    assert all(letter.to == "hanne.holm@skd.example" for letter in letters(app))
    assert letters(app)[0].subject == "Skatt ends in Spain in 60 days"


def test_a_job_that_was_away_tells_only_the_nearest(
    app: Flask, registration: Callable[..., int], at: Callable[[datetime], None]
) -> None:
    registration("approved", "ES", valid_until=date(2027, 6, 1))
    at(datetime(2027, 5, 28, 12, tzinfo=UTC))

    keep_up(app)

    [letter] = letters(app)
    assert letter.key.endswith(":7")


def test_an_end_that_is_put_off_is_told_of_anew(
    app: Flask, registration: Callable[..., int], administrator: Visitor
) -> None:
    soon = days.today_in("ES") + timedelta(days=20)
    registration_id = registration("approved", "ES", valid_until=soon)
    keep_up(app)
    page = f"/sender-ids/{registration_id}/edit"
    renewed = {"revision": "1", "valid_until": (soon + timedelta(days=5)).isoformat()}
    administrator.post(page, renewed, page=page)

    keep_up(app)

    assert len(letters(app)) == 2


@pytest.mark.usefixtures("order")
def test_in_thailand_traffic_keeps_it_and_disuse_ends_it(
    app: Flask, people: People, registration: Callable[..., int], at: Callable[[datetime], None]
) -> None:
    registration_id = registration("approved", "TH", approved_on=date(2026, 3, 31))
    sent_at = datetime.now(UTC) - timedelta(days=3)
    send(app, people, "TH", sent_at)
    keep_up(app)
    assert status_of(app, registration_id) is Status.APPROVED

    end = days.months_after(days.day_in("TH", sent_at), 6)
    at(datetime(end.year, end.month, end.day, 12, tzinfo=UTC) - timedelta(days=1))
    keep_up(app)
    assert status_of(app, registration_id) is Status.APPROVED

    at(datetime(end.year, end.month, end.day, 12, tzinfo=UTC))
    keep_up(app)
    assert status_of(app, registration_id) is Status.EXPIRED


def test_what_lapses_after_more_months_than_there_are_lapses_on_the_last_day() -> None:
    assert days.months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert days.months_after(date(2026, 8, 31), 2_000_000_000) == date.max
    assert days.months_after(date.max, 1) == date.max


def test_who_sends_every_day_is_not_told_every_day_that_it_lapses(
    app: Flask, people: People, registration: Callable[..., int], at: Callable[[datetime], None]
) -> None:
    registration("approved", "ES", approved_on=date(2027, 1, 1), lapses_after_months=1)
    told: list[int] = []

    for day in range(40):
        moment = datetime(2027, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        at(moment)
        if day < 10:
            used(app, people, "ES", moment)
        keep_up(app)
        told += [day] * (len(letters(app)) - len(told))

    [letter] = letters(app)
    assert letter.subject == "Skatt lapses in Spain in 7 days"
    assert told == [9 + 31 - 7]


@pytest.mark.usefixtures("order")
def test_only_real_sms_that_a_gateway_took_are_traffic(app: Flask, people: People) -> None:
    now = datetime.now(UTC) - timedelta(minutes=1)
    send(app, people, "TH", now, route=Route.SIMULATED)
    send(app, people, "FI", now, outcome=AttemptOutcome.REFUSED)
    send(app, people, "ES", now - timedelta(days=2))
    send(app, people, "ES", now)

    keep_up(app)
    keep_up(app)

    with app.app_context():
        [row] = db.session.scalars(select(SenderTraffic))
    assert (row.service_owner_id, row.country, row.sender, row.last_at) == (people.owner, "ES", "Skatt", now)


@pytest.mark.usefixtures("order")
def test_an_attempt_that_is_stored_late_is_read_all_the_same(app: Flask, people: People) -> None:
    keep_up(app)
    with app.app_context():
        read_to_at = db.session.scalars(select(TrafficRead)).one().read_to_at
    send(app, people, "ES", read_to_at - traffic.OVERLAP + timedelta(minutes=1))

    keep_up(app)

    with app.app_context():
        assert db.session.scalars(select(SenderTraffic)).one().country == "ES"


def test_what_ends_soon_stands_on_the_front_page(
    app: Flask, registration: Callable[..., int], administrator: Visitor
) -> None:
    registration("approved", "ES", valid_until=days.today_in("ES") + timedelta(days=20))
    registration("approved", "FI", valid_until=days.today_in("FI") + timedelta(days=61))

    page = administrator.get("/", follow_redirects=True).text

    assert "Skatt, Spain (skd): Ends on" in page
    assert "Skatt, Finland" not in page
    assert "within 30 days" in page


def test_who_begins_again_before_the_job_came_leaves_the_end_to_time(
    app: Flask, registration: Callable[..., int], sender: Visitor, people: People
) -> None:
    registration_id = registration("approved", "ES", valid_until=days.today_in("ES"))
    page = f"/sender-ids/{registration_id}/move/begin_again"

    assert sender.post(page, page=page).status_code == 303

    with app.app_context():
        its = select(RegistrationStep.new_status, RegistrationStep.person_id).order_by(RegistrationStep.id)
        steps = [tuple(row) for row in db.session.execute(its)][1:]
    assert steps == [("expired", None), ("draft", people.kari.id)]
