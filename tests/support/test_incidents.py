"""A jump against the usual rate marks a group, and is told once: by e-mail and by a webhook."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.db import db, utcnow
from app.messaging.status import Status
from app.support import jobs
from app.support.failures import incidents, queries
from app.support.failures.models import Incident
from app.support.failures.queries import Wanted
from app.system_email.models import SystemEmail
from tests.fixtures.desk import Visitor
from tests.shipments.rows import Placed

Place = Callable[..., Placed]


@pytest.fixture
def webhook(app: Flask) -> Iterator[list[dict[str, object]]]:
    """A server that takes alerts; the first call it answers with 503."""
    heard: list[dict[str, object]] = []
    answers = iter([503])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(next(answers, 204))
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    app.config["ALERT_WEBHOOK_URL"] = f"http://127.0.0.1:{server.server_port}/"
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()


def _watch(app: Flask, after: timedelta = timedelta()) -> int:
    with app.app_context():
        opened = incidents.watch(utcnow() + after)
        db.session.commit()
        return len(opened)


def _before(app: Flask, days: int, count: int) -> None:
    """As if so many had failed at the same hour, so many days ago."""
    with app.app_context():
        db.session.execute(
            text(
                "insert into failure_inflow (began_at, group_id, slot, n)"
                " select date_bin('10 minutes', now() - make_interval(days => :days), '2026-01-01 00:00:00+00'),"
                " id, 0, :n from failure_group"
            ),
            {"days": days, "n": count},
        )
        db.session.commit()


def test_a_jump_is_marked_and_stands_on_top(app: Flask, support: Visitor, place: Place) -> None:
    place({Status.SMS_FAILED: 25})
    place({Status.SMS_FAILED_EXPIRED: 1})

    assert _watch(app) == 1

    with app.app_context():
        found = queries.groups(Wanted())
        assert [(one.status, one.jumped_at is not None) for one in found] == [
            (Status.SMS_FAILED, True),
            (Status.SMS_FAILED_EXPIRED, False),
        ]
    assert ">jump</span>" in support.get("/failures").text


def test_as_many_as_usual_at_that_hour_of_the_week_are_no_jump(app: Flask, place: Place) -> None:
    place({Status.SMS_FAILED: 30})
    _before(app, 7, 12)
    _before(app, 14, 10)

    assert _watch(app) == 0

    place({Status.SMS_FAILED: 30})
    assert _watch(app) == 1


@pytest.mark.parametrize(
    ("in_an_hour", "usually", "jumps"), [(19, 0, False), (20, 0, True), (60, 21, False), (63, 21, True)]
)
def test_what_a_jump_is(in_an_hour: int, usually: int, jumps: bool) -> None:
    assert incidents.is_jump(in_an_hour, usually) is jumps


def test_an_incident_is_told_once_by_e_mail(app: Flask, place: Place) -> None:
    app.config["ALERT_EMAILS"] = "watch@ttd.example, guard@ttd.example"
    place({Status.SMS_FAILED: 25})

    assert _watch(app) == 1
    assert _watch(app) == 0

    with app.app_context():
        emails = db.session.scalars(select(SystemEmail).order_by(SystemEmail.id)).all()
        assert [email.to for email in emails] == ["watch@ttd.example", "guard@ttd.example"]
        assert "Failures jump: Failed" in emails[0].subject
        assert "/failures/" in emails[0].text


def test_an_incident_ends_when_the_rate_is_usual_again_and_the_next_is_another(app: Flask, place: Place) -> None:
    place({Status.SMS_FAILED: 25})
    _watch(app)

    _watch(app, after=timedelta(hours=2))
    with app.app_context():
        assert db.session.scalars(select(Incident)).one().ended_at is not None

    assert _watch(app) == 1


def test_the_webhook_is_told_once_and_again_only_where_it_did_not_take_it(
    app: Flask, place: Place, webhook: list[dict[str, object]]
) -> None:
    place({Status.SMS_FAILED: 25})
    _watch(app)

    with app.app_context():
        jobs.call_webhook()
        assert len(webhook) == 1
        jobs.call_webhook()
        assert len(webhook) == 1, "it is called again, but not at once"
        db.session.execute(update(Incident).values(webhook_due_at=utcnow()))
        db.session.commit()
        jobs.call_webhook()
        jobs.call_webhook()

    assert len(webhook) == 2
    assert webhook[1]["status"] == "SMS_Failed"
    assert webhook[1]["in_an_hour"] == 25
    assert webhook[1]["service_owner"] == "ttd"
    assert "+47" not in str(webhook)


def test_without_a_webhook_none_is_due(app: Flask, place: Place) -> None:
    place({Status.SMS_FAILED: 25})
    _watch(app)

    with app.app_context():
        assert not incidents.call_is_due()


def test_old_inflow_is_forgotten(app: Flask, place: Place) -> None:
    place({Status.SMS_FAILED: 1})
    _before(app, 16, 5)

    _watch(app)

    with app.app_context():
        assert db.session.scalar(text("select sum(n)::int from failure_inflow")) == 1
