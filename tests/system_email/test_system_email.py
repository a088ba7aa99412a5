"""E-mail that Varsel itself writes: each at most once, retried while nobody took it, shown covered."""

import threading
from collections.abc import Callable, Iterator

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update

from app.db import db, utcnow
from app.system_email import jobs, queries, service
from app.system_email.models import SystemEmail
from app.system_email.queries import State
from app.web.paging import Window
from tests.fixtures.desk import Somebody, Visitor
from tests.fixtures.product import free_ports

TO = "hanne.holder@skd.example"


class Mailbox:
    """A mail server that keeps what it takes, and answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.answer = "250 Taken"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        """Take a letter, or refuse it."""
        if self.answer.startswith("250"):
            self.letters.append(envelope.content.decode())
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A running mail server and its port."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_ports(1)[0], ready_timeout=60)
    server.start()

    yield box, server.port

    server.stop()


@pytest.fixture
def settings(settings: dict[str, object], mailbox: tuple[Mailbox, int]) -> dict[str, object]:
    """The application hands over to that server."""
    return {**settings, "SMTP_PORT": mailbox[1], "SMTP_TLS": "never"}


@pytest.fixture
def box(mailbox: tuple[Mailbox, int]) -> Mailbox:
    """What arrived."""
    return mailbox[0]


def post(app: Flask, key: str = "ends:1:2027-01-01", text: str = "It ends.") -> None:
    with app.app_context():
        service.post(TO, "A registration ends", text, key=key)
        db.session.commit()


def send(app: Flask) -> None:
    with app.app_context():
        jobs.send()


def row(app: Flask) -> SystemEmail:
    with app.app_context():
        return db.session.scalars(select(SystemEmail)).one()


def make_due(app: Flask) -> None:
    with app.app_context():
        waiting = update(SystemEmail).where(SystemEmail.due_at.is_not(None))
        db.session.execute(waiting.values(due_at=utcnow()))
        db.session.commit()


def state(app: Flask) -> State:
    with app.app_context():
        return queries.page_of(None, Window()).rows[0].state


def test_what_is_posted_arrives_once_however_often_it_is_posted_and_sent(app: Flask, box: Mailbox) -> None:
    post(app)
    post(app, text="Another text.")
    send(app)
    post(app)
    send(app)

    [letter] = box.letters
    assert "It ends." in letter
    assert "Subject: A registration ends" in letter
    assert TO in letter
    assert state(app) is State.SENT


def test_a_rolled_back_change_sends_nothing(app: Flask, box: Mailbox) -> None:
    with app.app_context():
        service.post(TO, "A registration ends", "It ends.", key="one")
        db.session.rollback()

    send(app)

    assert box.letters == []


def test_two_runs_at_once_send_each_e_mail_once(app: Flask, box: Mailbox) -> None:
    for number in range(25):
        post(app, key=f"ends:{number}")

    runs = [threading.Thread(target=send, args=(app,)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert len(box.letters) == 25


def test_what_is_refused_for_now_is_tried_again_later_and_then_given_up(app: Flask, box: Mailbox) -> None:
    box.answer = f"451 Not now, {TO}"
    post(app)
    before = utcnow()
    send(app)

    waiting = row(app)
    assert waiting.due_at is not None
    assert before + service.RETRIES[0] <= waiting.due_at <= utcnow() + service.RETRIES[0]
    assert "Not now" in waiting.failure
    assert TO not in waiting.failure
    assert state(app) is State.WAITS

    for _ in service.RETRIES:
        make_due(app)
        send(app)
    assert row(app).due_at is None
    assert row(app).attempts == len(service.RETRIES) + 1
    assert state(app) is State.FAILED


def test_what_is_refused_for_good_is_not_tried_again_unless_somebody_says_so(
    app: Flask, box: Mailbox, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]
) -> None:
    administrator = visitor().sign_in(somebody("astrid", administrator=True))
    box.answer = "550 No such mailbox"
    post(app)
    send(app)
    send(app)
    assert (row(app).attempts, state(app)) == (1, State.FAILED)

    box.answer = "250 Taken"
    page = administrator.get("/system-email?state=failed").text
    assert "No such mailbox" in page
    answer = administrator.post(f"/system-email/{row(app).id}/send-again", page="/system-email")
    send(app)

    assert answer.status_code == 303
    assert len(box.letters) == 1
    assert state(app) is State.SENT


def test_a_worker_that_dies_between_two_steps_leaves_it_to_a_person(app: Flask, box: Mailbox) -> None:
    post(app)
    with app.app_context():
        [taken] = service.take()
        db.session.commit()

    send(app)

    assert box.letters == []
    assert state(app) is State.WAITS
    with app.app_context():
        assert not service.send_again(taken.id)
        long_ago = utcnow() - 2 * service.HANDED_OVER_WITHIN
        db.session.execute(update(SystemEmail).values(failed_at=long_ago))
        db.session.commit()
    assert state(app) is State.FAILED
    assert row(app).failure == service.UNKNOWN


def test_the_page_covers_addresses_and_shows_no_bodies(
    app: Flask, somebody: Callable[..., Somebody], visitor: Callable[..., Visitor]
) -> None:
    administrator = visitor().sign_in(somebody("astrid", administrator=True))
    assert "No e-mails" in administrator.get("/system-email").text
    post(app)

    page = administrator.get("/system-email").text

    assert "A registration ends" in page
    assert TO not in page
    assert "It ends." not in page
    assert administrator.get("/system-email?state=no-such").status_code == 404


def test_bodies_and_addresses_reach_no_log(app: Flask, box: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="app")
    box.answer = "451 Not now"
    post(app)

    send(app)

    assert TO not in caplog.text
    assert "It ends." not in caplog.text
