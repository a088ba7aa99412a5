"""Reading LINK's answers, the odd ones included."""

import pytest
import urllib3

from app.gateways import Accepted, RefusedForNow, Uncertain
from app.gateways.link import LONGEST_WISH_S
from app.gateways.link import _answers as answers
from app.gateways.link import _not_ok as not_ok


def answer(rows, logon="OK"):
    return f"<SESSION><LOGON>{logon}</LOGON><REASON>why</REASON><MSGLST>{rows}</MSGLST></SESSION>".encode()


def test_answers_are_matched_by_number_and_not_by_place():
    body = answer(
        "<MSG><ID>2</ID><REF>b</REF><STATUS>OK</STATUS></MSG><MSG><ID>1</ID><REF>a</REF><STATUS>OK</STATUS></MSG>"
    )

    assert answers(body, 2) == [Accepted("a", code="OK"), Accepted("b", code="OK")]


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "", "²", "99999999999999999999"])
def test_an_answer_about_a_message_that_was_not_sent_is_passed_over(number):
    body = answer(f"<MSG><ID>{number}</ID><REF>a</REF><STATUS>OK</STATUS></MSG>")

    assert [type(found) for found in answers(body, 2)] == [Uncertain, Uncertain]


def test_ok_without_a_reference_is_uncertain():
    [found] = answers(answer("<MSG><ID>1</ID><STATUS>OK</STATUS></MSG>"), 1)

    assert isinstance(found, Uncertain)


def test_neither_ok_nor_fail_is_uncertain_with_the_gateways_words():
    [found] = answers(answer("<MSG><ID>1</ID><STATUS>MAYBE</STATUS><INFO>queue</INFO></MSG>"), 1)

    assert found == Uncertain("The gateway answered neither OK nor FAIL: MAYBE queue")


def test_a_failed_log_on_is_for_now_for_all():
    assert answers(answer("", "FAIL"), 2) == [RefusedForNow("LOGON FAIL why", "LOGON")] * 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"<SESSION>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="nonsense"?><SESSION/>',
        b'<!DOCTYPE a [<!ENTITY e "eeee">]><SESSION><LOGON>&e;</LOGON></SESSION>',
    ],
)
def test_what_cannot_be_read_is_uncertain(body):
    assert [type(found) for found in answers(body, 2)] == [Uncertain, Uncertain]


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [("120", 120.0), ("9" * 20, LONGEST_WISH_S), ("9" * 400, LONGEST_WISH_S), ("soon", None), ("-5", None), ("", None)],
)
def test_the_gateway_is_asked_again_after_a_day_however_long_it_wants_to_be_left_alone(wish, seconds):
    refused = not_ok(urllib3.HTTPResponse(status=503, headers={"Retry-After": wish}))

    assert isinstance(refused, RefusedForNow)
    assert refused.retry_after_s == seconds
