"""The stand-in's delivery reports: what, when, how often, and again until the webhook takes them."""

import base64
import time

import pytest

from app.gateways import Message
from app.gateways.link import Link
from app.standin.link import BETWEEN_REPORTS_S
from tests.fixtures.standin import DELAY_S, REPORT_PASSWORD, REPORT_USER, until


@pytest.fixture
def send(gateway_settings):
    link = Link(gateway_settings)

    def one(address):
        [[found]] = link.submit([[Message(1, address, "Altinn", "Hei", key="1.1")]])
        return found.reference

    yield one
    link.close()


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        ("00", "DELIVRD"),
        ("20", "DELIVRD"),
        ("21", "EXPIRED"),
        ("22", "DELETED"),
        ("23", "UNDELIV"),
        ("24", "REJECTD"),
        ("25", "FAILED"),
        ("26", "NULL"),
        ("27", "UNKNOWN"),
        ("28", "BARRED"),
        ("29", "BARREDA"),
        ("30", "ZEROBAL"),
        ("31", "BANANAS"),
    ],
)
def test_a_magic_number_gets_its_state(send, webhook, ending, state):
    reference = send("+47900001" + ending)

    until(lambda: webhook.reports)
    [report] = webhook.reports
    assert (report.reference, report.words, report.receiver) == (reference, state, "47900001" + ending)


def test_any_other_number_is_delivered_and_the_webhook_is_told_who_asks(send, webhook):
    reference = send("+4791234567")

    until(lambda: webhook.states_of(reference) == ["DELIVRD"])
    expected = base64.b64encode(f"{REPORT_USER}:{REPORT_PASSWORD}".encode()).decode()
    assert webhook.authorisations == {f"Basic {expected}"}


def test_a_report_can_come_twice(send, webhook):
    reference = send("+4790000141")

    until(lambda: webhook.states_of(reference) == ["DELIVRD", "DELIVRD"])


def test_a_second_report_can_say_something_else(send, webhook, control):
    control.tell("reports", hold=True)
    reference = send("+4790000144")
    time.sleep(DELAY_S + 2 * BETWEEN_REPORTS_S)

    control.tell("reports", hold=False)

    until(lambda: webhook.states_of(reference) == ["DELIVRD", "UNDELIV"])


def test_a_report_can_never_come(send, webhook, control):
    silent, other = send("+4790000142"), send("+4791234567")

    until(lambda: webhook.states_of(other))
    assert webhook.states_of(silent) == []
    assert control.ask("counts")["reports"]["waiting"] == 0


def test_a_report_can_come_before_the_answer(send, webhook):
    reference = send("+4790000143")

    assert webhook.states_of(reference) == ["DELIVRD"]


def test_a_late_report_waits(send, webhook, control):
    late, other = send("+4790000140"), send("+4791234567")

    until(lambda: webhook.states_of(other))
    assert webhook.states_of(late) == []
    assert control.ask("counts")["reports"]["waiting"] == 1


def test_a_delay_can_be_told(send, webhook, control):
    control.tell("behaviour", number="+4791234567", delay_s=5.0, states=["EXPIRED"])
    late, other = send("+4791234567"), send("+4791234568")

    until(lambda: webhook.states_of(late) == ["EXPIRED"])
    assert [report.reference for report in webhook.reports] == [other, late]


def test_reports_can_be_held_back_and_let_go(send, webhook, control):
    control.tell("reports", hold=True)
    reference = send("+4791234567")
    until(lambda: control.ask("counts")["reports"]["waiting"] == 1)
    assert webhook.posts == 0

    control.tell("reports", hold=False)

    until(lambda: webhook.states_of(reference) == ["DELIVRD"])


def test_reports_are_posted_again_until_the_webhook_takes_them(send, webhook, control):
    webhook.status = 500
    reference = send("+4791234567")
    until(lambda: webhook.refused_posts)
    assert webhook.reports == []

    webhook.status = 200

    until(lambda: webhook.states_of(reference) == ["DELIVRD"])
    assert control.ask("counts")["reports"]["failed_posts"] >= 1
    [arrived] = control.ask("phones/4791234567")
    assert [told["answer"] for told in arrived["reports"]][-1] == "200"


def test_many_reports_travel_in_one_post(gateway_settings, webhook, control):
    control.tell("reports", hold=True)
    link = Link(gateway_settings)
    link.submit([[Message(n, f"+4791234{n:03}", "Altinn", "Hei", key=f"{n}.1") for n in range(100)]])
    until(lambda: control.ask("counts")["reports"]["waiting"] == 100)

    control.tell("reports", hold=False)

    until(lambda: control.ask("counts")["reports"]["posted"] == 100)
    assert len(webhook.reports) == 100
    assert webhook.posts <= 2
