"""The simulator takes all, reaches nobody, and ends each magic number as the stand-in gateway does."""

from datetime import UTC, datetime, timedelta

import phonenumbers
import pytest

from app.gateways import Accepted, GatewaySettings, Message, Refused
from app.gateways.link_reports import STATES
from app.gateways.simulator import LATE_NUMBER, NEVER_NUMBER, REFUSED_NUMBERS, REPORTED_NUMBERS, TWICE_NUMBER, Simulator
from app.gateways.simulator import MAGIC_NUMBERS as MAGIC_NUMBERS_OF_SIMULATOR
from app.messaging.address import parse_phone
from app.messaging.status import FAILED, Status
from app.standin.behaviour import MAGIC_NUMBERS, Answer

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def simulator():
    return Simulator(GatewaySettings(simulator_delay_s=2))


def to(address, number=1):
    return Message(number, address, "Altinn", "Hei", key=f"{number}.1")


def test_everything_is_taken_with_a_reference_that_follows_from_the_key(simulator):
    messages = [to("+4791234567", 1), to("+4791234567", 2)]

    first, again = simulator.submit([messages]), simulator.submit([messages])

    assert first == again == [[Accepted("sim-1.1"), Accepted("sim-2.1")]]


def test_what_was_taken_is_reported_delivered_after_the_delay(simulator):
    messages = [to("+4791234567", 1), to("+4791234568", 2)]
    [outcomes] = simulator.submit([messages])

    [promised] = simulator.promised_reports(messages, outcomes, NOW)

    assert promised.state is Status.SMS_DELIVERED
    assert promised.due_at == NOW + timedelta(seconds=2)
    assert promised.ids == [1, 2]
    assert promised.references == ["sim-1.1", "sim-2.1"]


def test_what_was_refused_is_not_reported(simulator):
    messages = [to("+4790000101"), to("+4790000102")]
    [outcomes] = simulator.submit([messages])

    assert [found.status for found in outcomes] == [Status.SMS_FAILED_INVALID_RECIPIENT, Status.SMS_FAILED]
    assert simulator.promised_reports(messages, outcomes, NOW) == []


@pytest.mark.parametrize("number", REPORTED_NUMBERS)
def test_a_magic_number_ends_as_the_stand_in_gateway_would_end_it(simulator, number):
    messages = [to(number)]
    [promised] = simulator.promised_reports(messages, *simulator.submit([messages]), NOW)

    behaviour, _ = MAGIC_NUMBERS[number.removeprefix("+")]

    assert (promised.words,) == behaviour.states
    assert promised.state is STATES[promised.words].status


def test_every_failing_state_has_a_magic_number():
    assert {fate.words for fate in REPORTED_NUMBERS.values()} == set(STATES) - {"DELIVRD"}


def test_the_same_numbers_are_refused_as_by_the_stand_in_gateway():
    refused = {
        "+" + number
        for number, (told, _) in MAGIC_NUMBERS.items()
        if told.answer in (Answer.INVALID_RECEIVER, Answer.REFUSE)
    }

    assert set(REFUSED_NUMBERS) == refused
    assert all(isinstance(found, Refused) for found in REFUSED_NUMBERS.values())


@pytest.mark.parametrize("number", MAGIC_NUMBERS)
def test_every_magic_number_is_a_valid_norwegian_mobile_number(number):
    parsed = phonenumbers.parse("+" + number)

    assert phonenumbers.is_valid_number(parsed)
    assert phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE


@pytest.mark.parametrize(
    ("number", "after_s"),
    [(LATE_NUMBER, [32]), (TWICE_NUMBER, [2, 3]), (NEVER_NUMBER, [])],
)
def test_reports_come_late_twice_or_never_where_a_number_asks_for_it(simulator, number, after_s):
    messages = [to(number)]

    promised = simulator.promised_reports(messages, *simulator.submit([messages]), NOW)

    assert [one.due_at for one in promised] == [NOW + timedelta(seconds=s) for s in after_s]
    assert {one.state for one in promised} <= {Status.SMS_DELIVERED}


def test_every_failing_status_of_an_sms_has_a_magic_number():
    failing = {status for status in FAILED if status.name.startswith("SMS")}

    assert failing <= {one.status for one in MAGIC_NUMBERS_OF_SIMULATOR}
    assert all(parse_phone(one.number).e164 == one.number for one in MAGIC_NUMBERS_OF_SIMULATOR)
