"""Handing SMS over to LINK's protocol, and what each answer means."""

from dataclasses import replace

import pytest

from app.gateways import Accepted, Message, Refused, RefusedForNow, Uncertain
from app.gateways.link import Link
from app.messaging.status import Status
from tests.fixtures.standin import until


@pytest.fixture
def link(gateway_settings):
    gateway = Link(gateway_settings)
    yield gateway
    gateway.close()


@pytest.fixture
def impatient_link(gateway_settings):
    """Waits for an answer less long than the stand-in can be told to take."""
    gateway = Link(replace(gateway_settings, link_timeout_s=0.3))
    yield gateway
    gateway.close()


def to(address, text="Hei", number=1):
    return Message(number, address, "Altinn-test", text, key=f"{number}.1")


def outcome(link, address, text="Hei"):
    [[found]] = link.submit([[to(address, text)]])
    return found


def test_an_accepted_message_has_the_gateways_reference(link, standin, control):
    accepted = outcome(link, "+4791234567")

    assert isinstance(accepted, Accepted)
    [arrived] = control.ask("phones/4791234567")
    assert arrived["reference"] == accepted.reference
    assert arrived["sender"] == "Altinn-test"


@pytest.mark.parametrize(
    "text", ["Blåbær, 10 €", "Sámi: áčđŋšŧž ÁČĐŊŠŦŽ", "Smil 😀👩‍👩‍👧", "“Sitat” og …", "a < b & c", "linje\nskift  "]
)
def test_a_text_arrives_as_it_was_written(link, control, text):
    outcome(link, "+4791234567", text)

    [arrived] = control.ask("phones/4791234567")
    assert arrived["text"] == text


def test_a_hundred_messages_travel_in_one_request_and_are_answered_in_order(link, control):
    messages = [to(f"+47912000{number:02}", number=number) for number in range(100)]
    messages[7] = to("+4790000101", number=7)

    [outcomes] = link.submit([messages])

    assert [type(found) for found in outcomes] == [Accepted] * 7 + [Refused] + [Accepted] * 92
    assert len({found.reference for found in outcomes if isinstance(found, Accepted)}) == 99
    assert control.ask("counts")["sms"]["requests"] == 1


def test_many_requests_come_back_in_the_order_of_their_slices(link, control):
    slices = [[to(f"+4791{row:02}{place:04}") for place in range(10)] for row in range(30)]

    answers = link.submit(slices)

    for messages, outcomes in zip(slices, answers, strict=True):
        for message, found in zip(messages, outcomes, strict=True):
            [arrived] = control.ask(f"phones/{message.address.removeprefix('+')}")
            assert arrived["reference"] == found.reference


def test_nothing_to_hand_over_is_no_request(link, control):
    assert link.submit([]) == []
    assert link.submit([[]]) == [[]]
    assert control.ask("counts")["sms"]["requests"] == 0


def test_an_invalid_number_is_refused_for_good(link):
    refused = outcome(link, "+4790000101")

    assert refused == Refused(Status.SMS_FAILED_INVALID_RECIPIENT, "invalid_recipient", "Invalid RCV", "FAIL")


def test_any_other_refusal_is_for_good_too(link):
    assert outcome(link, "+4790000102") == Refused(Status.SMS_FAILED, "gateway_refused", "Not allowed", "FAIL")


def test_a_refused_log_on_is_for_now(link, control):
    found = outcome(link, "+4790000103")

    assert isinstance(found, RefusedForNow)
    assert found.words == "LOGON FAIL Invalid user name or password"


def test_a_wrong_password_sends_nothing_and_is_for_now(gateway_settings, control):
    link = Link(type(gateway_settings)(link_url=gateway_settings.link_url, link_user="varsel", link_password="wrong"))

    assert isinstance(outcome(link, "+4791234567"), RefusedForNow)
    assert control.ask("counts")["sms"]["received"] == 0


