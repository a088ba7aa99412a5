"""The stand-in's control over HTTP: what tests tell it, and what they ask."""

import pytest
import urllib3

from app.gateways import Accepted, Message, Refused, RefusedForNow
from app.gateways.link import Link


@pytest.fixture
def link(gateway_settings):
    gateway = Link(gateway_settings)
    yield gateway
    gateway.close()


def outcome(link, address, sender="Altinn"):
    [[found]] = link.submit([[Message(1, address, sender, "Hei", key="1.1")]])
    return found


def test_a_number_a_sender_or_all_can_be_told_to_behave_otherwise(link, control):
    control.tell("behaviour", answer="http_error", http_status=503)
    control.tell("behaviour", sender="NAV", answer="refuse")
    control.tell("behaviour", number="+4791234567", answer="invalid_receiver")

    assert isinstance(outcome(link, "+4791234568"), RefusedForNow)
    assert outcome(link, "+4791234568", "NAV").words == "Not allowed"
    assert outcome(link, "+4791234567", "NAV").words == "Invalid RCV"


def test_a_reset_forgets_what_was_told_and_what_came(link, control):
    control.tell("behaviour", answer="refuse")
    assert isinstance(outcome(link, "+4791234567"), Refused)

    control.tell("reset")

    assert isinstance(outcome(link, "+4791234567"), Accepted)
    assert control.ask("counts")["sms"] == {
        "received": 1,
        "addresses": 1,
        "not_counted": 0,
        "requests": 1,
        "refused": 0,
    }


def test_what_was_sent_twice_is_found(link, control):
    for address in ("+4791234567", "+4791234568", "+4791234567"):
        outcome(link, address)

    assert control.ask("receivers") == {"4791234567": 2, "4791234568": 1}
    assert control.ask("receivers?at_least=2") == {"4791234567": 2}


@pytest.mark.parametrize(
    "told",
    [
        {"answer": "dance"},
        {"colour": "red"},
        {"states": "DELIVRD"},
        {"address": "*", "step": "later"},
        {"number": "+4791234567", "before": True},
    ],
)
def test_what_makes_no_sense_is_told_back(standin, told):
    response = urllib3.request("POST", f"{standin.url}control/behaviour", json=told)

    assert response.status == 400
    assert response.json()["error"]


def test_a_form_of_another_site_cannot_use_it(standin):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = urllib3.request("POST", f"{standin.url}control/reset", body="a=b", headers=headers)

    assert response.status == 415


def test_a_reset_stand_in_has_an_empty_phone(link, control):
    outcome(link, "+4791234567")

    control.tell("reset")

    assert control.ask("phones/4791234567") == []
    assert control.ask("receivers") == {}
