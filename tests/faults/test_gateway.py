"""The gateway refuses, stalls, forgets, answers half or too late; its reports come early, twice, in the wrong order."""

import threading
import time
from collections.abc import Callable

import pytest
import urllib3

from app.messaging.status import ReportEffect
from app.standin.behaviour import Answer, Behaviour
from app.standin.reporter import ReportRow, written
from tests.dispatch.desk import numbers
from tests.faults.crew import wait_for
from tests.faults.house import SHORT_TIMEOUT_S, House

RECIPIENTS, FEW = 100, 5
HELD_AT_MOST_S = 120.0
"""How long an answer is held back, and waited for, where the test does not let go of it before."""

ALL_DUE_AFTER_S = 1.0
"""More than lies between the first report about a message and its second one."""

REPORTS = "select count(*) from delivery_report"
PENDING = "select count(*) from notification_state where due_at is not null"
EFFECTS = "select effect, count(*) from delivery_report group by 1"


@pytest.mark.parametrize(
    "trouble",
    [
        Behaviour(Answer.LOG_ON_FAIL),
        Behaviour(Answer.HTTP_ERROR),
        Behaviour(Answer.HTTP_ERROR, http_status=503),
        Behaviour(Answer.HTTP_ERROR, http_status=429),
    ],
    ids=["log-on refused", "error", "unavailable", "throttled"],
)
def test_what_a_gateway_refuses_for_now_goes_out_when_it_takes_it(house: House, trouble: Behaviour) -> None:
    house.standin.desk.rules.tell_all(trouble)
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.one(PENDING) == RECIPIENTS, otherwise=house.what_is_open)
    house.standin.desk.rules.forget()

    house.assert_ends_well(hurry=True, uncertain=0)

    assert house.standin.desk.phones.received == RECIPIENTS


def test_what_a_gateway_refuses_for_good_ends_there(house: House) -> None:
    addresses = numbers(RECIPIENTS)
    for number in addresses[::2]:
        house.standin.desk.rules.tell_number(number, Behaviour(Answer.REFUSE))
    house.place(addresses)

    house.assert_ends_well(uncertain=0)

    assert house.standin.desk.phones.received == RECIPIENTS // 2


@pytest.mark.parametrize(
    "trouble",
    [
        Behaviour(Answer.NO_ANSWER),
        Behaviour(Answer.DROP_AFTER),
        Behaviour(Answer.GARBLE),
        Behaviour(slow_s=SHORT_TIMEOUT_S + 1.5),
    ],
    ids=["no answer", "connection cut", "not XML", "after we gave up"],
)
def test_what_a_gateway_takes_and_does_not_tell_in_time_is_uncertain_and_never_sent_again(
    open_house: Callable[..., House], trouble: Behaviour
) -> None:
    house = open_house(LINK_TIMEOUT_S=SHORT_TIMEOUT_S)
    house.standin.desk.rules.tell_all(trouble)
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.statuses().get("uncertain") == RECIPIENTS, otherwise=house.what_is_open)
    house.standin.desk.rules.forget()
    house.place(numbers(RECIPIENTS, first=42_000_000))

    house.assert_ends_well(hurry=True, uncertain=RECIPIENTS)

    assert house.standin.desk.phones.received == 2 * RECIPIENTS


def test_a_connection_cut_before_the_gateway_took_anything_is_uncertain_as_well_since_nobody_can_know(
    house: House,
) -> None:
    house.standin.desk.rules.tell_all(Behaviour(Answer.DROP_BEFORE))
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.statuses().get("uncertain") == RECIPIENTS, otherwise=house.what_is_open)
    house.standin.desk.rules.forget()

    house.assert_ends_well(hurry=True, uncertain=RECIPIENTS)

    assert house.standin.desk.phones.received == 0


