"""Every change of a status that is ever stored is one that may follow."""

import pytest

from app.dispatch.claim import claim
from app.messaging.status import FOLLOWS, Channel, Status
from app.standin import Standin
from app.standin.behaviour import Answer, Behaviour
from app.standin.reporter import ReportRow, written
from tests.dispatch.desk import Desk, numbers

RECORD = (
    "create table moved (before smallint, after smallint)",
    """
    create function note_move() returns trigger language plpgsql as $$
    begin insert into moved values (old.status, new.status); return null; end $$
    """,
    """
    create trigger note_move after update on notification_state for each row when (old.status <> new.status)
    execute function note_move()
    """,
)


@pytest.fixture
def recorded(desk: Desk) -> Desk:
    """A desk whose database writes down every change of a status."""
    for statement in RECORD:
        desk.do(statement)
    return desk


def test_every_stored_change_of_a_status_is_one_that_may_follow(recorded: Desk, standin: Standin) -> None:
    desk = recorded
    magic = [f"+479000010{n:02d}"[:11] for n in range(12)]
    everything = numbers(40) + [number for number in magic if not number.endswith("07")]
    desk.place(everything)
    desk.place(
        ["kari@example.com", "bounce@example.com", "later@example.com", "spam@example.com"], channel=Channel.EMAIL
    )
    desk.start()
    desk.send()
    desk.apply()
    _report_everything(desk)
    _retry(desk, standin)
    _lose_a_batch(desk)
    desk.do("update shipment set expires_at = clock_timestamp() - interval '301 seconds'")
    desk.do("update batch set expires_at = clock_timestamp()")
    desk.sweep()
    _report_everything(desk)

    moves = {(Status(row.before), Status(row.after)) for row in desk.rows("select distinct * from moved")}

    assert all(after in FOLLOWS.get(before, ()) for before, after in moves), moves
    assert len(moves) > 10
    assert desk.rows("select count(*) from shipment where status <> 2") == [(0,)]
    desk.assert_counters_are_right()


def _report_everything(desk: Desk) -> None:
    references = [
        row[0] for row in desk.rows("select reference from attempt where gateway = 'link' and reference <> ''")
    ]
    states = ("DELIVRD", "EXPIRED", "UNDELIV", "BARRED")
    rows = [ReportRow(n, reference, "", states[n % 4]) for n, reference in enumerate(references[::2])]
    answer = desk.app.test_client().post(
        "/gateways/link/reports", data=written(rows), auth=("link", "only for tests"), content_type="text/plain"
    )
    assert answer.status_code == 200
    desk.apply()


def _retry(desk: Desk, standin: Standin) -> None:
    desk.do("update notification_state set due_at = clock_timestamp() where due_at is not null")
    standin.desk.rules.tell_all(Behaviour(Answer.HTTP_ERROR))
    desk.place(numbers(5))
    desk.start()
    desk.sweep()
    desk.send()


def _lose_a_batch(desk: Desk) -> None:
    desk.place(numbers(20))
    desk.start()
    claimed = claim()
    assert claimed is not None
    desk.do(
        "update batch set handed_to = first_id + 5, gateway = 'link', route = 1, lease_until = clock_timestamp()"
        " where id = :b",
        b=claimed.batch_id,
    )
    desk.sweep()
