"""Daily figures: made by one statement a day, made anew while notifications change, and kept when these are deleted."""

import threading
from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy import select, text

from app.db import db
from app.insight import jobs, service
from app.insight.buckets import seconds_of
from app.insight.models import InsightCount, InsightDay, InsightTime
from app.messaging.status import Channel, Route, ShipmentStatus, Status
from tests.insight.conftest import days_ago
from tests.shipments import rows
from tests.shipments.rows import Placed

Sent = Callable[..., Placed]


def counts(app: Flask) -> dict[tuple[date, int], int]:
    with app.app_context():
        found = db.session.execute(select(InsightCount.day, InsightCount.status, InsightCount.n)).all()
        return {(day, status): n for day, status, n in found}


def test_a_days_notifications_are_counted_by_all_that_tells_them_apart(
    app: Flask, sent: Sent, roll: Callable[[], None]
) -> None:
    sent(days_ago(1), {Status.SMS_DELIVERED: 3, Status.SMS_FAILED_EXPIRED: 2}, seconds=4)
    sent(days_ago(2), {Status.EMAIL_DELIVERED: 1}, channel=Channel.EMAIL, gateway="smtp")

    roll()

    with app.app_context():
        found = db.session.scalars(select(InsightCount).order_by(InsightCount.day.desc(), InsightCount.status)).all()
        told = [(one.day, one.status, one.gateway, one.sender, one.country, one.route, one.n) for one in found]
        times = db.session.execute(select(InsightTime.day, InsightTime.channel, InsightTime.n)).all()
    assert told == [
        (days_ago(1), Status.SMS_DELIVERED, "link", "Test", "NO", Route.REAL, 3),
        (days_ago(1), Status.SMS_FAILED_EXPIRED, "link", "Test", "NO", Route.REAL, 2),
        (days_ago(2), Status.EMAIL_DELIVERED, "smtp", "Test", "", Route.REAL, 1),
    ]
    assert sorted(map(tuple, times)) == [(days_ago(2), Channel.EMAIL, 1), (days_ago(1), Channel.SMS, 3)]


def test_rolling_up_again_changes_nothing(app: Flask, sent: Sent, roll: Callable[[], None]) -> None:
    sent(days_ago(1), {Status.SMS_DELIVERED: 3})
    roll()
    before = counts(app)

    with app.app_context():
        service.roll_up(days_ago(1), 1)
        service.roll_up(days_ago(1), 1)
        db.session.commit()

    assert counts(app) == before == {(days_ago(1), Status.SMS_DELIVERED): 3}


def test_a_day_whose_notifications_still_change_is_made_anew(
    app: Flask, sent: Sent, roll: Callable[[], None], change: Callable[..., None]
) -> None:
    placed = sent(days_ago(3), {Status.SMS_ACCEPTED: 2}, status=ShipmentStatus.PROCESSED)
    roll()
    change(rows.move, placed.ids, Status.SMS_DELIVERED)

    roll()

    assert counts(app) == {(days_ago(3), Status.SMS_DELIVERED): 2}


def test_what_did_not_change_is_not_read_again(app: Flask, sent: Sent, roll: Callable[[], None]) -> None:
    sent(days_ago(3), {Status.SMS_ACCEPTED: 2}, status=ShipmentStatus.PROCESSED)
    roll()
    with app.app_context():
        db.session.execute(text("update insight_count set n = 99"))
        db.session.commit()

    roll()

    assert counts(app) == {(days_ago(3), Status.SMS_ACCEPTED): 99}


def test_an_old_day_is_made_anew_when_a_remedy_has_sent_something_of_it_again(
    app: Flask, sent: Sent, roll: Callable[[], None], change: Callable[..., None]
) -> None:
    placed = sent(days_ago(30), {Status.SMS_FAILED: 2})
    roll()
    roll()
    change(rows.move, placed.ids, Status.SMS_DELIVERED, attempts=1)
    with app.app_context():
        db.session.execute(text("update shipment set completed_at = clock_timestamp()"))
        db.session.commit()

    roll()

    assert counts(app) == {(days_ago(30), Status.SMS_DELIVERED): 2}


def test_a_day_rests_many_times_as_long_as_it_took(app: Flask, sent: Sent) -> None:
    sent(days_ago(1), {Status.SMS_ACCEPTED: 1}, status=ShipmentStatus.PROCESSED)

    with app.app_context():
        jobs.roll_up()
        db.session.execute(text("update insight_day set took_s = 60"))
        db.session.commit()
        service.notice()

        assert db.session.scalar(text("select is_due from insight_day"))
        assert service.roll_next() is None
        db.session.execute(text("update insight_day set rolled_at = rolled_at - interval '21 minutes'"))
        assert service.roll_next() == days_ago(1)


def test_the_figures_outlive_the_deletion_of_what_they_speak_of(
    app: Flask, sent: Sent, roll: Callable[[], None]
) -> None:
    placed = sent(days_ago(1), {Status.SMS_DELIVERED: 3})
    roll()

    with app.app_context():
        for table, key in (("notification", "id"), ("notification_state", "id"), ("attempt", "notification_id")):
            db.session.execute(text(f"delete from {table} where {key} > :first"), {"first": placed.first_id})
        db.session.execute(text("update shipment set completed_at = clock_timestamp()"))
        db.session.commit()
    roll()

    assert counts(app) == {(days_ago(1), Status.SMS_DELIVERED): 3}
    with app.app_context():
        assert db.session.scalars(select(InsightDay.total)).one() == 3


def test_two_workers_at_once_make_each_day_once(app: Flask, sent: Sent) -> None:
    for number in range(1, 6):
        sent(days_ago(number), {Status.SMS_DELIVERED: 2})

    def work() -> None:
        with app.app_context():
            jobs.roll_up()
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts(app) == {(days_ago(number), Status.SMS_DELIVERED): 2 for number in range(1, 6)}


def test_the_time_runs_from_the_first_hand_over(app: Flask, sent: Sent, roll: Callable[[], None]) -> None:
    placed = sent(days_ago(1), {Status.SMS_DELIVERED: 1}, seconds=100)
    with app.app_context():
        again = """
        insert into attempt (notification_id, no, gateway, route, outcome, sender, segments, handed_over_at)
        select notification_id, 2, 'other', 1, 1, sender, 1, clock_timestamp() from attempt
        """
        db.session.execute(text(again))
        db.session.execute(text("update notification_state set attempts = 2 where id = :id"), {"id": placed.first_id})
        db.session.commit()

    roll()

    with app.app_context():
        assert abs(seconds_of(db.session.scalars(select(InsightTime.bucket)).one()) - 100) < 3
        assert db.session.scalars(select(InsightCount.gateway)).one() == "other"


def test_a_day_in_norway_has_23_or_25_hours_when_the_clocks_change() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)):
        begins, ends = service.hours_of(day)
        assert (ends - begins).total_seconds() == hours * 3600