def test_of_half_an_answer_the_other_half_is_uncertain(house: House) -> None:
    addresses = numbers(RECIPIENTS)
    for number in addresses[::2]:
        house.standin.desk.rules.tell_number(number, Behaviour(Answer.LEAVE_OUT))
    house.place(addresses)

    house.assert_ends_well(hurry=True, uncertain=RECIPIENTS // 2)

    assert house.standin.desk.phones.received == RECIPIENTS


def test_an_answer_that_comes_when_the_lease_is_over_still_counts(
    open_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, answer = open_house(DISPATCH_LEASE_S=0.5, LINK_TIMEOUT_S=HELD_AT_MOST_S), threading.Event()
    monkeypatch.setattr(house.standin.desk, "stall", lambda _: answer.wait(HELD_AT_MOST_S))
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.statuses().get("uncertain") == RECIPIENTS, otherwise=house.what_is_open)
    answer.set()

    wait_for(lambda: "uncertain" not in house.statuses(), otherwise=house.what_is_open)
    house.assert_ends_well(hurry=True, uncertain=0)


def test_reports_that_outrun_the_answer_wait_for_it(house: House) -> None:
    house.standin.desk.rules.tell_all(Behaviour(before_answer=True, slow_s=0.5))
    house.place(numbers(FEW))
    wait_for(lambda: house.one(REPORTS) == FEW, otherwise=house.what_is_open)

    assert house.statuses() == {"SMS_DELIVERED": FEW}
    assert dict(house.rows(EFFECTS)) == {ReportEffect.APPLIED: FEW}
    house.assert_ends_well()


@pytest.mark.parametrize(
    ("states", "effects"),
    [
        (("DELIVRD", "DELIVRD"), {ReportEffect.APPLIED: RECIPIENTS, ReportEffect.NO_CHANGE: RECIPIENTS}),
        (("DELIVRD", "UNDELIV"), {ReportEffect.APPLIED: RECIPIENTS, ReportEffect.NO_CHANGE: RECIPIENTS}),
        (("ENROUTE", "DELIVRD"), {ReportEffect.UNKNOWN_STATE: RECIPIENTS, ReportEffect.APPLIED: RECIPIENTS}),
    ],
    ids=["twice", "delivered and then not", "a word on the way"],
)
def test_of_several_reports_the_first_final_word_counts(
    house: House, states: tuple[str, ...], effects: dict[int, int]
) -> None:
    house.standin.desk.rules.tell_all(Behaviour(states=states))
    house.standin.desk.reporter.hold(True)
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.statuses() == {"SMS_ACCEPTED": RECIPIENTS}, otherwise=house.what_is_open)
    time.sleep(ALL_DUE_AFTER_S)
    house.standin.desk.reporter.hold(False)
    wait_for(lambda: house.one(REPORTS) == RECIPIENTS * len(states), otherwise=house.what_is_open)

    assert house.statuses() == {"SMS_DELIVERED": RECIPIENTS}
    assert dict(house.rows(EFFECTS)) == effects
    house.assert_ends_well()


def test_reports_with_references_that_nobody_knows_are_kept_and_harm_nobody(house: House) -> None:
    house.place(numbers(RECIPIENTS))
    _report(house, [f"unknown-{number}" for number in range(50)])
    house.await_settled()
    house.do("update report_inbox set received_at = received_at - interval '11 minutes', due_at = clock_timestamp()")
    house.ring("app.dispatch.jobs.apply_reports", of="reports")

    house.assert_ends_well()
    assert dict(house.rows(EFFECTS)) == {ReportEffect.APPLIED: RECIPIENTS, ReportEffect.UNKNOWN_REFERENCE: 50}


def test_reports_that_come_months_late_change_nothing_any_more(house: House) -> None:
    house.standin.desk.rules.tell_all(Behaviour(states=()))
    house.place(numbers(RECIPIENTS))
    wait_for(lambda: house.statuses() == {"SMS_ACCEPTED": RECIPIENTS}, otherwise=house.what_is_open)
    house.do(
        "update shipment set requested_send_at = requested_send_at - interval '3 months',"
        " expires_at = expires_at - interval '3 months'"
    )
    house.await_settled()
    _report(house, [row[0] for row in house.rows("select reference from attempt")])
    wait_for(lambda: house.one(REPORTS) == RECIPIENTS)

    assert house.statuses() == {"SMS_FAILED_TTL": RECIPIENTS}
    assert dict(house.rows(EFFECTS)) == {ReportEffect.EXPIRED: RECIPIENTS}
    house.assert_ends_well()


def _report(house: House, references: list[str]) -> None:
    """Post reports as the gateway does."""
    rows = [ReportRow(number, reference, "", "DELIVRD") for number, reference in enumerate(references)]
    headers = urllib3.make_headers(basic_auth="link:only for tests")
    answer = urllib3.request("POST", house.standin.desk.settings.report_url, body=written(rows), headers=headers)
    assert answer.status == 200
