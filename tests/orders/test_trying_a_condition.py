"""A condition is tried while it is being written: the answer is shown, nothing is kept, and not too often."""

import pytest
from flask import Flask

from app.conditions.pace import MOST
from tests.fixtures.conditions import Endpoint
from tests.fixtures.desk import Visitor

URL = "/orders/try-condition"


@pytest.fixture(autouse=True)
def asked_here(app: Flask, endpoint: Endpoint) -> None:
    """Conditions may be asked on this machine."""
    app.config.update(CONDITION_LOOPBACK=True, CONDITION_CA_FILE=endpoint.ca_file)


def test_the_answer_is_shown_as_a_part_and_as_a_page(sender: Visitor, endpoint: Endpoint) -> None:
    asked = {"condition_url": endpoint.tell("one", send=False)}

    part = sender.post(URL, data=asked, page="/orders/new", headers={"HX-Request": "true"})
    page = sender.post(URL, data=asked, page="/orders/new")

    assert ["No: do not send" in answer.text for answer in (part, page)] == [True, True]
    assert ["<html" in answer.text for answer in (part, page)] == [False, True]
    assert endpoint.asked("one") == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write the address of a condition first."),
        ("http://a.example/", "Write an address that begins with https://."),
        ("https://169.254.169.254/latest/", "leads to an address that is not public"),
    ],
)
def test_what_cannot_be_asked_is_said(sender: Visitor, typed: str, words: str) -> None:
    assert words in sender.post(URL, data={"condition_url": typed}, page="/orders/new").text


def test_nobody_looks_around_with_it(sender: Visitor, endpoint: Endpoint) -> None:
    asked = {"condition_url": endpoint.url("one")}

    answers = [sender.post(URL, data=asked, page="/orders/new").text for _ in range(MOST + 1)]

    assert endpoint.asked("one") == MOST
    assert "wait a little" in answers[-1]
