"""The stand-in's pages: phones and mailboxes with what arrived, bounded, and without addresses in URLs."""

import re
from urllib.parse import urlencode

import pytest
import urllib3

from app.gateways import Message
from app.gateways.link import Link
from app.gateways.smtp import Smtp
from app.standin.behaviour import MAGIC_MAILBOXES, MAGIC_NUMBERS
from tests.fixtures.standin import until


def page(standin, path=""):
    response = urllib3.request("GET", standin.url + path)
    assert response.status == 200, response.status
    return response.data.decode()


def search(standin, wanted):
    """Search as a browser's form does."""
    return urllib3.request(
        "POST",
        standin.url + "search",
        body=urlencode({"wanted": wanted}),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        redirect=False,
    )


def send(settings, *addresses, text="Hei"):
    messages = [Message(n, address, "Altinn", text, key=f"{n}.1") for n, address in enumerate(addresses)]
    Link(settings).submit([messages[start : start + 100] for start in range(0, len(messages), 100)])


def test_a_phone_shows_sender_text_and_reports_and_its_url_no_number(standin, gateway_settings, control):
    send(gateway_settings, "+4791234567", text="Sámi: čáhci <b> 😀")
    until(lambda: control.ask("counts")["reports"]["posted"])

    [link] = re.findall(r'href="/(phones/\d+)"', page(standin))
    shown = page(standin, link)

    assert "4791234567" not in link
    assert "+4791234567" in shown
    assert "Altinn" in shown
    assert "Sámi: čáhci &lt;b&gt; 😀" in shown
    assert "DELIVRD" in shown


def test_a_mailbox_shows_sender_subject_and_text(standin, gateway_settings):
    message = Message(1, "kari@eksempel.no", "nav@eksempel.no", "Innhold", "Emne på <i>", key="1.1")
    Smtp(gateway_settings).submit([[message]])

    [link] = re.findall(r'href="/(mailboxes/\d+)"', page(standin))
    shown = page(standin, link)

    assert "nav@eksempel.no" in shown
    assert "Emne på &lt;i&gt;" in shown
    assert "Innhold" in shown


def test_lists_go_on_by_key_and_show_every_phone_once(standin, gateway_settings):
    send(gateway_settings, *(f"+4791234{n:03}" for n in range(120)))
    send(gateway_settings, "+4791234000")

    seen, path = [], "phones"
    while path:
        shown = page(standin, path)
        seen += re.findall(r"\+(4791234\d{3})", shown)
        older = re.search(r'rel="next" href="/(phones\?before=\d+)"', shown)
        path = older and older[1]

    assert seen[0] == "4791234000"
    assert sorted(seen) == [f"4791234{n:03}" for n in range(120)]


def test_a_phone_goes_on_by_key(standin, gateway_settings):
    send(gateway_settings, *["+4791234567"] * 60)

    first = page(standin, "phones/1")
    older = re.search(r'rel="next" href="/(phones/1\?before=\d+)"', first)
    second = page(standin, older[1])

    assert first.count('class="bubble"') == 50
    assert second.count('class="bubble"') == 10


@pytest.mark.parametrize("typed", ["+47 912 34 567", "4791234567"])
def test_a_phone_is_found_by_its_number(standin, gateway_settings, typed):
    send(gateway_settings, "+4791234567")

    response = search(standin, typed)

    assert (response.status, response.headers["Location"]) == (303, "/phones/1")


def test_a_number_that_got_nothing_is_said_to_have_got_nothing(standin):
    assert "Nothing has arrived there." in search(standin, "+4791234567").data.decode()


def test_the_magic_numbers_are_all_shown(standin):
    shown = page(standin, "magic")

    for number, (_, words) in MAGIC_NUMBERS.items():
        assert f"+{number}" in shown
        assert words in shown
    for name in MAGIC_MAILBOXES:
        assert f"{name}@" in shown


def test_a_page_reloads_by_itself_only_when_asked_to(standin):
    assert 'http-equiv="refresh"' not in page(standin)
    assert 'http-equiv="refresh"' in page(standin, "?follow=1")
    assert 'href="/?follow=1"' in page(standin)


@pytest.mark.parametrize("path", ["", "phones", "mailboxes", "magic"])
def test_pages_have_no_inline_code_and_forbid_it(standin, path):
    response = urllib3.request("GET", standin.url + path)

    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.data.decode()
    assert "style=" not in response.data.decode()


def test_the_style_sheet_is_served(standin):
    assert urllib3.request("GET", standin.url + "static/standin/standin.css").status == 200


@pytest.mark.parametrize("path", ["phones/0", "phones/99", "mailboxes/1", "phones/x"])
def test_an_unknown_phone_is_not_found(standin, path):
    assert urllib3.request("GET", standin.url + path).status == 404