@pytest.mark.parametrize(("address", "code"), [("+4790000104", "500"), ("+4790000105", "503")])
def test_an_http_error_is_for_now(link, address, code):
    found = outcome(link, address)

    assert isinstance(found, RefusedForNow)
    assert found.code == code


@pytest.mark.parametrize("status", [502, 504])
def test_an_answer_of_a_proxy_that_may_have_passed_it_on_is_uncertain(link, control, status):
    control.tell("behaviour", answer="http_error", http_status=status)

    assert isinstance(outcome(link, "+4791234567"), Uncertain)


def test_no_answer_in_time_is_uncertain_and_the_message_may_have_arrived(impatient_link, control):
    found = outcome(impatient_link, "+4790000107")

    assert isinstance(found, Uncertain)
    until(lambda: control.ask("phones/4790000107"))
    assert len(control.ask("phones/4790000107")) == 1


def test_an_answer_slower_than_the_time_limit_is_uncertain(impatient_link, control):
    control.tell("behaviour", slow_s=30)

    assert isinstance(outcome(impatient_link, "+4791234567"), Uncertain)


def test_an_answer_within_the_time_limit_may_be_slow(link, control):
    control.tell("behaviour", slow_s=0.2)

    assert isinstance(outcome(link, "+4791234567"), Accepted)


@pytest.mark.parametrize("address", ["+4790000108", "+4790000109"])
def test_a_connection_cut_before_the_answer_is_uncertain(link, address):
    assert isinstance(outcome(link, address), Uncertain)


def test_a_message_left_out_of_the_answer_is_uncertain_and_the_others_are_not(link):
    [outcomes] = link.submit([[to("+4791234567"), to("+4790000110"), to("+4791234568")]])

    assert [type(found) for found in outcomes] == [Accepted, Uncertain, Accepted]


def test_an_answer_that_cannot_be_read_is_uncertain(link):
    assert isinstance(outcome(link, "+4790000111"), Uncertain)


def test_one_cut_request_does_not_touch_the_others(link):
    answers = link.submit([[to("+4791234567")], [to("+4790000108")], [to("+4791234568")]])

    assert [type(found) for [found] in answers] == [Accepted, Uncertain, Accepted]


def test_a_gateway_that_is_not_there_is_for_now(gateway_settings, standin):
    standin.stop()
    link = Link(gateway_settings)

    assert isinstance(outcome(link, "+4791234567"), RefusedForNow)


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/", "http://[::1"])
def test_an_address_that_is_none_is_for_now(gateway_settings, url):
    link = Link(type(gateway_settings)(link_url=url))

    found = outcome(link, "+4791234567")

    assert found == RefusedForNow("The address of the gateway is not usable; see LINK_URL.", "settings")


def test_a_server_that_speaks_no_tls_is_for_now(gateway_settings):
    link = Link(type(gateway_settings)(link_url=gateway_settings.link_url.replace("http:", "https:")))

    assert isinstance(outcome(link, "+4791234567"), RefusedForNow)


def test_a_text_that_the_gateway_would_cut_is_refused_before_it_is_sent(link, control):
    fits, too_long = "a" * 16 * 153, "a" * (16 * 153 + 1)

    [outcomes] = link.submit([[to("+4791234567", fits), to("+4791234568", too_long), to("+4791234569", "č" * 1073)]])

    assert isinstance(outcomes[0], Accepted)
    assert outcomes[1:] == [Refused(Status.SMS_FAILED, "text_too_long")] * 2
    assert control.ask("counts")["sms"]["received"] == 1


def test_a_slice_of_nothing_but_too_long_texts_is_no_request(link, control):
    [outcomes] = link.submit([[to("+4791234568", "č" * 1073)]])

    assert isinstance(outcomes[0], Refused)
    assert control.ask("counts")["sms"]["requests"] == 0


def test_after_closing_it_can_be_used_again(link):
    outcome(link, "+4791234567")

    link.close()

    assert isinstance(outcome(link, "+4791234567"), Accepted)
