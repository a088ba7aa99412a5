"""A condition is asked just before its shipment starts, by one worker at a time, and its answer decides."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask

from app.conditions import service
from app.conditions.answer import Answer, Asked
from app.db import db, utcnow
from app.dispatch import gates, jobs, queries
from app.messaging.status import ShipmentStatus
from tests.dispatch.desk import Desk, numbers
from tests.dispatch.gates import answers_of, gate, gate_of
from tests.fixtures.conditions import Endpoint
from tests.fixtures.desk import Somebody


@pytest.fixture(autouse=True)
def asked_here(app: Flask, endpoint: Endpoint) -> None:
    """Conditions may be asked on this machine, and again at once."""
    app.config.update(CONDITION_LOOPBACK=True, CONDITION_CA_FILE=endpoint.ca_file, CONDITION_PAUSE_S=0.0)


def test_yes_lets_the_shipment_go_and_is_kept(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.url("one"))

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 3}
    assert (answers_of(shipment_id), endpoint.asked("one")) == (["yes"], 1)


def test_no_ends_the_shipment_as_altinn_does_and_nothing_is_made(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.tell("one", send=False))

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.SEND_CONDITION_NOT_MET
    assert desk.statuses(shipment_id) == {}
    assert answers_of(shipment_id) == ["no"]


def test_nothing_is_asked_before_the_send_time(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3), send_at=utcnow() + timedelta(hours=1)), endpoint.url("one"))

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.REGISTERED
    assert endpoint.asked("one") == 0


def test_no_shipment_starts_past_its_gate(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.url("one"))

    desk.start()

    assert desk.status(shipment_id) is ShipmentStatus.REGISTERED
    assert not queries.shipment_is_due()
    assert queries.gate_is_due()


def test_without_a_clear_answer_it_is_asked_once_more_after_a_minute(
    app: Flask, desk: Desk, endpoint: Endpoint
) -> None:
    app.config["CONDITION_PAUSE_S"] = 60.0
    shipment_id = gate(desk.place(numbers(3)), endpoint.tell("one", status=500, times=1))

    before = utcnow()
    jobs.open_gates()
    first, after = gate_of(shipment_id).ask_again_at, utcnow()
    jobs.open_gates()

    assert first is not None
    assert before + timedelta(seconds=60) <= first <= after + timedelta(seconds=60)
    assert endpoint.asked("one") == 1

    gates.ask_due(lambda: utcnow() + timedelta(seconds=61))
    desk.work()

    assert answers_of(shipment_id) == ["bad_status", "yes"]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_with_no_clear_answer_twice_it_is_sent_as_altinn_does(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.tell("one", status=503))

    desk.work()

    assert answers_of(shipment_id) == ["bad_status", "bad_status"]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_it_is_held_for_a_person_where_the_order_says_so(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.tell("one", status=503), holds=True)

    desk.work()

    assert desk.status(shipment_id) is ShipmentStatus.REGISTERED
    assert gate_of(shipment_id).held_at is not None
    assert endpoint.asked("one") == 2
    assert not queries.gate_is_due()


def test_what_is_held_goes_once_a_person_says_so_and_lives_from_then(
    desk: Desk, endpoint: Endpoint, somebody: Callable[..., Somebody]
) -> None:
    placed = desk.place(numbers(3), expires_at=utcnow() + timedelta(minutes=1))
    shipment_id = gate(placed, endpoint.tell("one", status=503), holds=True)
    desk.work()
    siri = somebody("siri")

    sent = service.send_unanswered(shipment_id, siri.id)
    again = service.send_unanswered(shipment_id, siri.id)
    db.session.commit()
    desk.work()

    assert (sent, again) == (True, False)
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED
    assert desk.shipment(shipment_id).expires_at > utcnow() + timedelta(hours=47)


def test_a_second_worker_does_not_ask_what_the_first_one_asks(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.url("one"))
    now = utcnow()

    first, second = gates.claim(now), gates.claim(now)

    assert [taken.shipment_id for taken in first] == [shipment_id]
    assert second == []


def test_what_a_killed_worker_was_asking_is_asked_again_and_its_late_answer_is_not_heard(
    desk: Desk, endpoint: Endpoint
) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.tell("one", send=False))
    began = utcnow()
    (killed,) = gates.claim(began)
    later = began + gates.LEASE + timedelta(seconds=1)

    (successor,) = gates.claim(later)
    late = gates.settle(killed, Asked(Answer.YES, 200), began, later)
    heard = gates.settle(successor, Asked(Answer.NO, 200), later, later)

    assert (late, heard) == (False, True)
    assert desk.status(shipment_id) is ShipmentStatus.SEND_CONDITION_NOT_MET
    assert answers_of(shipment_id) == ["no"]


def test_of_many_workers_at_once_one_asks_each_condition(app: Flask, desk: Desk, endpoint: Endpoint) -> None:
    shipments = [gate(desk.place(numbers(1)), endpoint.url(f"number-{n}")) for n in range(12)]

    def work() -> None:
        with app.app_context():
            jobs.open_gates()

    with ThreadPoolExecutor(4) as workers:
        for future in [workers.submit(work) for _ in range(4)]:
            future.result()

    gates_now = [gate_of(shipment_id) for shipment_id in shipments]
    # Nobody took a gate in vain: whoever had a turn at it also decided.
    assert all(found.turn == found.asked for found in gates_now)
    assert [len(answers_of(shipment_id)) for shipment_id in shipments] == [found.asked for found in gates_now]
    assert all(found.opened_at for found in gates_now)


def test_an_answer_to_a_shipment_that_was_cancelled_meanwhile_changes_nothing(desk: Desk, endpoint: Endpoint) -> None:
    shipment_id = gate(desk.place(numbers(3)), endpoint.url("one"))
    (taken,) = gates.claim(utcnow())
    desk.do("update shipment set status = 4 where id = :s", s=shipment_id)

    heard = gates.settle(taken, Asked(Answer.NO, 200), utcnow(), utcnow())

    assert not heard
    assert desk.status(shipment_id) is ShipmentStatus.CANCELLED
    assert answers_of(shipment_id) == []


def test_no_transaction_is_open_while_a_condition_is_asked(
    desk: Desk, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = Event()
    monkeypatch.setattr(endpoint.standin.desk, "stall", lambda seconds: may_answer.wait(seconds))
    shipment_id = gate(desk.place(numbers(3)), endpoint.tell("one", slow_s=5.0))
    busy = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"

    with ThreadPoolExecutor(1) as worker, desk.another_connection() as connection:
        connection.autocommit = True
        asking = worker.submit(_ask, desk.app)
        while not endpoint.asked("one"):
            assert not asking.done()
        open_now = connection.execute(busy).fetchone()
        may_answer.set()
        asking.result()

    assert open_now == (0,)
    assert answers_of(shipment_id) == ["yes"]


def test_in_production_no_setting_lets_this_machine_be_asked(app: Flask, desk: Desk, endpoint: Endpoint) -> None:
    app.config["ENVIRONMENT"] = "production"
    shipment_id = gate(desk.place(numbers(1)), endpoint.url("one"), holds=True)

    jobs.open_gates()

    assert answers_of(shipment_id) == ["refused_address", "refused_address"]
    assert endpoint.asked("one") == 0


def test_a_daytime_sms_is_asked_about_when_the_window_opens(desk: Desk, endpoint: Endpoint) -> None:
    gate(desk.place(numbers(1), daytime_only=True), endpoint.url("one"))
    night = utcnow().replace(hour=1, minute=0)
    noon = utcnow().replace(hour=11, minute=0)

    at_night, at_noon = gates.claim(night), gates.claim(noon)

    assert at_night == []
    assert len(at_noon) == 1


def _ask(app: Flask) -> None:
    with app.app_context():
        gates.ask_due()
        db.session.remove()
