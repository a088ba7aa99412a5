"""What the gateway answered becomes the notification's next status, and nothing else does."""

from datetime import timedelta

import pytest
from flask import current_app

from app.db import utcnow
from app.dispatch.backoff import LONGEST_PAUSE_S, pause
from app.dispatch.claim import claim
from app.dispatch.decide import decide
from app.dispatch.hand_over import groups, hand_over, submit
from app.dispatch.settle import LAST_CHANCE
from app.gateways import RefusedForNow, gateway_named
from app.messaging.status import AttemptOutcome, Channel, ShipmentStatus
from app.standin import Standin
from app.standin.behaviour import Answer, Behaviour
from tests.dispatch.desk import Desk, numbers

MAGIC = "+479000010"
ATTEMPTS = "select * from attempt order by notification_id, no"
STATES = "select * from notification_state order by id"


def test_the_gateways_refusal_ends_a_notification_with_the_gateways_own_words(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place([MAGIC + "1", MAGIC + "2"])

    desk.start()
    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_INVALID_RECIPIENT": 1, "SMS_FAILED": 1}
    assert [row.words for row in desk.rows(ATTEMPTS)] == ["Invalid RCV", "Not allowed"]
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_refusal_for_now_is_made_good_later(desk: Desk, standin: Standin) -> None:
    standin.desk.rules.tell_all(Behaviour(Answer.HTTP_ERROR, http_status=503))
    shipment_id = desk.place(numbers(150))
    desk.start()
    before = utcnow()
    desk.send()
    due = [row.due_at for row in desk.rows(STATES)]

    standin.desk.rules.forget()
    desk.sweep()
    too_early = claim()
    desk.do("update notification_state set due_at = clock_timestamp()")
    desk.sweep()
    desk.send()

    assert min(due) > before + timedelta(seconds=20)
    assert max(due) < before + timedelta(seconds=60)
    assert too_early is None
    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 150}
    outcomes = [(row.no, row.outcome) for row in desk.rows(ATTEMPTS)]
    assert outcomes == [(1, AttemptOutcome.REFUSED_FOR_NOW), (2, AttemptOutcome.ACCEPTED)] * 150
    assert standin.desk.phones.counts(2) == {}
    desk.assert_counters_are_right()


def test_pauses_double_with_jitter_up_to_half_an_hour_and_heed_the_gateways_wish() -> None:
    refusal = RefusedForNow("HTTP 503", "503")
    pauses = [[pause(attempts, refusal).total_seconds() for _ in range(50)] for attempts in range(1, 40)]

    assert all(22.5 <= seconds <= 37.5 for seconds in pauses[0])
    assert all(90 <= seconds <= 150 for seconds in pauses[2])
    assert all(seconds <= LONGEST_PAUSE_S * 1.25 for some in pauses for seconds in some)
    assert len(set(pauses[0])) > 1
    assert pause(1, RefusedForNow("HTTP 503", "503", 600.0)).total_seconds() == 600.0


def test_the_last_retry_comes_before_the_end_of_the_time_to_live(desk: Desk, standin: Standin) -> None:
    standin.desk.rules.tell_all(Behaviour(Answer.HTTP_ERROR))
    shipment_id = desk.place(numbers(1), expires_at=utcnow() + timedelta(seconds=70))
    desk.start()

    desk.send()

    assert desk.rows(STATES)[0].due_at == desk.shipment(shipment_id).expires_at - LAST_CHANCE


@pytest.mark.parametrize("ending", ["8", "10", "11"])
def test_an_answer_that_never_came_leaves_it_uncertain_and_it_is_not_sent_again(
    desk: Desk, standin: Standin, ending: str
) -> None:
    number = "+4790000100"[: 11 - len(ending)] + ending
    shipment_id = desk.place([number])

    desk.start()
    desk.send()
    desk.sweep()
    desk.send()

    state = desk.rows(STATES)[0]
    assert desk.statuses(shipment_id) == {"SMS_SENDING": 1}
    assert (state.uncertain, state.reason) == (True, "handover_uncertain")
    assert [row.outcome for row in desk.rows(ATTEMPTS)] == [AttemptOutcome.UNCERTAIN]
    assert standin.desk.phones.counts(1) == {number[1:]: 1}
    assert desk.status(shipment_id) is ShipmentStatus.PROCESSED
    desk.assert_counters_are_right()


def test_an_answer_that_comes_after_the_sweep_gave_up_is_the_truth(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    handed = _cut_between_answer_and_settling(desk)
    assert {row.uncertain for row in desk.rows(STATES)} == {True}

    handed.settle()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 3}
    assert {(row.uncertain, row.reason) for row in desk.rows(STATES)} == {(False, None)}
    attempts = desk.rows(ATTEMPTS)
    assert [row.outcome for row in attempts] == [AttemptOutcome.ACCEPTED] * 3
    assert all(row.reference and row.answered_at for row in attempts)
    desk.assert_counters_are_right()


