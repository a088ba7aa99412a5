"""A closing that was a mistake is taken back: its failures stand in the inbox again, as they came, and only those."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.db import db
from app.messaging.status import Status
from app.support import jobs
from app.support.failures import queries as failures
from app.support.failures.queries import Wanted
from app.support.remedies import slices
from app.support.remedies.models import LineOutcome, Remedy, RemedyLine, RemedyStatus
from tests.fixtures.desk import Visitor
from tests.shipments.rows import Placed

Place = Callable[..., Placed]
Do = Callable[..., int]
Rows = Callable[[str], list[tuple[object, ...]]]
TakeBack = Callable[[int], int]
FAILED = "select notification_id, group_id, failed_at from failure order by notification_id"
INFLOW = "select began_at, group_id, sum(n) from failure_inflow group by 1, 2 having sum(n) <> 0 order by 1, 2"


@pytest.fixture
def rows(app: Flask) -> Rows:
    """What a question to the database answers."""

    def ask(statement: str) -> list[tuple[object, ...]]:
        with app.app_context():
            return [tuple(row) for row in db.session.execute(text(statement))]

    return ask


@pytest.fixture
def do(app: Flask, support: Visitor) -> Do:
    """Confirms a remedy on the first group of the inbox and does it; gives its id."""

    def confirm(kind: str, **said: str) -> int:
        with app.app_context():
            group_id = failures.groups(Wanted())[0].id
        form = {"kind": kind, "which": "all", "reason": "They asked", "confirmed": "yes", **said}
        return _id(app, support.post(f"/failures/{group_id}/remedy", form, page="/me/name").location)

    return confirm


@pytest.fixture
def take_back(app: Flask, support: Visitor) -> TakeBack:
    """Takes a closing back; gives the remedy that does it."""

    def post(closing_id: int) -> int:
        said = {"reason": "It was the wrong cause"}
        return _id(app, support.post(f"/remedies/{closing_id}/take-back", said, page="/me/name").location)

    return post


def _id(app: Flask, location: str) -> int:
    with app.app_context():
        jobs.apply_remedies()
    return int(location.rpartition("/")[2])


def test_they_stand_in_the_inbox_again_since_when_they_failed_and_are_no_new_inflow(
    support: Visitor, place: Place, do: Do, take_back: TakeBack, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE", 7)
    placed = place({Status.SMS_FAILED_EXPIRED: 30})
    before = rows(FAILED), rows(INFLOW)
    closing_id = do("close")
    closed = rows(FAILED)

    remedy_id = take_back(closing_id)

    assert closed == []
    assert (rows(FAILED), rows(INFLOW)) == before
    page = support.get(f"/remedies/{remedy_id}").text
    assert "30 of 30 seen to" in page
    assert "Put back among the failures" in page
    assert "Remedy: Put back among the failures" in support.get(f"/notifications/{placed.first_id}").text


def test_only_those_that_this_closing_closed_are_put_back(
    app: Flask, place: Place, do: Do, take_back: TakeBack
) -> None:
    placed = place({Status.SMS_FAILED_EXPIRED: 4})
    do("close", which="some", chosen=str(placed.ids[0]))
    closing_id = do("close", which="some", chosen=f"{placed.ids[1]},{placed.ids[2]}")

    take_back(closing_id)

    with app.app_context():
        back = db.session.scalars(select(RemedyLine).where(RemedyLine.outcome == LineOutcome.REOPENED))
        assert sorted(line.notification_id for line in back) == [*placed.ids[1:3]]


def test_who_was_sent_another_notification_meanwhile_is_not_put_back_a_second_time(
    place: Place, do: Do, take_back: TakeBack, rows: Rows
) -> None:
    placed = place({Status.SMS_FAILED_EXPIRED: 2})
    closing_id = do("close")
    take_back(closing_id)
    do("other_sender", which="some", chosen=str(placed.ids[0]), sender="Varsel2", with_expired="y")

    take_back(closing_id)

    assert [row[0] for row in rows(FAILED)] == [placed.ids[1]]


def test_what_was_closed_anew_stays_closed_when_the_first_closing_is_taken_back_again(
    support: Visitor, place: Place, do: Do, take_back: TakeBack, rows: Rows
) -> None:
    placed = place({Status.SMS_FAILED_EXPIRED: 2})
    first_id = do("close")
    take_back(first_id)
    do("close", which="some", chosen=str(placed.ids[0]))

    remedy_id = take_back(first_id)

    assert [row[0] for row in rows(FAILED)] == [placed.ids[1]]
    page = support.get(f"/remedies/{remedy_id}").text
    assert "2 of 2 seen to" in page
    assert "Left: something else was done about it since" in page


def test_what_was_stopped_meanwhile_is_no_failure_again(
    app: Flask, place: Place, do: Do, take_back: TakeBack, rows: Rows
) -> None:
    placed = place({Status.SMS_FAILED_EXPIRED: 2})
    closing_id = do("close")
    with app.app_context():
        stopped = text("update notification_state set reason = 'stopped' where id = :id")
        db.session.execute(stopped, {"id": placed.ids[0]})
        db.session.commit()

    take_back(closing_id)

    assert [row[0] for row in rows(FAILED)] == [placed.ids[1]]


def test_what_is_put_back_while_others_are_sent_again_is_left_to_who_put_it_back(
    app: Flask, support: Visitor, place: Place, do: Do, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = place({Status.SMS_FAILED_EXPIRED: 10})
    closing_id = do("close", which="some", chosen=str(placed.ids[9]))
    monkeypatch.setattr(jobs, "apply_remedies", lambda: None)
    do("resend")
    support.post(f"/remedies/{closing_id}/take-back", {"reason": "It was the wrong cause"}, page="/me/name")
    monkeypatch.undo()

    with app.app_context():
        jobs.apply_remedies()

    assert [row[0] for row in rows(FAILED)] == [placed.ids[9]]


def test_two_who_take_it_back_at_once_share_one_remedy(app: Flask, support: Visitor, place: Place, do: Do) -> None:
    place({Status.SMS_FAILED_EXPIRED: 2})
    closing_id = do("close")
    url, said = f"/remedies/{closing_id}/take-back", {"reason": "It was the wrong cause"}

    first = support.post(url, said, page="/me/name").location
    second = support.post(url, said, page="/me/name").location

    assert first == second
    with app.app_context():
        assert db.session.get_one(Remedy, int(first.rpartition("/")[2])).status == RemedyStatus.OPEN


def test_it_asks_why_and_takes_no_personal_data(support: Visitor, place: Place, do: Do) -> None:
    place({Status.SMS_FAILED_EXPIRED: 1})
    closing_id = do("close")
    url = f"/remedies/{closing_id}/take-back"

    silent = support.post(url, {"reason": " "}, page="/me/name")
    telling = support.post(url, {"reason": "Ask +47 912 34 567"}, page="/me/name")

    assert (silent.status_code, telling.status_code) == (422, 422)
    assert "Say why." in silent.text
    assert "Leave out phone numbers" in telling.text
    assert "Ask +47 912 34 567" in telling.text


def test_only_a_closing_can_be_taken_back(support: Visitor, place: Place, do: Do) -> None:
    place({Status.SMS_FAILED_EXPIRED: 1})
    remedy_id = do("resend")

    answer = support.post(f"/remedies/{remedy_id}/take-back", {"reason": "A mistake"}, page="/me/name")

    assert answer.status_code == 404
    assert "Closed by mistake?" not in support.get(f"/remedies/{remedy_id}").text