def test_a_late_answer_does_not_turn_back_what_has_ended(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    handed = _cut_between_answer_and_settling(desk)
    desk.do("update shipment set expires_at = clock_timestamp() - interval '301 seconds'")
    desk.sweep()

    handed.settle()

    assert desk.statuses(shipment_id) == {"SMS_FAILED_TTL": 3}
    assert [row.outcome for row in desk.rows(ATTEMPTS)] == [AttemptOutcome.ACCEPTED] * 3


def test_an_email_refused_for_good_says_why_and_the_others_go(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place(["bounce@example.com", "kari@example.com"], channel=Channel.EMAIL)

    desk.start()
    desk.send()
    desk.apply()

    assert desk.statuses(shipment_id) == {"EMAIL_FAILED_BOUNCED": 1, "EMAIL_DELIVERED": 1}
    assert desk.rows("select reason from notification_state where status = 53") == [("no_bounce",)]
    assert standin.desk.mailboxes.counts(1) == {"kari@example.com": 1}
    assert desk.status(shipment_id) is ShipmentStatus.COMPLETED


def test_a_group_fills_the_window_of_the_gateway_evenly(desk: Desk, standin: Standin) -> None:
    desk.place(numbers(800))
    desk.start()
    claimed = claim()
    assert claimed is not None
    letters = decide(claimed.content, claimed.rows, claimed.gateway).letters
    gateway = gateway_named(claimed.gateway, desk.app.config)

    sizes = [len(group) for group in groups(letters, gateway)]
    odd = [len(group) for group in groups([*letters, letters[0]], gateway)]

    assert sizes == [800]
    assert odd == [401, 400]


class _Cut:
    """A hand-over whose worker was thought dead between the answer and the settling."""

    def __init__(self) -> None:
        from app.dispatch.hand_over import _marked, note

        claimed = claim()
        assert claimed is not None
        letters = decide(claimed.content, claimed.rows, claimed.gateway).letters
        gateway = gateway_named(claimed.gateway, current_app.config)
        assert _marked(claimed, gateway, letters)
        handed = submit(gateway, letters, ends_batch=True)
        self.settle = lambda: note(claimed, handed)


def _cut_between_answer_and_settling(desk: Desk) -> _Cut:
    cut = _Cut()
    desk.do("update batch set lease_until = clock_timestamp() - interval '1 second'")
    desk.sweep()
    return cut


def test_a_repeat_that_the_gateway_recognises_is_made_and_noted_once(desk: Desk) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    first = _cut_between_answer_and_settling(desk)
    assert desk.statuses(shipment_id) == {"SMS_NEW": 3}
    second = claim()
    assert second is not None

    first.settle()
    hand_over(second)
    desk.apply()

    assert desk.statuses(shipment_id) == {"SMS_DELIVERED": 3}
    assert [(row.no, row.outcome) for row in desk.rows(ATTEMPTS)] == [(1, AttemptOutcome.ACCEPTED)] * 3
    desk.assert_counters_are_right()


def test_a_worker_that_has_lost_its_batch_hands_nothing_over(desk: Desk, standin: Standin) -> None:
    shipment_id = desk.place(numbers(3))
    desk.start()
    slow = claim()
    assert slow is not None
    desk.do("update batch set lease_until = clock_timestamp() - interval '1 second'")
    desk.sweep()
    quick = claim()
    assert quick is not None

    hand_over(slow)
    hand_over(quick)

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 3}
    assert standin.desk.phones.counts(2) == {}
    assert standin.desk.phones.received == 3


def test_a_reference_that_the_gateway_gives_twice_loses_no_answer(
    desk: Desk, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standin.desk, "new_reference", lambda: "the same")
    shipment_id = desk.place(numbers(150))

    desk.start()
    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 150}


def test_an_answer_is_not_lost_when_the_database_undoes_its_settling(desk: Desk, standin: Standin) -> None:
    desk.do("create sequence undone")
    desk.do(
        "create function undo_once() returns trigger language plpgsql as $$ begin"
        " if nextval('undone') = 1 then raise exception 'undone' using errcode = '40P01'; end if; return null; end $$"
    )
    desk.do("create trigger undo_once before insert on attempt for each statement execute function undo_once()")
    shipment_id = desk.place(numbers(3))
    desk.start()

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 3}
    assert standin.desk.phones.received == 3
    assert desk.rows("select last_value from undone") == [(2,)]


def test_an_answer_is_not_lost_when_the_database_cuts_the_connection(desk: Desk, standin: Standin) -> None:
    desk.do("create sequence cut")
    desk.do(
        "create function cut_once() returns trigger language plpgsql as $$ begin"
        " if nextval('cut') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$"
    )
    desk.do("create trigger cut_once before insert on attempt for each statement execute function cut_once()")
    shipment_id = desk.place(numbers(3))
    desk.start()

    desk.send()

    assert desk.statuses(shipment_id) == {"SMS_ACCEPTED": 3}
    assert standin.desk.phones.received == 3
